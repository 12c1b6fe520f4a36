"""Retired words: what replaced them, and a search for them in the package and its documents.

``python -m tests.words [PATH ...]`` prints every hit as ``file:line: word -> replacement``. A path
is a folder or a file of the checkout (default: the package, docs, README).
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("qdiffgui", "docs", "examples", "README.md", "app.ipynb")
TEXTS = (".md", ".j2", ".html", ".ipynb")

PROSE = {
    r"figures? of merit": "metric, headline metric",
    r"figures?": "metric, value or plot",
    r"films?": "trajectory, animation",
    r"beside": "next to, compared with",
    r"anew": "again",
    r"dear": "expensive",
    r"told": "conditioned on, reported",
    r"made of": "computed from, consists of",
    r"comes? out": "results in",
    r"came out": "resulted in, Result",
    r"taken": "used, reused",
    r"has it": "rephrase",
    r"what decides": "headline metric",
    r"how good": "quality",
    r"real (quark|gluon|jets)": "simulated jets, held-out jets",
    r"but by chance": "except by chance",
    r"misread\w*": "readout error",
    r"tall(y|ies)": "tracker",
    r"(model|denoiser) famil(y|ies)": "model, denoising model",
    r"of merit": "metric",
    r"real (against|vs\.?) real|real-(vs|against)-real": "held-out against held-out, floor",
    r"learned nothing worth": "learned nothing useful",
    r"trainings": "training runs, runs",
    r"cannot be had": "not available",
    r"go(es|ing)? on with|went on with": "continue",
    r"nobody|somebody|whoever": "name the subject",
    r"for (it|they|there|he) (is|are|has|have|does|do|would|could|can)": "because",
    r"thrown away": "discarded",
    r"ever more": "more and more",
    r"nearer": "closer",
    r"deaths?": "failure",
    r"mak(e|es|ing) of": "rephrase",
    r"towards": "toward",
    r"grey": "gray",
    r"centres?|centred": "center",
    r"catalogues?": "catalog",
    r"licence": "license",
    r"\w*(colour|neighbour|behaviour|favour)\w*": "American spelling: -or",
    r"\w*(normal|optim|standard|factor|parametr|recogn|memor|initial|quant|vector|minim|maxim|"
    r"general|regular|summar|visual|serial|organ|penal)is(e[drs]?|ing|ation|ations|able)": (
        "American spelling: -iz"
    ),
    r"\w*(modell|labell)(ed|ing)": "American spelling: one l",
}
"""Patterns of words that prose, comments and strings no longer use."""

NUMBER = r"(?<![\w.\])}/'\"])\.\d+(?!\w)"
"""A number without its leading zero; style sheets and pictures may have them."""

NAMES = {
    r"_?(n_|draw_)?told(_of|_.*)?": "context, n_context, sample_context",
    r"\w*Family": "DiffusionModel, DenoisingModel",
    r"\w+_family": "the model's own name",
    r"look": "extract_features",
    r"View": "Features",
    r"\w*[Mm]isread\w*": "ReadoutErrorBackend, readout_error",
    r"_?[Tt]ally|_?[Tt]allies": "Tracker, tracker",
    r"Crew|Pace|Team|_hire": "HelperPool, HelperPolicy, ParallelCall, _spawn",
    r"_speak_into": "redirect_output_to",
    r"wish": "command",
    r"proceed": "unpause",
    r"of_system": "system_error_message",
    r"why_not": "unsupported_reason",
    r"_?(acts|complaints|judged|keeps|at_work)": (
        "run_actions, validation_messages, comparability, roundtrip_card, queue_card"
    ),
    r"blank_words|over_seeds|_?misfit|_?spoken": "name the thing it computes",
    r"\w*figures?_of_merit": "headline_metric",
    r"_?films?|\w+_films?|films?_\w+": "trajectory, animation",
}
"""Patterns of whole identifiers: modules, classes, functions, arguments, variables."""

# (file, matched text): where an old name must stay, and why.
ALLOWED: dict[tuple[str, str], str] = {
    ("qdiffgui/runs/bundle.py", "film"): "film.json, a file of runs of layout 1",
    ("qdiffgui/plots/export.py", "figure"): "a key of JSON files that users keep",
    ("docs/EXAMPLES.md", "figures"): "an extra of pyproject.toml, in a command",
    ("examples/README.md", "figures"): "an extra of pyproject.toml, in a command",
}

_PROSE = {re.compile(rf"\b(?:{word})\b", re.IGNORECASE): use for word, use in PROSE.items()}
_NUMBER = re.compile(NUMBER)
_NAMES = {re.compile(rf"(?:{word})\Z"): use for word, use in NAMES.items()}
_CODE = re.compile(r"``[^`]*``|`[^`\n]*`|\bgo\.Figure\b|\{[^{}]*\}|https?://\S+")
_KEY = re.compile(r"[\w./#-]*\Z")


class Hit(NamedTuple):
    """A retired word where it stands."""

    path: str
    line: int
    word: str
    use: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.word} -> {self.use}"


def hits(places: tuple[str, ...] = PLACES) -> list[Hit]:
    """All retired words in these files and folders, and numbers without a leading zero."""
    return [
        hit
        for path in _files(places)
        for hit in _in_file(path)
        if (hit.path, hit.word.lower()) not in ALLOWED
    ]


def _files(places: tuple[str, ...]) -> Iterator[Path]:
    for place in places:
        path = ROOT / place
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (p for p in found if p.suffix in (".py", ".js", *TEXTS))


def _in_file(path: Path) -> Iterator[Hit]:
    name, source = str(path.relative_to(ROOT)), path.read_text()
    if path.suffix == ".py":
        for line, text in _prose_of_python(source):
            yield from _prose(name, line, text)
        yield from _names(name, ast.parse(source))
        yield from _named(name, 1, path.stem)
    elif path.suffix == ".js":
        for match in re.finditer(r"//[^\n]*|\"[^\"\n]*\"|'[^'\n]*'|`[^`]*`", source):
            if not _KEY.match(match.group()[1:-1]):
                yield from _prose(name, source.count("\n", 0, match.start()) + 1, match.group())
    else:
        for line, text in enumerate(source.splitlines(), 1):
            yield from _prose(name, line, re.sub(r"<[^>]*>|\(\S+\)", " ", text))


def _prose_of_python(source: str) -> Iterator[tuple[int, str]]:
    """Comments and strings; a string without a space is a key, not prose."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        elif token.type == tokenize.STRING:
            inner = re.sub(r"^\w*(\"\"\"|'''|\"|')|(\"\"\"|'''|\"|')$", "", token.string)
            if not _KEY.match(re.sub(r"\{[^{}]*\}", "", inner)):
                yield from enumerate(inner.split("\n"), token.start[0])


def _prose(name: str, line: int, text: str) -> Iterator[Hit]:
    text = _CODE.sub(" ", text)
    for pattern, use in _PROSE.items():
        for match in pattern.finditer(text):
            yield Hit(name, line, match.group(), use)
    for match in _NUMBER.finditer(text):
        yield Hit(name, line, match.group(), f"0{match.group()}")


def _names(name: str, tree: ast.AST) -> Iterator[Hit]:
    """Names where they are defined: a name that is only used is another file's, or a library's."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _named(name, node.lineno, node.name)
        elif isinstance(node, ast.arg):
            yield from _named(name, node.lineno, node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield from _named(name, node.lineno, node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield from _named(name, node.lineno, node.attr)


def _named(name: str, line: int, identifier: str) -> Iterator[Hit]:
    for pattern, use in _NAMES.items():
        if pattern.match(identifier):
            yield Hit(name, line, identifier, use)
            return


if __name__ == "__main__":
    found = hits(tuple(sys.argv[1:]) or PLACES)
    print(*found, sep="\n")
    print(f"{len(found)} retired words")
