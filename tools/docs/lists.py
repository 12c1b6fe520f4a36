"""The pages of metrics, file formats and everything else in the catalog."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from qdiffgui import catalog
from qdiffgui.registry import Entry
from tools.docs.markdown import cell, code, prose, table

FORMULAS = Path(__file__).with_name("formulas.md")
_BETTER = {
    "lower": "Smaller is better.",
    "higher": "Larger is better.",
    "half": "0.5 is best.",
    "floor": "The closer to the floor the better.",
}
_OF = {
    "observable": "one observable",
    "sample": "features of the samples",
    "raw-and-derived": "features, raw and derived",
    "state": "pure states",
    "density": "mixed states",
    "model": "the model and held-out samples",
    "cloud": "jets as clouds of particles",
    "efp": "energy flow polynomials",
    "shower": "layer energies of showers",
    "voxel": "voxel energies of showers",
}


def formulas() -> dict[str, str]:
    """Key of a metric to its formula, in Markdown with LaTeX.

    Raises
    ------
    ValueError
        If a metric has no formula, or a formula no metric.
    """
    parts = re.split(r"^## (\S+)\n", FORMULAS.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    found = {key: text.strip() for key, text in zip(parts[::2], parts[1::2], strict=True)}
    if wrong := set(found) ^ {key for key, entry in catalog.metrics.items() if not entry.plugin}:
        raise ValueError(f"{FORMULAS.name} and the metrics differ in: {', '.join(sorted(wrong))}")
    return found


def metrics() -> str:
    """One section per metric: what it is, its formula, and the facts of the catalog."""
    formula = formulas()
    return "\n".join(
        _metric(entry, formula[key]) for key, entry in catalog.metrics.items() if not entry.plugin
    )


def _metric(entry: Entry, formula: str) -> str:
    facts = entry.facts
    said = [
        f"Key {code(entry.key)}, of {_OF[facts['of']]}. {_BETTER[facts['better']]}",
        f"Samples: {facts['least']}.",
        "Expensive." if facts.get("full") else "",
        f"{facts['paper']}." if facts.get("paper") else "",
    ]
    return (
        f"## {cell(entry.label)}\n\n{prose(entry.summary)}\n\n{formula}\n\n"
        f"{' '.join(filter(None, said))}\n"
    )


def formats() -> str:
    """One section per file format: what it is, and the layout that its reader expects."""
    return "\n".join(_format(entry) for entry in catalog.formats.values() if not entry.plugin)


def _format(entry: Entry) -> str:
    layout = inspect.getdoc(entry.load().open_layout) or ""
    needs = layout.partition("\n\nRaises")[0]
    paper = f" {entry.facts['paper']}." if entry.facts.get("paper") else ""
    return (
        f"## {cell(entry.label)}\n\nKey {code(entry.key)}. {prose(entry.summary)}{paper}\n\n"
        f"{as_markdown(needs)}\n"
    )


def as_markdown(docstring: str) -> str:
    """A docstring of sentences as Markdown: double backticks become single ones."""
    parts = re.split(r"``([^`]+)``", docstring)
    parts[::2] = [re.sub(r"([*_<$])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [f"`{part}`" for part in parts[1::2]]
    return "".join(parts)


def everything() -> str:
    """One table per registry: key, label, summary."""
    parts = []
    for name, registry in catalog.ALL.items():
        own = [entry for entry in registry.values() if not entry.plugin]
        head = ("key", "name", "summary")
        rows = [(code(e.key), cell(e.label), _summary(e)) for e in own]
        parts.append(f"## {name.capitalize()}\n\n{table(head, rows)}")
    return "\n".join(parts)


def _summary(entry: Entry) -> str:
    paper = entry.facts.get("paper")
    shown = f" {paper}." if isinstance(paper, str) and paper and paper not in entry.summary else ""
    return prose(entry.summary) + cell(shown)
