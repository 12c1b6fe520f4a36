"""Tables, plots, histograms and methods for a paper, opened as a reader would open them."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import yaml

from qdiffgui import catalog, exports
from qdiffgui.cli.program import run as command
from qdiffgui.errors import UserError
from qdiffgui.exports.latex import latex_number, latex_text
from qdiffgui.exports.offers import OFFERS
from qdiffgui.model_card.citations import bibtex, known, used_papers
from qdiffgui.plots import static
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import report_of_run
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.runs.tiny import tiny

JETS = {
    "data": {"kind": "qg-jets", "classes": "gluon", "n_jets": 900},
    "representation": {"kind": "observables"},
    "model": {"kind": "ddpm", "n_parameters": 300, "schedule": {"kind": "cosine", "n_steps": 4}},
    "training": {"iterations": 20, "batch_size": 16},
    "evaluation": {"n_generated": 60},
}


@pytest.fixture(scope="module")
def jets(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    folder = tmp_path_factory.mktemp("jets")
    run = RunStore(folder / "runs").create(tiny(JETS, name="50 % & more_"), claimed=True)
    assert train_run(run) == Status.DONE, run.state().message
    return run


def test_the_latex_table_can_be_typeset(jets: RunDirectory, tmp_path: Path) -> None:
    """Environments match, rows have equal numbers of cells, and every formula is parsed."""
    from matplotlib.mathtext import MathTextParser

    (file,) = exports.table(jets, tmp_path / "table.tex")
    text = file.read_text()
    assert text.isascii()
    assert r"\usepackage{booktabs}" in text
    assert r"50 \% \& more\_" in text
    begun, ended = (re.findall(rf"\\{word}{{(\w+)}}", text) for word in ("begin", "end"))
    assert begun == ["table", "tabular"]
    assert sorted(begun) == sorted(ended)
    for block in re.findall(r"\\begin{tabular}{(\w+)}(.*?)\\end{tabular}", text, re.DOTALL):
        rows = [line for line in block[1].splitlines() if line.endswith(r"\\")]
        assert len(rows) >= 8
        counts = {len(re.findall(r"(?<!\\)&", row)) + 1 for row in rows}
        assert counts == {len(block[0])}
    parser = MathTextParser("path")
    formulas = set(re.findall(r"\$[^$]+\$", text))
    assert len(formulas) > 15
    for formula in formulas:
        parser.parse(formula)
    for line in text.splitlines():
        assert line.count("{") == line.count("}"), line


def test_the_model_card_has_metrics_verdict_and_limits(jets: RunDirectory, tmp_path: Path) -> None:
    (file,) = exports.card(jets, tmp_path / "card.md")
    text = file.read_text()
    report = jets.metrics()
    assert report is not None
    for sentence in report["verdict"]:
        assert sentence in " ".join(text.split())
    for words in (
        "simulated jets (pythia 8.3) at generator level",
        "no claim of quantum advantage",
    ):
        assert words in text.lower()
    assert "other classifiers, calibration" in " ".join(text.split())
    assert "@software{qdiffgui" in text
    table = [line for line in text.splitlines() if line.startswith(("| Model |", "| Floor |"))]
    assert len(table) == 2
    assert all("±" in line for line in table)
    assert r"50 % & more_" in text


def test_the_csv_table_has_all_values(jets: RunDirectory, tmp_path: Path) -> None:
    (file,) = exports.table(jets, tmp_path / "table.csv")
    rows = list(csv.DictReader(file.read_text().splitlines()))
    report = jets.metrics()
    w1 = next(row["values"]["w1:mass"] for row in report["rows"] if row["class"] == "gluon")
    found = next(
        row
        for row in rows
        if (row["generator"], row["metric"], row["unit"]) == ("Model", "W1 Jet mass", "GeV")
    )
    assert float(found["value"]) == w1["value"]
    assert len([row for row in rows if row["p"]]) == len(report["tests"])
    with pytest.raises(UserError, match=r"\.tex or \.csv"):
        exports.table(jets, tmp_path / "table.xls")


def test_hepdata_tables_are_complete(jets: RunDirectory, tmp_path: Path) -> None:
    files = exports.hepdata(jets, tmp_path / "hepdata")
    documents = list(yaml.safe_load_all(files[0].read_text()))
    assert "Simulation" in documents[0]["comment"]
    assert [document["data_file"] for document in documents[1:]] == [f.name for f in files[1:]]
    for document in documents[1:]:
        assert {"name", "description", "keywords", "data_file"} <= set(document)
    for file in files[1:]:
        table = yaml.safe_load(file.read_text())
        assert set(table) == {"independent_variables", "dependent_variables"}
        columns = table["independent_variables"] + table["dependent_variables"]
        assert len({len(column["values"]) for column in columns}) == 1
        assert all(column["header"]["name"] for column in columns)
    mass = yaml.safe_load((tmp_path / "hepdata" / "mass_gluon.yaml").read_text())
    assert mass["independent_variables"][0]["header"] == {"name": "Jet mass", "units": "GeV"}
    first = mass["independent_variables"][0]["values"][0]
    assert first["low"] < first["high"]


def test_pdf_plots_have_text_and_embedded_fonts(jets: RunDirectory, tmp_path: Path) -> None:
    from pypdf import PdfReader

    assert not OFFERS["paper-plots"].missing(jets)
    words = shlex.split(OFFERS["paper-plots"].command(jets))
    words[words.index("--paper-plots") + 1] = str(tmp_path / "plots")
    assert command(words[1:]) == 0
    names = ("mass", "mismodeling", "multiplicity", "ptd", "width")
    assert sorted(path.name for path in (tmp_path / "plots").iterdir()) == [
        f"{name}-gluon.pdf" for name in names
    ]
    (page,) = PdfReader(tmp_path / "plots" / "mass-gluon.pdf").pages
    text = page.extract_text()
    for word in ("Simulation", "Jet mass / GeV", "Ratio", "Held out", "Generated", "Gluon"):
        assert word in text
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        own = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
        descriptor = own["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
        assert font["/Subtype"] != "/Type3"


def test_svg_text_is_text_and_png_is_a_picture(jets: RunDirectory, tmp_path: Path) -> None:
    report = jets.metrics()
    with static.style():
        made = static.draw(report)["width-gluon"]()
        for kind in ("svg", "png"):
            static.save(made, tmp_path / f"width.{kind}")
    assert ">Simulation<" in (tmp_path / "width.svg").read_text()
    assert (tmp_path / "width.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UserError, match="pdf, svg, png"):
        exports.paper_plots(jets, tmp_path / "plots", ["eps"])


def test_histogram_objects_have_the_counts_of_the_report(jets: RunDirectory) -> None:
    found = exports.histograms(jets)
    assert len(found) == 8  # four observables, two sides
    made = found["mass", "gluon", "generated"]
    assert made.axes[0].name == "mass"
    assert made.axes[0].label == "Jet mass [GeV]"
    picture = next(
        p
        for p in jets.metrics()["histograms"]
        if (p["observable"], p["class"]) == ("mass", "gluon")
    )
    np.testing.assert_allclose(made.axes[0].edges, picture["edges"])
    n = next(row["n"] for row in jets.metrics()["rows"] if row["class"] == "gluon")
    np.testing.assert_allclose(made.density() * made.sum() / n, picture["model"], rtol=1e-4)
    assert 0.9 * n < found["mass", "gluon", "held out"].sum() <= n


@pytest.mark.parametrize("ending", ["tex", "md"])
def test_methods_cite_what_was_used_and_nothing_else(
    jets: RunDirectory, tmp_path: Path, ending: str
) -> None:
    text, bib = (path.read_text() for path in exports.methods(jets, tmp_path / f"m.{ending}"))
    pattern = r"\\cite\{([^}]+)\}" if ending == "tex" else r"@([\w:.]+)"
    cited = [
        key.strip() for group in re.findall(pattern, text) for key in group.rstrip(".").split(",")
    ]
    entries = re.findall(r"^@\w+\{([^,]+),", bib, re.MULTILINE)
    assert sorted(cited) == sorted(entries)
    assert len(set(cited)) == len(cited)
    for paper in ("2006.11239", "2102.09672", "2106.11535", "2203.11601", "2409.16336"):
        assert f"arxiv:{paper}" in entries
    assert "qdiffgui" in entries
    # QuDDPM was not used, no classifier was trained on 60 jets, and there were no thorough checks
    assert not [e for e in entries for p in ("2310.05866", "1610.06545", "2509.08048") if p in e]
    assert "PennyLane" not in text  # the model is classical
    assert "PYTHIA 8.3" in text
    if ending == "tex":
        assert text.isascii()
    with pytest.raises(UserError, match=r"\.tex or \.md"):
        exports.methods(jets, tmp_path / "m.doc")


def test_every_paper_of_the_catalog_has_an_entry() -> None:
    registries = (
        catalog.models,
        catalog.metrics,
        catalog.schedules,
        catalog.ansatze,
        catalog.encodings,
        catalog.datasets,
    )
    papers = {
        str(entry.facts["paper"]).removeprefix("arXiv:")
        for registry in registries
        for entry in registry.values()
        if entry.facts.get("paper") not in (None, "PennyLane")
    }
    assert papers <= set(known())
    text = bibtex(sorted(set(known()) - {"qdiffgui"}))
    for entry in re.split(r"^(?=@)", text, flags=re.MULTILINE)[1:]:
        assert entry.count("{") == entry.count("}"), entry
        assert re.search(r"title = \{.{5,}\}", entry), entry
        assert re.search(r"author = \{.{3,}\}", entry), entry
    assert used_papers({"data": {"kind": "x"}, "model": {"kind": "y"}}, {}) == {}
    assert "2999.99999" in bibtex(["2999.99999"])


def test_signs_without_a_latex_name_do_not_break_it() -> None:
    assert latex_text("τ21 ≤ 5 % 日") == r"$\tau$21 $\leq$ 5 \% ?"
    assert latex_number("(9.3 ± 0.1)\u202f×\u202f10⁻⁴") == r"$(9.3 \pm 0.1) \times 10^{-4}$"


def test_a_finished_run_keeps_its_thorough_checks(jets: RunDirectory, tmp_path: Path) -> None:
    """Asked for later, they are added to ``metrics.json``, and nothing else changes."""
    import json
    import shutil

    from qdiffgui.evaluation.checks import ADDED

    shutil.copytree(jets.path, tmp_path / jets.id)
    old = RunDirectory(tmp_path / jets.id)
    whole = jets.metrics()
    before = {key: value for key, value in whole.items() if key not in (*ADDED, "version")}
    assert "thorough" not in whole
    old.metrics_file.write_text(json.dumps(before))
    assert report_of_run(old) == before
    (page,) = exports.report(old, tmp_path / "old.html")
    assert "Two-sample tests" not in page.read_text()
    checked = report_of_run(old, thorough=True)
    assert checked.pop("thorough")["classes"][0]["class"] == "gluon"
    assert checked == whole
    assert "thorough" in old.metrics()
    (page,) = exports.report(old, tmp_path / "new.html")
    assert "Two-sample tests" in page.read_text()
    assert "plot-mismodeling" in page.read_text()
