"""Model cards in model files: the group ``card`` holds ``json``, which is read back, and
``markdown`` for readers without qdiffgui.
"""

from __future__ import annotations

from pathlib import Path

import h5py

from qdiffgui.data.hdf5 import open_untrusted, walk, write_atomically
from qdiffgui.errors import DataError
from qdiffgui.model_card.markdown import as_markdown
from qdiffgui.model_card.schema import Card, parse_card

GROUP = "card"


def write_card(file: h5py.File, card: Card) -> None:
    """Add a card to an open model file that has none."""
    group = file.create_group(GROUP)
    for name, text in (("json", card.as_json()), ("markdown", as_markdown(card))):
        group.create_dataset(name, data=text, dtype=h5py.string_dtype())


def read_card(file: h5py.File) -> Card | None:
    """The card of an open model file; None for files of versions without cards.

    Raises
    ------
    DataError
        If the card is damaged, stored elsewhere, or of a newer version.
    """
    link = file.get(GROUP, getlink=True)
    if link is None:
        return None
    if (
        not isinstance(link, h5py.HardLink)
        or file.get(GROUP, getclass=True) is not h5py.Group
        or (item := dict(walk(file[GROUP], kinds="fiubcSO")).get("json")) is None
        or item.shape != ()
        or h5py.check_string_dtype(item.dtype) is None
    ):
        raise DataError("its card is not a text in the file")
    return parse_card(item[()])


def copy_with_card(source: Path, target: Path, card: Card) -> None:
    """Copy a model file, with this card instead of its own. Raises ``OSError`` if the copy does not
    fit on the disk.
    """
    with open_untrusted(source) as old, write_atomically(target) as new:
        new.attrs.update(old.attrs)
        for name in old:
            if name != GROUP:
                old.copy(name, new)
        write_card(new, card)
