"""A Sphinx extension: formulas become MathML while the site is built.

Every current browser draws MathML, so that the pages need neither a script nor fonts, also when
they are opened as files. docutils' own converter does the work; LaTeX that it does not know fails
the build.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging

_KNOWN_AS = {r"\dots": r"\ldots", r"\middle": ""}
"""Commands that docutils does not know, and what it knows instead."""
logger = logging.getLogger(__name__)


def convert(latex: str, *, block: bool) -> str:
    """A formula as a MathML element.

    Raises
    ------
    ValueError
        If the converter does not know a command.
    """
    for unknown, known in _KNOWN_AS.items():
        latex = re.sub(re.escape(unknown) + r"(?![a-zA-Z])", lambda _, known=known: known, latex)
    try:
        return str(tex2mathml(latex.strip(), as_block=block))
    except MathError as error:
        raise ValueError(f"'{latex.strip()}' has no MathML: {error}") from error


def _append(translator: Any, node: nodes.Element, *, block: bool) -> None:
    try:
        made = convert(node.astext(), block=block)
    except ValueError as error:
        logger.warning("%s", error, location=node)
        made = ""
    if block:
        made = (
            f'<div class="math-block" tabindex="0" role="region" aria-label="Formula">{made}</div>'
        )
    translator.body.append(made)
    raise nodes.SkipNode


def visit_inline(translator: Any, node: nodes.Element) -> None:
    """Write a formula in a sentence."""
    _append(translator, node, block=False)


def visit_block(translator: Any, node: nodes.Element) -> None:
    """Write a formula on a line of its own."""
    _append(translator, node, block=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
