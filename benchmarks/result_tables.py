"""The tables of README.md and docs/RESULTS.md, from stored values of finished studies.

    python -m benchmarks.result_tables benchmark RUNS/.benchmarks/ID --machine "2 idle cores"
    python -m benchmarks.result_tables presets NAME quality.json ... --machine "2 idle cores"
    python -m benchmarks.result_tables write

``benchmark`` reads the folder of a finished ``qdiffgui benchmark``, ``presets`` what
``benchmarks/quality.py`` printed for presets of the same data. Both store what the tables need,
some KB, as docs/results/NAME.json. ``write`` renews every table between ``<!-- table NAME -->`` and
``<!-- end -->``, as the other two do at their end. The names are in ``TABLES``.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qdiffgui import catalog
from qdiffgui.evaluation.number_format import format_number, format_value
from qdiffgui.evaluation.strong_classifier import N_FOLDS, NAME

ROOT = Path(__file__).resolve().parents[1]
STORED = ROOT / "docs" / "results"
PAGES = (ROOT / "README.md", ROOT / "docs" / "RESULTS.md")
_TABLE = re.compile(r"(<!-- table (\S+) -->\n).*?(<!-- end -->)", re.S)
_NUMBERS = re.compile(r"\[[-\d.e,\s]*\]")
_FLOOR = "training against held-out samples (floor)"


class Column(NamedTuple):
    """A column of a table: its head, the class (or "all") and the key of the metric."""

    head: str
    of: str
    key: str


class Table(NamedTuple):
    """A table: the stored study, its columns, and the rows to show (all if empty)."""

    study: str
    columns: tuple[Column, ...]
    rows: tuple[str, ...] = ()
    caption: bool = True


def from_benchmark(folder: Path) -> dict[str, Any]:
    """What tables need of a finished benchmark.

    Parameters
    ----------
    folder : Path
        Folder of the benchmark, with ``job.json``, ``status.json`` and ``result.json``.

    Returns
    -------
    dict
        To be stored. ``rows`` maps row key -> label, values (class -> metric -> mean, standard
        deviation, number of seeds) and, for models, role, parameters, CPU seconds, failed seeds.
    """
    job, status, result = (
        json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("job", "status", "result")
    )
    rows: dict[str, dict[str, Any]] = {}
    for name, table in result["table"].items():
        for key, cells in table.items():
            row = rows.setdefault(key, {"label": result["labels"].get(key, key), "values": {}})
            row["values"][name] = {
                metric: _short(cell["value"], cell["error"], cell["n_seeds"])
                for metric, cell in cells.items()
                if metric in _metrics() and cell
            }
    for model in result["models"]:
        rows.setdefault(model["key"], {"label": model["label"], "values": {}}).update(
            role=model["role"],
            parameters=model["facts"].get("n_parameters"),
            cpu_seconds=round(model["training_seconds"] or 0, 1),
            failed_seeds=sorted(map(int, model["failures"])),
        )
    effort = "" if job["effort"] == 1 else f" --effort {job['effort']:g}"
    return {
        "command": f"qdiffgui benchmark {job['lineup']} --seeds {job['seeds']}{effort}",
        "date": _day(status["ended"]),
        "seeds": result["seeds"],
        "n_generated": catalog.benchmarks[job["lineup"]].load().base.evaluation.n_generated,
        "cpu": "one training",
        "rows": rows,
    }


def from_presets(files: Sequence[Path], presets: Sequence[str]) -> dict[str, Any]:
    """What tables need of the output of ``benchmarks/quality.py``.

    Parameters
    ----------
    files : sequence of Path
        The printed JSON documents.
    presets : sequence of str
        Keys of the presets that belong together: same data, representation and evaluation.

    Returns
    -------
    dict
        As that of ``from_benchmark``. The floor and the trivial generators are those of the first
        preset.
    """
    runs = [run for f in files for run in json.loads(f.read_text(encoding="utf-8"))["runs"]]
    rows: dict[str, dict[str, Any]] = {}
    for preset in presets:
        own = [run for run in runs if run["preset"] == preset]
        for key in dict.fromkeys(row["key"] for run in own for row in run["rows"]):
            if key != "model" and preset != presets[0]:
                continue
            same = [row for run in own for row in run["rows"] if row["key"] == key]
            rows[preset if key == "model" else key] = {
                "label": same[0]["label"],
                "values": _over_seeds(same),
            }
        experiment = catalog.presets[preset].load()
        label = experiment.name.split(": ")[-1]
        rows[preset] |= {
            "label": label[0].upper() + label[1:],
            "role": "quantum" if experiment.model.quantum else "matched",
            "parameters": own[0]["n_parameters"],
            "cpu_seconds": round(float(np.mean([run["cpu_seconds"] for run in own])), 1),
            "failed_seeds": [],
        }
    return {
        "command": f"python benchmarks/quality.py --seeds {len(own)} {' '.join(presets)}",
        "date": _day(max(file.stat().st_mtime for file in files)),
        "seeds": sorted(run["seed"] for run in own),
        "n_generated": experiment.evaluation.n_generated,
        "cpu": "one run, evaluation included",
        "rows": rows,
    }


def _over_seeds(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[float]]]:
    """Class -> metric -> mean, standard deviation and number of rows of one generator."""
    values: dict[str, dict[str, list[float]]] = {}
    for row in rows:
        for metric, cell in row["values"].items():
            if metric in _metrics() and cell:
                of_class = values.setdefault(row["class"], {})
                of_class.setdefault(metric, []).append(cell["value"])
    return {
        name: {
            metric: _short(float(np.mean(v)), float(np.std(v, ddof=1)), len(v))
            for metric, v in metrics.items()
        }
        for name, metrics in values.items()
    }


def _metrics() -> set[str]:
    return {column.key for table in TABLES.values() for column in table.columns}


def _short(value: float, error: float, n_seeds: float) -> list[float]:
    return [float(f"{value:.4g}"), float(f"{error:.3g}"), int(n_seeds)]


def _day(seconds: float) -> str:
    day = datetime.fromtimestamp(seconds)
    return f"{day.day} {day:%B %Y}"


def table(name: str, stored: Path = STORED) -> str:
    """A table in Markdown: what it was measured on, then the floor and the rows, the best by the
    first column first.
    """
    wanted = TABLES[name]
    found = json.loads((stored / f"{wanted.study}.json").read_text(encoding="utf-8"))
    rows = {key: row for key, row in found["rows"].items() if not wanted.rows or key in wanted.rows}
    heads = ("", "parameters", *(column.head for column in wanted.columns), "CPU s")
    lines = [_line(heads), "|" + "---|" * len(heads)]
    for key in sorted(rows, key=lambda key: _place(key, rows[key], wanted.columns[0])):
        lines.append(_line(_cells(key, rows[key], wanted.columns, len(found["seeds"]))))
    return "\n".join([*([_caption(found), ""] if wanted.caption else []), *lines]) + "\n"


def _place(key: str, row: Mapping[str, Any], column: Column) -> tuple[bool, float]:
    cell = row["values"].get(column.of, {}).get(column.key)
    return key != "floor", float("inf") if cell is None else abs(cell[0] - 0.5)


def _cells(key: str, row: Mapping[str, Any], columns: Sequence[Column], n_seeds: int) -> list[str]:
    label = _FLOOR if key == "floor" else row["label"]
    failed = len(row.get("failed_seeds", ()))
    note = f" ({n_seeds - failed} of {n_seeds} seeds)" if failed else ""
    cells = [(f"**{label}**" if row.get("role") == "quantum" else label) + note]
    cells.append(format_number(row["parameters"]) if row.get("parameters") else "")
    for column in columns:
        cell = row["values"].get(column.of, {}).get(column.key)
        cells.append("" if cell is None else format_value(cell[0], cell[1]))
    return [*cells, format_number(row["cpu_seconds"], 2) if "cpu_seconds" in row else ""]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  ", "| ")


def _caption(found: Mapping[str, Any]) -> str:
    seeds, n = len(found["seeds"]), found["n_generated"]
    several = max(len(row["values"]) for row in found["rows"].values()) > 1
    return (
        f"`{found['command']}`, {found['date']}; {found['machine']}. Mean ± standard deviation "
        f"over {seeds} seeds, each with its own split; up to {n} generated samples"
        f"{' of each class' if several else ''} against as many held-out ones. *AUC*: {NAME}, "
        f"{N_FOLDS} folds. *CPU s*: CPU seconds of {found['cpu']}. Bold: quantum models."
    )


def write(pages: Sequence[Path] = PAGES, stored: Path = STORED) -> list[Path]:
    """Renew the tables of all pages; returns the pages that have changed."""
    changed = []
    for page in pages:
        old = page.read_text(encoding="utf-8")
        new = _TABLE.sub(lambda m: f"{m[1]}{table(m[2], stored)}{m[3]}", old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            changed.append(page)
    return changed


def keep(name: str, found: Mapping[str, Any], machine: str, stored: Path = STORED) -> Path:
    """Store a study under ``name``, with the machine in words."""
    stored.mkdir(exist_ok=True)
    file = stored / f"{name}.json"
    text = json.dumps({**found, "machine": machine}, indent=1, ensure_ascii=False)
    short = _NUMBERS.sub(lambda m: "".join(m[0].split()), text)  # a list of numbers is one line
    file.write_text(short + "\n", encoding="utf-8")
    return file


_MAPS = tuple(
    Column(head, "gluon", key)
    for head, key in (
        ("AUC", "auc"),
        ("quick AUC", "quick-auc"),
        ("W1 width / σ", "w1-relative:width"),
        ("W1 mass / σ", "w1-relative:mass"),
        ("held-out loss, nats", "held-out-loss"),
    )
)
_AUC = tuple(Column(f"AUC, {name}", name, "auc") for name in ("gluon", "quark"))
_OBSERVABLES = (
    _AUC[0],
    Column("quick AUC, gluon", "gluon", "quick-auc"),
    _AUC[1],
    Column("quick AUC, quark", "quark", "quick-auc"),
)
_BOTH, _SHOWERS = (
    tuple(
        Column(f"{head}, {name}", name, key)
        for name in names
        for head, key in (("AUC", "auc"), (w1, "w1:mean"))
    )
    for names, w1 in (
        (("gluon", "quark"), "W1 / W1(q,g)"),
        (("10-31.6 GeV", "31.6-100 GeV"), "W1 / W1 of the ranges"),
    )
)
TABLES: dict[str, Table] = {
    "jets-observables": Table(
        "jets-observables", (*_OBSERVABLES, Column("W1 / W1(q,g), gluon", "gluon", "w1:mean"))
    ),
    "readme": Table(
        "jets-observables",
        _AUC,
        (
            "floor",
            "quantum-denoiser",
            "ddpm-matched",
            "quantum-plain",
            "ddpm-plain",
            "gaussian-copula",
        ),
        caption=False,
    ),
    "jets-observables-8": Table(
        "jets-observables-8",
        (
            *_OBSERVABLES,
            Column("held-out loss, gluon", "gluon", "held-out-loss"),
            Column("held-out loss, quark", "quark", "held-out-loss"),
        ),
    ),
    "jets-images": Table("jets-images", _BOTH),
    "images-16x16": Table("images-16x16", _BOTH),
    "jets-clouds": Table("jets-clouds", _BOTH),
    "jets-maps": Table("jets-maps", _MAPS),
    "calorimeter": Table("calorimeter", _SHOWERS),
    "masked-radial": Table("masked-radial", _MAPS),
    "masked-4x4": Table("masked-4x4", _MAPS),
}
"""The tables, by the name that pages call them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write")
    one = commands.add_parser("benchmark")
    one.add_argument("folder", type=Path)
    some = commands.add_parser("presets")
    some.add_argument("name", choices=sorted(TABLES))
    some.add_argument("files", type=Path, nargs="+")
    some.add_argument("--preset", action="append", required=True)
    for command in (one, some):
        command.add_argument("--machine", required=True)
    options = parser.parse_args()
    if options.command == "benchmark":
        lineup = json.loads((options.folder / "job.json").read_text(encoding="utf-8"))["lineup"]
        print(keep(lineup, from_benchmark(options.folder), options.machine))
    elif options.command == "presets":
        print(keep(options.name, from_presets(options.files, options.preset), options.machine))
    for page in write():
        print(page)


if __name__ == "__main__":
    main()
