"""Every page: its parts, formulas that MathJax can read, drawings that fit, and that it ships."""

from __future__ import annotations

import importlib
import re

import pytest

from qdiffgui import catalog, explanations
from qdiffgui.errors import ConfigError
from qdiffgui.registry import Entry

WIDEST = 100


@pytest.mark.parametrize("key", explanations.explained())
class TestPage:
    def test_is_about_a_model_and_named_like_it(self, key):
        text = explanations.load(key)
        assert text.startswith(f"# {catalog.models[key].label}\n")
        assert catalog.models[key].facts["paper"] in text

    def test_has_its_parts(self, key):
        text = explanations.load(key)
        assert 55 <= len(text.splitlines()) <= 125
        assert len(re.findall(r"^## ", text, re.MULTILINE)) >= 4
        assert text.count("$$") >= 2
        assert text.count("```") >= 2
        assert re.search(r"arXiv:\d{4}\.\d{5}", text)

    def test_formulas_are_closed(self, key):
        prose = re.sub(r"```.*?```", "", explanations.load(key), flags=re.DOTALL)
        assert prose.count("$$") % 2 == 0
        formulas = re.findall(r"\$\$(.+?)\$\$", prose, flags=re.DOTALL)
        rest = re.sub(r"\$\$.+?\$\$", "", prose, flags=re.DOTALL)
        for line in rest.splitlines():
            assert line.count("$") % 2 == 0, line
            formulas += re.findall(r"\$([^$]+)\$", line)
        for formula in formulas:
            assert formula.count("{") == formula.count("}"), formula
            assert len(re.findall(r"\\left\b", formula)) == len(
                re.findall(r"\\right\b", formula)
            ), formula

    def test_drawings_are_fenced_and_fit(self, key):
        fences = re.findall(
            r"^```\w*\n(.*?)^```$", explanations.load(key), flags=re.DOTALL | re.MULTILINE
        )
        assert fences
        assert max(len(line) for fence in fences for line in fence.splitlines()) <= WIDEST

    def test_has_no_raw_html(self, key):
        text = re.sub(
            r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]+\$",
            "",
            explanations.load(key),
            flags=re.DOTALL,
        )
        assert not re.search(r"</?[a-z][^>]*>", text)


def test_every_model_has_a_page():
    ours = {key for key, entry in catalog.models.items() if entry.target.startswith("qdiffgui.")}
    assert set(explanations.explained()) == ours


def test_what_has_no_page_is_said_in_words(monkeypatch):
    with pytest.raises(ConfigError, match="did you mean 'quantum-denoiser'"):
        explanations.load("quantum-denoizer")
    monkeypatch.setitem(
        catalog.models._entries, "foreign", Entry("foreign", "Foreign", "From a plug-in.")
    )
    with pytest.raises(ConfigError, match="has no page"):
        explanations.load("foreign")


@pytest.mark.parametrize(
    "entry",
    [*catalog.ansatze.values(), *catalog.encodings.values()],
    ids=lambda entry: entry.target,
)
def test_a_circuit_is_explained_by_its_docstring(entry):
    text = explanations.of_code(entry)
    assert text.startswith(f"# {entry.label}\n")
    assert "::" not in text
    fences = re.findall(r"^```text\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    assert text.count("```") == 2 * len(fences)
    words = importlib.import_module(entry.target.partition(":")[0]).__doc__
    drawing = [line.removeprefix("    ") for line in words.splitlines() if "──" in line]
    assert [line for fence in fences for line in fence.splitlines() if "──" in line] == drawing


def test_code_without_source_is_said_in_words():
    with pytest.raises(ConfigError, match="no source"):
        explanations.of_code(Entry("x", "X", "Nothing."))
