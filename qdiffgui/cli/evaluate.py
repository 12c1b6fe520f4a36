"""``qdiffgui evaluate``: models beside the floor and the trivial generators."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs, find_run

if TYPE_CHECKING:
    from qdiffgui.config import Experiment


def evaluate(
    targets: Annotated[list[str], typer.Argument(metavar="RUN|MODEL", help="Runs, or model files.")],
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Compare what models generate with held-out data: W1 of each observable, classifier test, floor, trivial generators."""
    reports = [_report(target, runs) for target in targets]
    if as_json:
        return output.document([{key: value for key, value in report.items() if key != "config"} for report in reports])
    for same in _comparable(reports):
        for name in same[0]["classes"]:
            _table(same, name)
    for report in reports:
        print(f"{report['name']}:")
        for sentence in report["verdict"]:
            print(f"  {sentence}")
    for sentence in dict.fromkeys(note for report in reports for note in report["notes"]):
        print(f"Note: {sentence}")


def _report(target: str, runs: Path | None) -> dict[str, Any]:
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.runs import reports

    quiet_threads()
    path = Path(target)
    if path.is_file():
        report = reports.of_model(path)
        from qdiffgui.model_file import load

        return {"run": None, "model": str(path), "name": path.name, "config": load(path).config} | report
    run = find_run(target, runs)
    state = run.state()
    about = {"run": run.id, "directory": str(run.path), "name": state.name, "status": str(state.status), "model": state.model,
             "n_parameters": state.n_parameters, "training_seconds": state.seconds, "config": run.config()}  # fmt: skip
    return about | reports.of_run(run)


def _comparable(reports: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Reports that were made on the same held-out data, so that floor and trivial generators are the same, together."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for report in reports:
        config: Experiment = report["config"]
        same = (config.data, config.representation, config.evaluation, config.seed, tuple(report["classes"]))
        groups.setdefault(repr(same), []).append(report)
    return list(groups.values())


def _table(reports: list[dict[str, Any]], name: str) -> None:
    """One table of a class: the models first, then what is beside them all."""
    columns = reports[0]["columns"]
    rows = [(report["name"], _row(report, "model", name)) for report in reports]
    rows += [(row["label"], row) for row in reports[0]["rows"] if row["class"] == name and row["key"] != "model"]
    heads = [f"{column['label']} [{column['unit']}]" if column["unit"] else column["label"] for column in columns]
    cells = [(label, *(_cell(row, column["key"]) for column in columns)) for label, row in rows]
    output.table(
        (name, *heads), cells, title=f"Held-out {name}, {reports[0]['n_generated']} generated", right=range(1, len(heads) + 1)
    )


def _row(report: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return next(row for row in report["rows"] if row["key"] == key and row["class"] == name)


def _cell(row: dict[str, Any], column: str) -> str:
    found = row["values"].get(column)
    if found is None or found["value"] is None:
        return "—"
    error = found.get("error")
    return f"{found['value']:.3g}" if not error else f"{found['value']:.3g} ± {error:.1g}"
