"""The pages that are generated from the code are complete, and the small parts do what they say."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

pytest.importorskip("sphinx")

from qdiffgui import catalog, explanations
from qdiffgui.config import Experiment
from tests.browser import screenshots
from tools.docs import api, commands, lists, markdown, settings, source
from tools.docs.explanations import lesson, lesson_keys, model_keys
from tools.docs.mathml import convert
from tools.docs.offline import loads_from_elsewhere

MATH = re.compile(r"\$\$(.+?)\$\$|(?<!\$)\$([^$\n]+)\$", re.DOTALL)
SCREENSHOTS = source.DOCS / "screenshots"


def formulas(text: str) -> list[tuple[str, bool]]:
    """Formulas of a page outside of code: LaTeX, and whether it has a line of its own."""
    plain = re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
    return [(block or line, bool(block)) for block, line in MATH.findall(plain)]


def test_every_formula_has_mathml() -> None:
    pages = [explanations.load(key) for key in model_keys()]
    pages += [lesson(key) for key in lesson_keys()] + list(lists.formulas().values())
    found = [formula for page in pages for formula in formulas(page)]
    assert len(found) > 400
    for latex, block in found:
        assert convert(latex, block=block).startswith("<math")
    with pytest.raises(ValueError, match="nonsense"):
        convert(r"\nonsense{x}", block=False)


def test_every_metric_has_a_section_with_what_the_catalog_says() -> None:
    page = lists.metrics()
    for key, entry in catalog.metrics.items():
        assert f"Key `{key}`, of " in page
        assert f"## {markdown.cell(entry.label)}\n" in page


def test_a_metric_without_a_formula_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = lists.FORMULAS.read_text()
    (tmp_path / "formulas.md").write_text(text.replace("## w1\n", "## w2\n"))
    monkeypatch.setattr(lists, "FORMULAS", tmp_path / "formulas.md")
    with pytest.raises(ValueError, match="w1, w2"):
        lists.metrics()


def test_every_setting_has_a_row_with_its_bounds() -> None:
    page = settings.page()
    kinds = {(name, kind) for name, kind, *_ in settings.groups()}
    assert {("model", key) for key in catalog.models} <= kinds
    assert {("data", key) for key in catalog.datasets} <= kinds
    for name in ("training", "evaluation"):
        for field in Experiment.model_fields[name].annotation.model_fields:
            assert f"| `{name}.{field}` |" in page
    (row,) = [line for line in page.splitlines() if line.startswith("| `training.batch_size` |")]
    assert "integer | `512` | ≥ 2, ≤ 16384 |" in row


def test_every_command_has_a_section_with_its_options() -> None:
    page = commands.page()
    for name in ("app", "train", "export", "runs", "runs import", "bench engine"):
        assert f"## qdiffgui {name}\n" in page, name
    assert "`--paper-plots DIR`" in page
    assert "--figures" not in page, "an option that is hidden"


def test_every_public_name_has_an_entry() -> None:
    pages = "".join(api.pages().values())
    for package in api.PACKAGES:
        for name in importlib.import_module(package).__all__:
            target = getattr(importlib.import_module(package), name)
            if api.directive(f"{package}.{name}", target):
                assert re.search(rf":: qdiffgui[\w.]*\.{name}$", pages, re.MULTILINE), name


def test_every_format_says_what_it_needs() -> None:
    page = lists.formats()
    for entry in catalog.formats.values():
        section = page.split(f"## {markdown.cell(entry.label)}\n")[1].split("\n## ")[0]
        layout = section.split("\n\n", 1)[1]
        assert len(layout.split()) > 8, entry.key


def test_papers_become_links_but_not_in_code() -> None:
    text = "See arXiv:2106.11535, `arXiv:2106.11535` and [arXiv:2106.11535](https://a.b)."
    linked = markdown.link_papers(text)
    assert linked.count("https://arxiv.org/abs/2106.11535") == 1
    assert linked.endswith("`arXiv:2106.11535` and [arXiv:2106.11535](https://a.b).")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<script src="https://cdn.example/x.js"></script>', True),
        ('<link rel="stylesheet" href="//fonts.example/x.css">', True),
        ('<img src="http://a.example/x.png">', True),
        ("<style>@import 'https://a.example/x.css';</style>", True),
        ('<p style="background: url(https://a.example/x.png)">x</p>', True),
        ('<a href="https://a.example/">x</a><script src="x.js"></script>', False),
        ('<link rel="canonical" href="https://a.example/">', False),
    ],
)
def test_what_a_page_loads_from_elsewhere_is_found(tmp_path: Path, text: str, found: bool) -> None:
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><body>{text}</body>")
    assert bool(loads_from_elsewhere(tmp_path)) == found
    (tmp_path / "page.html").unlink()
    (tmp_path / "site.css").write_text("@font-face { src: url('https://a.example/f.woff2'); }")
    assert loads_from_elsewhere(tmp_path) == ["site.css: https://a.example/f.woff2"]


def test_every_area_of_the_page_has_a_picture() -> None:
    from qdiffgui.ui.areas import AREAS

    tabs = {tab for _, _, tab, _ in screenshots.scenes(dict.fromkeys(screenshots.FINISHED, ""))}
    assert tabs == {area.name for area in AREAS}


def test_the_pictures_are_those_that_are_made() -> None:
    """None is missing, and none is left from an area or a step that no longer exists."""
    first_run = (source.DOCS / "FIRST_RUN.md").read_text()
    made = screenshots.names() | set(re.findall(r"screenshots/(first-run-\d+\.png)", first_run))
    assert {path.name for path in SCREENSHOTS.iterdir()} == made


def test_the_animation_is_small_and_moves() -> None:
    from PIL import Image

    path = SCREENSHOTS / "training.webp"
    assert path.stat().st_size < 3_000_000
    with Image.open(path) as image:
        assert image.n_frames > 20
