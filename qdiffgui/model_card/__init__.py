"""The model card: what a trained model is, on what data and how it was trained, what its evaluation
found, what that evaluation did not look at, and what to cite.

A card is built from the settings, the facts of a model file and the report of a run; it is stored
in model files and bundles and exported as Markdown or JSON.
"""

from qdiffgui.model_card.build import build_card
from qdiffgui.model_card.markdown import as_markdown
from qdiffgui.model_card.schema import Card, parse_card
from qdiffgui.model_card.stored import copy_with_card, read_card, write_card

__all__ = [
    "Card",
    "as_markdown",
    "build_card",
    "copy_with_card",
    "parse_card",
    "read_card",
    "write_card",
]
