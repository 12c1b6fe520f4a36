"""Which papers a run used, and their BibTeX entries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from qdiffgui import catalog
from qdiffgui.evaluation.check_tables import classes_with_weights

SOFTWARE = "qdiffgui"
_PYTHIA, _JETS, _PENNYLANE = "2203.11601", "1810.05165", "1811.04968"
_TESTS, _WEIGHTS, _AMPLIFICATION = "2409.16336", "2305.16774", "2509.08048"
_ENTRY = re.compile(r"^@\w+\{([^,]+),.*?(?=^@|\Z)", re.DOTALL | re.MULTILINE)


def used_papers(config: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, str]:
    """The papers behind the data, the model and the metrics of a run, and nothing else.

    Parameters
    ----------
    config : mapping
        Settings of the run, as plain data; may be empty.
    report : mapping
        Its report (``metrics.json``); may be empty.

    Returns
    -------
    dict of str to str
        Identifier, as in ``bibtex``, to what it is cited for.

    Examples
    --------
    >>> import qdiffgui
    >>> config = qdiffgui.preset("quddpm-cluster-1q").model_dump(mode="json")
    >>> used_papers(config, {})
    {'2310.05866': 'QuDDPM', '1811.04968': 'PennyLane'}
    """
    found: dict[str, str] = {}
    for paper, reason in _used(config, report):
        key = paper.removeprefix("arXiv:")
        found.setdefault(_PENNYLANE if key == "PennyLane" else key, reason)
    return found


def citation_lines(report: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> list[str]:
    """What a report cites, one line for each paper; ``config`` is empty for samples of a file."""
    used = used_papers(config or {}, report).items()
    return [f"{reason}: arXiv:{paper}" for paper, reason in used]


def _used(config: Mapping[str, Any], report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    data, model = config.get("data") or {}, config.get("model") or {}
    if data.get("kind") == "qg-jets":
        yield _PYTHIA, "PYTHIA 8.3"
        yield _JETS, "recipe of the jets"
    yield from _of_entries(catalog.datasets, [data.get("kind")])
    yield from _of_entries(catalog.models, [model.get("kind")])
    schedule = model.get("schedule") or {}
    yield from _of_entries(catalog.schedules, [schedule.get("kind")])
    yield from _of_entries(catalog.ansatze, [model.get("ansatz")])
    yield from _of_entries(catalog.encodings, [model.get("encoding")])
    if model.get("kind") in catalog.models and catalog.models[model["kind"]].facts.get("quantum"):
        yield _PENNYLANE, "PennyLane"
    yield from _of_entries(catalog.metrics, measured(report))
    if report.get("tests"):
        yield _TESTS, "two-sample tests"
    classes = (report.get("thorough") or {}).get("classes", ())
    if any(checked["tests"] for checked in classes):
        yield from _of_entries(catalog.metrics, ["fpd"])
    if classes_with_weights(report):
        yield _WEIGHTS, "weights of the classifier"
        yield _AMPLIFICATION, "amplification"


def measured(report: Mapping[str, Any]) -> list[str]:
    """Keys of the metrics that have a value in the report."""
    rows = report.get("rows", ())
    columns = [
        str(column["key"])
        for column in report.get("columns", ())
        if any(row["values"].get(column["key"]) for row in rows)
    ]
    return list(dict.fromkeys(key.split(":")[0] for key in columns))


def _of_entries(registry: Any, keys: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for key in keys:
        if key in registry and registry[key].facts.get("paper"):
            yield registry[key].facts["paper"], registry[key].label


def citation_key(paper: str) -> str:
    """The BibTeX key of a paper.

    >>> citation_key("2310.05866")
    'arxiv:2310.05866'
    """
    return paper if paper == SOFTWARE else f"arxiv:{paper}"


def bibtex(papers: Iterable[str]) -> str:
    """BibTeX entries of papers, and of qdiffgui.

    Parameters
    ----------
    papers : iterable of str
        Identifiers on arXiv. Those of plug-ins that are not known get an entry without a title.

    Returns
    -------
    str
        The entries, in the order of ``papers``; qdiffgui comes first.
    """
    return "\n".join(_entry(paper) for paper in (SOFTWARE, *papers))


@cache
def known() -> dict[str, str]:
    """Identifier to the fields of its entry, as stored in ``references.bib``."""
    text = files("qdiffgui.model_card").joinpath("references.bib").read_text(encoding="utf-8")
    return {match[1]: match[0].strip() for match in _ENTRY.finditer(text)}


def _entry(paper: str) -> str:
    if paper == SOFTWARE:
        return known()[paper] + "\n"
    stored = known().get(paper, f"@misc{{{paper}}}")
    fields = stored.partition("{")[2].partition(",")[2].strip().rstrip("}").rstrip()
    if stored.endswith("}}") and fields:  # the brace of the last field was cut with the entry's
        fields += "}"
    lines = [f"  {line.strip()}" for line in re.split(r",\s*(?=\w+ = \{)", fields) if line.strip()]
    lines += [f"  eprint = {{{paper}}}", "  archivePrefix = {arXiv}"]
    lines.append(f"  url = {{https://arxiv.org/abs/{paper}}}")
    return f"@misc{{{citation_key(paper)},\n" + ",\n".join(lines) + ",\n}\n"
