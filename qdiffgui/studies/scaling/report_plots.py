"""The plots of a scaling study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.exports.report_page import PlotSection
from qdiffgui.studies.scaling import capacity
from qdiffgui.studies.scaling.axes import AXES, axis_points
from qdiffgui.studies.scaling.fits import Decision
from qdiffgui.studies.scaling.result import ScalingStudy
from qdiffgui.studies.scaling.timing import TimingCurve
from qdiffgui.studies.scaling.trainability import VarianceDecay

FAR = 16


def sections(study: ScalingStudy) -> list[PlotSection]:
    """Time, gradients, ansaetze, loss and quality; parts that do not apply are left out."""
    found = [
        PlotSection(
            "Time of an optimizer step",
            "CPU seconds; wall-clock seconds for threads. Lines are fitted laws.",
            [_timing(a) for a in study.timings],
        )
    ]
    if study.circuit is not None:
        found.append(
            PlotSection(
                "The circuit alone, to 12 qubits",
                f"Dotted: extrapolated to {FAR} qubits, not measured.",
                [_circuit(study.circuit)],
            )
        )
    if study.decays:
        text = (
            "Variance of a derivative at random angles, averaged over the parameters. Each line is "
            "the better of two fitted laws."
        )
        found.append(
            PlotSection(
                "Gradient variance of reference circuits",
                text,
                list(gradient_variances(study.decays)),
            )
        )
    found.append(
        PlotSection(
            "Gradients of this model where training starts",
            "Mean squared derivative over seeds.",
            [
                _series(
                    {
                        "this model": (
                            g.x,
                            [v.value for v in g.variances],
                            [v.error for v in g.variances],
                            g.fit,
                        )
                    },
                    AXES[g.axis].label,
                    "Mean squared derivative",
                    x_log=AXES[g.axis].by_factors,
                )
                for g in study.gradients
            ],
        )
    )
    if study.reaches:
        text = (
            "4 qubits; 1, 2 and 4 layers. A lower divergence is more expressive. Q is 0 for "
            "product states. Lines are Haar-random states."
        )
        found.append(
            PlotSection("Expressibility and entangling capability", text, list(_reaches(study)))
        )
    if study.slices is not None:
        text = (
            "Loss of one batch along random directions, at the start and after "
            f"{study.slices.n_steps} steps of the first phase."
        )
        found.append(PlotSection("Slices of the loss", text, list(_slices(study))))
    found.append(
        PlotSection(
            "Quality versus size",
            "Short training runs: mean and standard deviation over seeds.",
            list(_quality(study)),
        )
    )
    text = (
        "Circuits by their layers and qubits, and networks of as many parameters in the same "
        "process. All trained the same number of optimizer steps, at the learning rates of the "
        "presets for every size."
    )
    found.append(PlotSection("Capacity", text, list(_capacity(study))))
    return [section for section in found if section.plots]


def titled(study: ScalingStudy) -> Iterator[tuple[str, go.Figure]]:
    """All plots, each with its own title."""
    for section in sections(study):
        for plot in section.plots:
            of = f"{plot.layout.yaxis.title.text} versus {plot.layout.xaxis.title.text}"
            yield f"{section.title}: {of}", plot


def _timing(along: TimingCurve) -> go.Figure:
    t = along.timings
    return _series(
        {
            "optimizer step": (
                [p.x for p in t],
                [p.seconds for p in t],
                [p.error for p in t],
                along.law,
            )
        },
        AXES[along.axis].label,
        "Time per step / s",
        x_log=AXES[along.axis].by_factors,
    )


def _series(
    named: dict[str, tuple[Sequence[float], Sequence[float], Sequence[float], Decision | None]],
    x_title: str,
    y_title: str,
    *,
    x_log: bool,
) -> go.Figure:
    made = {
        name: plots.Series(
            x,
            y,
            error,
            None if fit is None else fit.chosen,
            (fit.chosen.lowest, fit.chosen.highest) if fit else (0.0, 0.0),
        )
        for name, (x, y, error, fit) in named.items()
    }
    return plots.scaling(made, x_title, y_title, x_log=x_log)


def _circuit(along: TimingCurve) -> go.Figure:
    t, fit = along.timings, along.fit
    law = None if fit is None else fit.exponential
    ends = (law.lowest, law.highest) if law is not None else (0.0, 0.0)
    series = plots.Series(
        [p.x for p in t], [p.seconds for p in t], [p.error for p in t], law, ends, FAR
    )
    return plots.scaling({"forward and backward": series}, "Qubits", "Time for a batch of 64 / s")


def gradient_variances(decays: Sequence[VarianceDecay]) -> Iterator[go.Figure]:
    """Gradient variance against qubits: of one circuit with the global and the local cost, and of
    ensembles by MMD and by the Wasserstein distance.
    """
    for losses, title in (
        (("global", "local"), "Gradient variance"),
        (("mmd",), "Gradient variance, MMD"),
        (("wasserstein",), "Gradient variance, Wasserstein"),
    ):
        made = {
            d.label: plots.Series(
                d.widths,
                [v.value for v in d.variances],
                [v.error for v in d.variances],
                d.whole.chosen,
                (min(d.widths), max(d.widths)),
            )
            for d in decays
            if d.loss in losses
        }
        yield plots.scaling(made, "Qubits", title)


def _reaches(study: ScalingStudy) -> Iterator[go.Figure]:
    by_ansatz: dict[str, list[tuple[float, float, float]]] = {}
    for reach in study.reaches:
        by_ansatz.setdefault(reach.label, []).append(
            (reach.n_layers, reach.found.divergence, reach.found.entangling)
        )
    first = study.reaches[0].found
    for k, title, floor in (
        (1, "KL divergence from Haar-random", first.floor),
        (2, "Meyer-Wallach Q", first.entangling_haar),
    ):
        made = {
            name: plots.Series([r[0] for r in rows], [r[k] for r in rows])
            for name, rows in by_ansatz.items()
        }
        figure = plots.scaling(
            made, "Layers", title, y_log=k == 1, floor=floor, floor_name="Haar-random states"
        )
        figure.update_layout(
            height=560, legend={"orientation": "v", "x": 1.02, "y": 1, "yanchor": "top"}
        )
        yield figure


def _slices(study: ScalingStudy) -> Iterator[go.Figure]:
    assert study.slices is not None
    for rows, title in (
        (study.slices.start, "Loss at the start"),
        (study.slices.trained, "Loss after training"),
    ):
        made = {
            f"direction {k + 1}": plots.Series(study.slices.shifts, row)
            for k, row in enumerate(rows)
        }
        yield plots.scaling(made, "Root-mean-square shift of a parameter", title, y_log=False)


def _quality(study: ScalingStudy) -> Iterator[go.Figure]:
    base = [s for s in study.scores if s.axis == "base"]
    for axis in dict.fromkeys(s.axis for s in study.scores if s.axis in AXES):
        own = next((p for p in axis_points(study.config, axis) if p.is_base), None)
        points = [(s.x, s) for s in study.scores if s.axis == axis] + (
            [(own.x, base[0])] if own is not None and base else []
        )
        points.sort(key=lambda p: p[0])
        series = plots.Series(
            [x for x, _ in points], [s.value for _, s in points], [s.error for _, s in points]
        )
        own_data = (
            axis == "n" and not study.config.model.fixed_data
        )  # then every point has a floor of its own
        floor = base[0].floor if base and not own_data else None
        yield plots.scaling(
            {"this model": series},
            AXES[axis].label,
            study.judge,
            x_log=AXES[axis].by_factors,
            y_log=False,
            floor=floor,
        )
    costs = {
        s.label: plots.Series([float(f"{s.seconds:.2g}")], [s.value], [s.error])
        for s in study.scores
        if s.axis in ("base", "twin")
    }
    if len(costs) > 1:
        yield plots.scaling(
            costs,
            "Training time / s",
            study.judge,
            x_log=True,
            y_log=False,
            floor=base[0].floor if base else None,
        )


def _capacity(study: ScalingStudy) -> Iterator[go.Figure]:
    """Quality and held-out loss with the number of parameters, of circuit and network."""
    of = {
        name: [s for s in study.scores if s.axis == axis]
        for axis, name in ((capacity.CIRCUIT, "circuit"), (capacity.NETWORK, "network"))
    }
    if not of["circuit"]:
        return
    made = {
        name: plots.Series([s.x for s in found], [s.value for s in found], [s.error for s in found])
        for name, found in of.items()
        if found
    }
    floor = of["circuit"][0].floor
    yield plots.scaling(made, "Parameters", study.judge, x_log=True, y_log=False, floor=floor)
    known = {name: [s for s in found if s.loss is not None] for name, found in of.items()}
    if all(known.values()):
        drawn = {
            name: plots.Series(
                [s.x for s in found], [s.loss or 0.0 for s in found], [s.loss_error for s in found]
            )
            for name, found in known.items()
        }
        yield plots.scaling(drawn, "Parameters", "Held-out loss", x_log=True, y_log=False)
