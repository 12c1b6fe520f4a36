"""Which column of a file is what, as the user says it in the setting ``data.columns``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

OF_PARTICLES = (
    *("pt", "eta", "rapidity", "phi", "deta", "dphi"),
    *("px", "py", "pz", "energy", "mass", "pid"),
)
"""Roles of columns with one list per jet. ``deta`` and ``dphi`` are relative to the jet axis."""
OF_JETS = ("label", "jet_pt")
"""Roles of columns with one number per jet."""
ROLES = (*OF_PARTICLES, *OF_JETS, "tree")
"""All that a mapping can name; ``tree`` is the name of the TTree or RNTuple."""


@dataclass(frozen=True)
class Columns:
    """What the user said about the columns of a file.

    Parameters
    ----------
    named : mapping of str to str
        Role to column; empty to recognize them by name.
    energy_unit : {"auto", "GeV", "MeV"}
        Unit of momenta and energies; "auto" recognizes it by their size.
    swap_labels : bool
        Whether label 0 is quark and 1 is gluon.
    """

    named: Mapping[str, str] = field(default_factory=dict)
    energy_unit: str = "auto"
    swap_labels: bool = False


def parse_columns(text: str) -> dict[str, str]:
    """A mapping from text such as ``"pt=cand_pt, eta=cand_eta, label=is_quark"``.

    Parameters
    ----------
    text : str
        Pairs of role and column, separated by commas; "" for none.

    Returns
    -------
    dict of str to str
        Role to column.

    Raises
    ------
    ValueError
        If a pair has no '=' or its role is not one of ``ROLES``.

    Examples
    --------
    >>> parse_columns("pt=cand_pt, tree=Events")
    {'pt': 'cand_pt', 'tree': 'Events'}
    """
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        role, equals, column = (part.strip() for part in pair.partition("="))
        if not (equals and column and role in ROLES):
            raise ValueError(
                f"Expected pairs such as 'pt=cand_pt', where the first is one of "
                f"{', '.join(ROLES)}; found '{pair[:48]}'."
            )
        found[role] = column
    return found
