"""The figures of a study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.benchmark.figures import Section
from qdiffgui.scaling.axes import AXES
from qdiffgui.scaling.axes import points as points_of
from qdiffgui.scaling.fits import Decision
from qdiffgui.scaling.measured import Along
from qdiffgui.study.run import Study
from qdiffgui.study.trainability import Decay
from qdiffgui.study.words import FIXED_DATA

FAR = 16


def sections(study: Study) -> list[Section]:
    """Time, gradients, ansaetze, the loss, quality; parts that do not apply are not there."""
    found = [Section("Time of an optimiser step", "CPU seconds by axis; threads by the clock. Lines are the fitted laws.",
                     [_timing(a) for a in study.timings])]  # fmt: skip
    if study.circuit is not None:
        found.append(
            Section(
                "The circuit alone, to 12 qubits",
                f"Dotted: extrapolated to {FAR} qubits, not measured.",
                [_circuit(study.circuit)],
            )
        )
    if study.decays:
        text = "Mean over parameters of the variance of a derivative at random angles. Lines: the law that fits better."
        found.append(Section("Gradient variance of reference circuits", text, list(_decays(study.decays))))
    found.append(Section("Gradients of this model where training starts", "Mean squared derivative over seeds.", [
        _series({"this model": (g.x, [v.value for v in g.variances], [v.error for v in g.variances], g.fit)}, AXES[g.axis].label,
                "mean squared derivative", x_log=AXES[g.axis].by_factors)
        for g in study.gradients
    ]))  # fmt: skip
    if study.reaches:
        text = "4 qubits; 1, 2 and 4 layers. Divergence: lower is more expressive. Q: 0 for product states. Lines: Haar-random states."
        found.append(Section("Expressibility and entangling capability", text, list(_reaches(study))))
    if study.slices is not None:
        text = (
            f"Loss of one batch along random directions: at the start, and after {study.slices.n_steps} steps of the first part."
        )
        found.append(Section("Slices of the loss", text, list(_slices(study))))
    found.append(
        Section("Quality against size", "Short trainings, mean and standard deviation over seeds.", list(_quality(study)))
    )
    return [section for section in found if section.figures]


def titled(study: Study) -> Iterator[tuple[str, go.Figure]]:
    """All figures, each with a title of its own."""
    for section in sections(study):
        for figure in section.figures:
            of = f"{figure.layout.yaxis.title.text} against {figure.layout.xaxis.title.text}"
            yield f"{section.title}: {of}", figure


def _timing(along: Along) -> go.Figure:
    t = along.timings
    return _series(
        {"optimiser step": ([p.x for p in t], [p.seconds for p in t], [p.error for p in t], along.fit)}, AXES[along.axis].label,
        "seconds a step", x_log=AXES[along.axis].by_factors,
    )  # fmt: skip


def _series(
    named: dict[str, tuple[Sequence[float], Sequence[float], Sequence[float], Decision | None]],
    x_title: str,
    y_title: str,
    *,
    x_log: bool,
) -> go.Figure:
    made = {
        name: plots.Series(
            x, y, error, None if fit is None else fit.chosen, (fit.chosen.lowest, fit.chosen.highest) if fit else (0.0, 0.0)
        )
        for name, (x, y, error, fit) in named.items()
    }
    return plots.scaling(made, x_title, y_title, x_log=x_log)


def _circuit(along: Along) -> go.Figure:
    t, fit = along.timings, along.fit
    law = None if fit is None else fit.exponential
    ends = (law.lowest, law.highest) if law is not None else (0.0, 0.0)
    series = plots.Series([p.x for p in t], [p.seconds for p in t], [p.error for p in t], law, ends, FAR)
    return plots.scaling({"forward and backward": series}, "Qubits", "seconds for a batch of 64")


def _decays(decays: Sequence[Decay]) -> Iterator[go.Figure]:
    for losses, title in ((("global", "local"), "gradient variance"), (("mmd",), "gradient variance, MMD"),
                          (("wasserstein",), "gradient variance, Wasserstein")):  # fmt: skip
        made = {
            d.label: plots.Series(
                d.widths, [v.value for v in d.variances], [v.error for v in d.variances], d.whole.chosen,
                (min(d.widths), max(d.widths)),
            )
            for d in decays if d.loss in losses
        }  # fmt: skip
        yield plots.scaling(made, "Qubits", title)


def _reaches(study: Study) -> Iterator[go.Figure]:
    by_ansatz: dict[str, list[tuple[float, float, float]]] = {}
    for reach in study.reaches:
        by_ansatz.setdefault(reach.label, []).append((reach.n_layers, reach.found.divergence, reach.found.entangling))
    first = study.reaches[0].found
    for k, title, floor in ((1, "KL divergence from Haar", first.floor), (2, "Meyer-Wallach Q", first.entangling_haar)):
        made = {name: plots.Series([r[0] for r in rows], [r[k] for r in rows]) for name, rows in by_ansatz.items()}
        figure = plots.scaling(made, "Layers", title, y_log=k == 1, floor=floor, floor_name="Haar-random states")
        figure.update_layout(height=560, legend={"orientation": "v", "x": 1.02, "y": 1, "yanchor": "top"})
        yield figure


def _slices(study: Study) -> Iterator[go.Figure]:
    assert study.slices is not None
    for rows, title in ((study.slices.start, "loss at the start"), (study.slices.trained, "loss after training")):
        made = {f"direction {k + 1}": plots.Series(study.slices.shifts, row) for k, row in enumerate(rows)}
        yield plots.scaling(made, "root mean square shift of a parameter", title, y_log=False)


def _quality(study: Study) -> Iterator[go.Figure]:
    base = [s for s in study.scores if s.axis == "base"]
    for axis in dict.fromkeys(s.axis for s in study.scores if s.axis not in ("base", "twin")):
        own = next((p for p in points_of(study.config, axis) if p.is_base), None)
        points = [(s.x, s) for s in study.scores if s.axis == axis] + ([(own.x, base[0])] if own is not None and base else [])
        points.sort(key=lambda p: p[0])
        series = plots.Series([x for x, _ in points], [s.value for _, s in points], [s.error for _, s in points])
        own_data = axis == "n" and study.config.model.kind not in FIXED_DATA  # then every point has a floor of its own
        floor = base[0].floor if base and not own_data else None
        yield plots.scaling(
            {"this model": series}, AXES[axis].label, study.judge, x_log=AXES[axis].by_factors, y_log=False, floor=floor
        )
    costs = {
        s.label: plots.Series([float(f"{s.seconds:.2g}")], [s.value], [s.error])
        for s in study.scores
        if s.axis in ("base", "twin")
    }
    if len(costs) > 1:
        yield plots.scaling(costs, "training / s", study.judge, x_log=True, y_log=False, floor=base[0].floor if base else None)
