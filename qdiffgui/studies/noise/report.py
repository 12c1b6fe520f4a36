"""The noise study as plots and as one HTML page that works offline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from qdiffgui import catalog, plots
from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.exports.report_page import PlotSection, ReportTable, render_report
from qdiffgui.plots.theme import with_unit
from qdiffgui.studies.noise.result import NoiseStudy
from qdiffgui.studies.noise.study import NOISE_KINDS

CITATIONS = (
    "Zero-noise extrapolation: arXiv:1612.02058",
    "Unitary folding: arXiv:2005.10921",
)
_GATE_NOISE = (
    "Gate noise is simulated exactly, with density matrices. State preparation is noise-free. The "
    "gates are those of the engine's program; a device with other native gates and a coupling map "
    "needs more of them."
)
_ZNE = (
    "Extrapolated values use zero-noise extrapolation: circuits are folded as U(U†U)^k at scales "
    "1, 3 and 5, and Richardson's polynomial gives the value at zero noise."
)
_N_PLOTTED, _N_LISTED = 4, 6  # metrics that are plotted, and metrics in the table


def noise_plots(found: NoiseStudy, column: str = "") -> list[tuple[str, go.Figure]]:
    """Titled plots of one metric (default: the headline metric): against noise strength, with one
    line per kind of noise, and against the number of shots. Each shows the floor and the trivial
    generators.
    """
    goal = column or found.goal
    about = next((c for c in found.columns if c["key"] == goal), None)
    if about is None:
        return []
    label = with_unit(about["label"], about["unit"])
    baselines = {
        found.labels[key]: cells[goal]["value"]
        for key, cells in found.baselines.items()
        if goal in cells and key != "floor"
    }
    floor = found.baselines.get("floor", {}).get(goal, {}).get("value")
    exact = found.rows[0]["values"].get(goal, {}).get("value")
    more: dict[str, Any] = {
        "floor": floor,
        "trivial": baselines,
        "reference": None if exact is None else ("Without noise", exact),
        "log": True,
    }
    noisy: dict[str, dict[float, dict[str, float]]] = {}
    shots: dict[float, dict[str, float]] = {}
    for row in found.rows[1:]:
        cell = row["values"].get(goal)
        if cell is not None and row["kind"]:
            name = row["kind"].replace("_", " ") + (", extrapolated" if row["mitigated"] else "")
            noisy.setdefault(name, {})[row["strength"]] = cell
        elif cell is not None:
            shots[row["shots"]] = cell
    made = []
    if noisy:
        made.append(
            (
                f"{about['label']} versus noise strength",
                plots.with_errors(noisy, "Noise strength (probability)", label, **more),
            )
        )
    if shots:
        made.append(
            (
                f"{about['label']} versus shots",
                plots.with_errors({"finite shots": shots}, "Shots per circuit", label, **more),
            )
        )
    return made


def noise_page(found: NoiseStudy) -> str:
    """The HTML page: verdict, table, plots of each metric, methods; all text is escaped."""
    keys = [found.goal, *(c["key"] for c in found.columns if c["key"] != found.goal)]
    names = ", ".join(_short(name) for name in found.names)
    return render_report(
        "qdiffgui.studies.noise",
        "noise.html.j2",
        title=f"Noise: {names}",
        summary=found.verdict,
        sections=[
            PlotSection(title, plots=[plot])
            for key in keys[:_N_PLOTTED]
            for title, plot in noise_plots(found, key)
        ],
        methods=methods(found),
        citations=_citations(found),
        provenance=_provenance(found),
        found=found,
        names=names,
        table=_table(found, keys[:_N_LISTED]),
    )


def _short(name: str) -> str:
    """The run's name, if ``name`` is a run folder or the model file in one."""
    path = Path(name)
    return path.parent.name if path.name == "model.h5" and path.parent.name else path.name


def methods(found: NoiseStudy) -> list[str]:
    """How the study was done, in paragraphs: only what these settings and this model used."""
    kinds = dict.fromkeys(row["kind"] for row in found.rows if row["kind"])
    gate_noise = any(kind != "readout" for kind in kinds)
    n_models, n_values = len(found.names), len(found.names) * found.seeds
    spread = "with its standard deviation" if n_values > 1 else "without an error"
    return [
        *([found.about] if found.about else []),
        f"Each value is the mean over {n_models} trained model{'s' if n_models > 1 else ''} and "
        f"{found.seeds} sampling seed{'s' if found.seeds > 1 else ''}, {spread}. "
        f"{found.n_compared} generated samples are compared with as many held-out samples. The "
        "models were trained without noise.",
        *(f"{kind.replace('_', ' ').capitalize()}: {NOISE_KINDS[kind]}." for kind in kinds),
        *([_GATE_NOISE] if gate_noise else []),
        *([_ZNE] if _has_extrapolated(found) else []),
        *found.notes,
    ]


def _has_extrapolated(found: NoiseStudy) -> bool:
    return any(row["mitigated"] for row in found.rows)


def _table(found: NoiseStudy, keys: list[str]) -> ReportTable:
    labels = {c["key"]: with_unit(c["label"], c["unit"]) for c in found.columns}
    shown = [key for key in keys if key in labels]
    rows = [(row["label"], row["values"], "") for row in found.rows]
    rows += [
        (found.labels[key], cells, "floor" if key == "floor" else "trivial")
        for key, cells in found.baselines.items()
    ]
    return ReportTable(
        ("noise", *(labels[key] for key in shown)),
        [
            (name, *("—" if key not in values else format_with_error(values[key]) for key in shown))
            for name, values, _ in rows
        ],
        kinds=[kind for _, _, kind in rows],
    )


def _citations(found: NoiseStudy) -> list[str]:
    entry = catalog.models.get(found.kind)
    paper = entry.facts.get("paper") if entry is not None else None
    own = [f"{entry.label}: {paper}"] if entry is not None and paper else []
    return own + (list(CITATIONS) if _has_extrapolated(found) else [])


def _provenance(found: NoiseStudy) -> list[tuple[str, str]]:
    return [
        ("models", ", ".join(found.names)),
        ("data", f"{found.data}, digest {found.data_digest}"),
        ("sampling seeds", f"0 to {found.seeds - 1}"),
        *found.versions.items(),
    ]
