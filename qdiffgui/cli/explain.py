"""``qdiffgui explain``: explain a model, an ansatz or an encoding in plain language."""

from __future__ import annotations

import re
import sys
from typing import Annotated, Any

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json

_EXAMPLES = ((2, 1), (4, 1), (4, 4), (8, 4))


def explain(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="Key of a model, an ansatz or an encoding; see 'qdiffgui list'."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Explain a model, an ansatz or an encoding: idea, equations, circuit, cost, sources."""
    pages = _pages(key)
    if as_json:
        return output.document({"key": key, "pages": pages})
    text = "\n\n".join(page["markdown"].rstrip() for page in pages) + "\n"
    if not sys.stdout.isatty():
        print(text)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console().print(Markdown(_without_math(text)))


def _pages(key: str) -> list[dict[str, Any]]:
    """The pages on ``key``, which may name both an ansatz and an encoding."""
    from qdiffgui import catalog, explanations
    from qdiffgui.errors import UserError

    registries = (catalog.models, catalog.ansatze, catalog.encodings)
    found = [(registry, registry[key]) for registry in registries if key in registry]
    if not found:
        names = ", ".join(name for registry in registries for name in registry)
        raise UserError(
            f"There is no model, ansatz or encoding called '{key}': choose one of {names}."
        )
    pages = []
    for registry, entry in found:
        text = explanations.load(key) if registry is catalog.models else explanations.of_code(entry)
        if registry is catalog.ansatze:
            text += "\n" + _cost(entry.load())
        pages.append(
            {
                "registry": registry.name,
                "label": entry.label,
                "paper": entry.facts.get("paper", ""),
                "markdown": text,
            }
        )
    return pages


def _cost(ansatz: Any) -> str:
    """Weight shape, gate counts and depth for a few sizes, as a Markdown table."""
    from qdiffgui.circuits.cost import cost

    rows = [
        "| qubits | layers | weights | shape | gates | two-qubit | depth |",
        "|--:|--:|--:|---|--:|--:|--:|",
    ]
    for n, layers in _EXAMPLES:
        counted = cost(ansatz.trace(n, layers))
        cells = (
            n,
            layers,
            counted.n_weights,
            ansatz.shape(n, layers),
            counted.gates,
            counted.two_qubit,
            counted.depth,
        )
        rows.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    return "\n".join(rows) + "\n"


def _without_math(text: str) -> str:
    """Formulas as code blocks: a terminal cannot typeset them."""
    text = re.sub(
        r"\$\$\s*(.+?)\s*\$\$", lambda m: f"\n```latex\n{m[1]}\n```\n", text, flags=re.DOTALL
    )
    return re.sub(r"(?<!\$)\$(?!\s)([^$\n]+?)\$(?!\d)", r"`\1`", text)
