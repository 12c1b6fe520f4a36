"""Several runs as one table: LaTeX, Markdown and CSV, in Python and on the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from qdiffgui import exports
from qdiffgui.cli.program import run as command
from qdiffgui.errors import UserError
from qdiffgui.evaluation.run_table import EvaluatedRun, build_table
from qdiffgui.exports.comparison_tables import as_text
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.store import RunStore
from tests.evaluation.test_run_table import report, run
from tests.plots.test_compared_histograms import report as distributions
from tests.runs.tiny import STATES, tiny


def stored(store: RunStore, name: str, auc: float, seed: int = 0, **changes) -> RunDirectory:
    made = store.create(tiny(STATES, name=name, seed=seed, **changes))
    made.metrics_file.write_text(json.dumps(report(auc)))
    return made


@pytest.fixture
def runs(tmp_path: Path) -> list[RunDirectory]:
    store = RunStore(tmp_path / "runs")
    seeds = [stored(store, f"q_1 & co, seed {s}", 0.60 + 0.01 * s, s) for s in range(3)]
    return [*seeds, stored(store, "network", 0.7, batch_size=16)]


def test_a_paper_gets_one_table_of_all_runs(runs: list[RunDirectory], tmp_path: Path) -> None:
    (file,) = exports.comparison_table(runs, tmp_path / "t.tex", baseline=runs[3])
    text = file.read_text()
    assert text.isascii()
    assert r"q\_1 \& co & $3$ & $0.610 \pm 0.010$ & $0.100$ \\" in text
    assert r"network & $1$ & $0.700 \pm 0.004$" in text
    assert r"q\_1 \& co $-$ network &  & $-0.090 \pm 0.012$" in text
    assert "with one seed, that of the sampling" in text
    assert text.count(r"\midrule") == 4
    assert r"\begin{tabular}{lrrr}" in text
    (file,) = exports.comparison_table(runs, tmp_path / "t.md", sort="auc", metrics=["auc"])
    lines = file.read_text().splitlines()
    assert lines[0] == "| Generator | Seeds | Classifier AUC |"
    assert [line.split(" | ")[0] for line in lines[2:6]] == [
        "| q_1 & co",
        "| network",
        "| Floor",
        "| Mean",
    ]


def test_a_spreadsheet_gets_plain_numbers(runs: list[RunDirectory], tmp_path: Path) -> None:
    (file,) = exports.comparison_table(runs, tmp_path / "t.csv", group_seeds=False)
    with file.open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["kind"] for row in rows] == ["model"] * 4 + ["floor", "trivial"]
    assert float(rows[3]["Classifier AUC"]) == 0.7
    assert float(rows[3]["Classifier AUC error"]) == 0.004
    assert rows[5]["W1 [σ]"] == "", "a missing value is empty"


def test_what_cannot_be_compared_is_refused(runs: list[RunDirectory], tmp_path: Path) -> None:
    other = RunStore(tmp_path / "runs").create(tiny(name="digits"))
    file = tmp_path / "t.tex"
    with pytest.raises(UserError, match="differ in the settings of data and representation"):
        exports.comparison_table([*runs, other], file)
    with pytest.raises(UserError, match=r"ending in \.tex, \.md, \.csv"):
        exports.comparison_table(runs, tmp_path / "t.xls")
    with pytest.raises(UserError, match="they report auc, w1:mean"):
        exports.comparison_table(runs, file, metrics=["fid"])
    with pytest.raises(UserError, match="none of the runs"):
        exports.comparison_table(runs[1:], file, baseline=runs[0])
    with pytest.raises(UserError, match="at least one"):
        exports.comparison_table([], file)
    assert not file.exists()


def test_the_command_line_writes_the_same_table(
    runs: list[RunDirectory], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names, where = [one.id for one in runs], ["--runs", str(tmp_path / "runs")]
    file = tmp_path / "t.md"
    options = ["--comparison", str(file), "--baseline", "network", *where, "--json"]
    assert command(["export", *names, *options]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == names
    (again,) = exports.comparison_table(runs, tmp_path / "again.md", baseline=runs[3])
    assert file.read_text() == again.read_text()
    assert command(["export", *names, "--settings", str(tmp_path / "x.json"), *where]) != 0
    assert "and --mlflow hold several" in capsys.readouterr().err
    assert command(["export", names[0], "--baseline", names[0], *where]) != 0


def test_the_command_line_draws_all_runs_in_one_plot(
    runs: list[RunDirectory], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, where = tmp_path / "plots", ["--runs", str(tmp_path / "runs")]
    names = [one.id for one in runs[2:]]
    options = ["--comparison-plots", str(folder), "--format", "svg", "--width", "86", "--log"]
    assert command(["export", *names, *options, *where]) != 0
    assert "no distributions of observables" in capsys.readouterr().err
    assert not folder.exists()
    for one in runs[2:]:
        one.metrics_file.write_text(json.dumps(report(0.6) | distributions(1.1)))
    assert command(["export", *names, *options, *where]) == 0
    assert [path.name for path in folder.iterdir()] == ["mass.svg"]
    text = (folder / "mass.svg").read_text()
    assert 'width="243.' in text, "86 mm in points"
    assert "network" in text


def test_a_positive_difference_has_a_sign() -> None:
    table = build_table([run("a", 0, 0.6), run("b", 0, 0.7)])
    assert "| b − a | +0.100 ± 0.006 |" in as_text(table, ".md", "a")
    assert "differences with their standard errors" in as_text(table, ".tex", "a")


def test_names_cannot_break_a_table() -> None:
    table = build_table([run("a|b\\c\n<i>", 0, 0.6)])
    lines = as_text(table, ".md").splitlines()
    assert lines[2].startswith(r"| a\|b\\c <i> | 0.600 ± 0.004 |")
    classes = EvaluatedRun("x", 0, "x", report(0.6) | {"rows": _of_classes()})
    assert as_text(build_table([classes]), ".tex").count(r"\begin{table}") == 2


def _of_classes() -> list[dict]:
    rows = report(0.6)["rows"]
    return [row | {"class": name} for name in ("quark", "gluon") for row in rows]
