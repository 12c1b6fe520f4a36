"""``qdiffgui evaluate``: compare models, or samples made elsewhere, with the floor and the trivial
generators.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.judge_files import judge_files
from qdiffgui.cli.options import Json, Runs, find_run
from qdiffgui.cli.show_tests import show_tests

if TYPE_CHECKING:
    from qdiffgui.config import Experiment


def evaluate(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN|FILE",
            help="Runs or model files (model.h5); with --against, files of generated samples.",
        ),
    ],
    against: Annotated[
        str,
        typer.Option(
            metavar="FILE|DATASET",
            help="Compare files of samples with this file, or with a data set such as qg-jets.",
        ),
    ] = "",
    train: Annotated[
        str,
        typer.Option(
            metavar="FILE",
            help="Training samples of the model behind the files: for the floor and the trivial "
            "generators. A data set brings its own.",
        ),
    ] = "",
    like: Annotated[
        str,
        typer.Option(
            metavar="RUN",
            help="Compare a file of samples like those of this run: same data and representation.",
        ),
    ] = "",
    label: Annotated[
        str, typer.Option(help="Compare with this class of the reference only, such as gluon.")
    ] = "",
    n: Annotated[
        int | None,
        typer.Option("-n", min=30, help="Samples of a class on each side, at most. Default: 5000."),
    ] = None,
    emd_radius: Annotated[
        float | None,
        typer.Option(
            min=0.01, help="R of the energy mover's distance, rad. Default: 1, as in JetNet."
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the comparison of a file as an HTML page."),
    ] = None,
    thorough: Annotated[
        bool,
        typer.Option(
            "--thorough",
            help="Also other classifiers, calibration, reweighting, tails and amplification.",
        ),
    ] = False,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Compare generated samples with held-out data: W1 per observable, classifier AUC, the floor,
    trivial generators and two-sample tests with p-values. With --against, the samples are those of
    files made elsewhere.
    """
    from qdiffgui.errors import UserError

    if against and like:
        raise UserError("Expected --against or --like; found both: choose one.")
    if against:
        return judge_files(
            targets,
            against,
            train,
            label=label,
            n=5000 if n is None else n,
            emd_radius=1.0 if emd_radius is None else emd_radius,
            thorough=thorough,
            html=html,
            as_json=as_json,
        )
    if train or label or html is not None or n is not None or emd_radius is not None:
        raise UserError(
            "Expected --against with --train, --label, -n, --emd-radius or --html: they are for "
            "files of samples. 'qdiffgui export RUN --report FILE' writes the report of a run."
        )
    if like and thorough:
        raise UserError(
            "Expected --thorough with a run, a model or --against; found it with --like, whose "
            "report has no thorough checks: leave it out."
        )
    reports = [_report(target, runs, like, thorough) for target in targets]
    if as_json:
        return output.document(
            [{key: value for key, value in report.items() if key != "config"} for report in reports]
        )
    for group in _comparable_groups(reports):
        for name in group[0]["classes"]:
            _print_table(group, name)
    for report in reports:
        show_tests(report, report["name"])
    for report in reports:
        print(f"{report['name']}:")
        for sentence in [*report["verdict"], *report.get("findings", ())]:
            print(f"  {sentence}")
    for sentence in dict.fromkeys(note for report in reports for note in report["notes"]):
        print(f"Note: {sentence}")


def _report(target: str, runs: Path | None, like: str, thorough: bool) -> dict[str, Any]:
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.runs import reports

    quiet_threads()
    path = Path(target)
    if like:
        config = find_run(like, runs).config()
        report = reports.report_of_file(config, path)
        return {"run": None, "name": path.name, "config": config} | report
    if path.is_file():
        report = reports.report_of_model(path, thorough=thorough)
        from qdiffgui.model_file import load

        return {
            "run": None,
            "model": str(path),
            "name": path.name,
            "config": load(path).config,
        } | report
    run = find_run(target, runs)
    state = run.state()
    about = {
        "run": run.id,
        "directory": str(run.path),
        "name": state.name,
        "status": str(state.status),
        "model": state.model,
        "n_parameters": state.n_parameters,
        "training_seconds": state.seconds,
        "config": run.config(),
    }
    return about | reports.report_of_run(run, thorough=thorough)


def _comparable_groups(reports: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Group reports that share the held-out data, and so the floor and the trivial generators."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for report in reports:
        config: Experiment = report["config"]
        same = (
            config.data,
            config.representation,
            config.evaluation,
            config.seed,
            tuple(report["classes"]),
        )
        groups.setdefault(repr(same), []).append(report)
    return list(groups.values())


def _print_table(reports: list[dict[str, Any]], name: str) -> None:
    """Print the table of one class: the models first, then the floor and trivial generators."""
    columns = reports[0]["columns"]
    rows = [(report["name"], _row(report, "model", name)) for report in reports]
    rows += [
        (row["label"], row)
        for row in reports[0]["rows"]
        if row["class"] == name and row["key"] != "model"
    ]
    heads = [
        f"{column['label']} [{column['unit']}]" if column["unit"] else column["label"]
        for column in columns
    ]
    cells = [(label, *(_cell(row, column["key"]) for column in columns)) for label, row in rows]
    output.table(
        (name, *heads),
        cells,
        title=f"Class {name}: {reports[0]['n_generated']} generated samples against held-out data",
        right=range(1, len(heads) + 1),
    )


def _row(report: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return next(row for row in report["rows"] if row["key"] == key and row["class"] == name)


def _cell(row: dict[str, Any], column: str) -> str:
    found = row["values"].get(column)
    if found is None or found["value"] is None:
        return "—"
    from qdiffgui.evaluation.number_format import format_with_error

    return format_with_error(found) if found.get("error") else f"{found['value']:.3g}"
