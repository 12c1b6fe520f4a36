"""The study of noise as figures, and as one HTML page that needs no network."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.hardware.study import KINDS, Study, verdict
from qdiffgui.plots.standalone import headed
from qdiffgui.plots.standalone import page as standalone
from qdiffgui.plots.theme import with_unit


def figures(found: Study, column: str = "") -> list[tuple[str, go.Figure]]:
    """Quality against strength, one line for each kind of noise, and against the number of shots; floor and trivial generators beside."""
    goal = column or found.goal
    about = next((c for c in found.columns if c["key"] == goal), None)
    if about is None:
        return []
    label = with_unit(about["label"], about["unit"])
    beside = {found.labels[key]: cells[goal]["value"] for key, cells in found.beside.items() if goal in cells and key != "floor"}
    floor = found.beside.get("floor", {}).get(goal, {}).get("value")
    exact = found.rows[0]["values"].get(goal, {}).get("value")
    more: dict[str, Any] = {
        "floor": floor,
        "trivial": beside,
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
            (f"{about['label']} against the strength of noise", plots.with_errors(noisy, "strength (probability)", label, **more))
        )
    if shots:
        made.append(
            (f"{about['label']} against shots", plots.with_errors({"finite shots": shots}, "shots a circuit", label, **more))
        )
    return made


def page(found: Study) -> str:
    """Verdict, figures of each column that was measured, table, methods."""
    columns = [found.goal, *(c["key"] for c in found.columns if c["key"] != found.goal)]
    drawn = [pair for key in columns[:4] for pair in figures(found, key)]
    names = ", ".join(_short(name) for name in found.names)
    parts = [f"<h1>Noise: {html.escape(names)}</h1>", _list(verdict(found))]
    parts += [headed(title, figure) for title, figure in drawn]
    parts += [_table(found, columns[:6]), "<h2>Methods</h2>", _list(methods(found))]
    return standalone("Noise", parts)


def _short(name: str) -> str:
    """Of a run's folder or of a model file in it, the run."""
    path = Path(name)
    return path.parent.name if path.name == "model.h5" and path.parent.name else path.name


def methods(found: Study) -> list[str]:
    """How it was done."""
    kinds = dict.fromkeys(row["kind"] for row in found.rows if row["kind"])
    return [
        *([found.about] if found.about else []),
        f"Each figure is the mean over {len(found.names)} trained model(s) and {found.seeds} seeds of sampling, with the standard "
        f"deviation; {found.n_samples} samples each, against as many held-out ones. The models were trained without noise.",
        *(f"{kind.replace('_', ' ').capitalize()}: {KINDS[kind]}." for kind in kinds),
        "Noise is simulated exactly, as density matrices; state preparation is without noise. Gates are those of the engine's program: on "
        "a device with other native gates and a coupling map there are more of them.",
        "Extrapolated: to no noise, from circuits folded U(U†U)^k at scales 1, 3, 5, by Richardson's polynomial (arXiv:1612.02058, "
        "arXiv:2005.10921).",
        f"Made {datetime.now(UTC):%Y-%m-%d %H:%M} UTC.",
    ]


def _list(sentences: list[str]) -> str:
    return "<ul>" + "".join(f"<li>{html.escape(sentence)}</li>" for sentence in sentences) + "</ul>"


def _table(found: Study, columns: list[str]) -> str:
    labels = {c["key"]: with_unit(c["label"], c["unit"]) for c in found.columns}
    shown = [key for key in columns if key in labels]
    heads = "".join(f"<th>{html.escape(labels[key])}</th>" for key in shown)
    rows = [(row["label"], row["values"]) for row in found.rows]
    rows += [(found.labels[key], cells) for key, cells in found.beside.items()]
    lines = []
    for name, values in rows:
        cells = "".join(f"<td>{_cell(values.get(key))}</td>" for key in shown)
        lines.append(f"<tr><td>{html.escape(name)}</td>{cells}</tr>")
    return f"<h2>All figures</h2><table><tr><th></th>{heads}</tr>{''.join(lines)}</table>"


def _cell(found: dict[str, float] | None) -> str:
    return "—" if found is None else f"{found['value']:.4g} ± {found['error']:.2g}"
