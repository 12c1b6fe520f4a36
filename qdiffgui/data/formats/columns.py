"""Which column of a table of jets is what: recognized by name, or said by the user.

ROOT and parquet files name their columns freely. A mapping from roles (``config.columns.ROLES``)
to columns is found from the names alone, before any value is read, and is shown and stored with the
run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from qdiffgui.config.columns import OF_PARTICLES, ROLES
from qdiffgui.data.formats.checks import one_line
from qdiffgui.errors import DataError

_SETS = (
    ("px", "py", "pz", "energy"),
    ("pt", "eta", "phi", "energy"),
    ("pt", "eta", "phi", "mass"),
    ("pt", "rapidity", "phi", "mass"),
    ("pt", "rapidity", "phi"),
    ("pt", "deta", "dphi"),
    ("pt", "eta", "phi"),
    ("energy", "eta", "phi"),
    ("px", "py", "pz"),
)
"""Sets of roles that determine a particle, the most complete first."""
_SPELLINGS = {
    "pt": "pt",
    "eta": "eta",
    "phi": "phi",
    "deta": "deta",
    "etarel": "deta",
    "dphi": "dphi",
    "phirel": "dphi",
    "px": "px",
    "py": "py",
    "pz": "pz",
    "energy": "energy",
    "e": "energy",
    "pid": "pid",
    "pdgid": "pid",
    "pdg_id": "pid",
}
_ENDING = re.compile(
    r"(?P<prefix>.*?)[_.]?(?P<end>" + "|".join(sorted(_SPELLINGS, key=len, reverse=True)) + ")",
    re.IGNORECASE,
)
_LABELS = ("label", "is_quark", "isquark", "jet_label", "y")
_JET_PT = ("jet_pt", "jetpt", "fatjet_pt")


def match(lists: Sequence[str], numbers: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """The mapping from roles to columns, from names alone.

    Parameters
    ----------
    lists, numbers : sequence of str
        Names of the columns with a list per jet, and with a number per jet.
    named : mapping of str to str
        What the user said. If it names columns of particles, no others are guessed.

    Returns
    -------
    dict of str to str
        Role to column, in the order of ``ROLES``.

    Raises
    ------
    DataError
        If a named column is missing, or the columns of the particles cannot be recognized.
    """
    wanted = {role: name for role, name in named.items() if role != "tree"}
    for role, name in wanted.items():
        among = lists if role in OF_PARTICLES else numbers
        if name not in among:
            kind = "a list" if role in OF_PARTICLES else "one number"
            raise DataError(
                f"Expected a column '{one_line(name)}' with {kind} per jet for '{role}'; found "
                f"{_few(among)}: correct data.columns."
            )
    particles = {role: name for role, name in wanted.items() if role in OF_PARTICLES}
    if particles:
        require_particle(particles)
    found = particles or _recognized(lists)
    for role, spellings in (("label", _LABELS), ("jet_pt", _JET_PT)):
        name = wanted.get(role) or _spelled(numbers, spellings)
        if name:
            found[role] = name
    return {role: found[role] for role in ROLES if role in found}


def require_particle(roles: Iterable[str]) -> None:
    """Raise ``DataError`` unless the roles determine a particle."""
    given = set(roles)
    if not any(set(needed) <= given for needed in _SETS):
        raise DataError(
            "Expected in data.columns the columns of pt, eta and phi, or of px, py and pz; found "
            f"{', '.join(roles)}: add the others."
        )


def label_column(numbers: Sequence[str]) -> str:
    """The column of labels by its name; "" for none."""
    return _spelled(numbers, _LABELS)


def _spelled(numbers: Sequence[str], spellings: Sequence[str]) -> str:
    lower = {name.lower(): name for name in reversed(numbers)}
    return next((lower[spelling] for spelling in spellings if spelling in lower), "")


def _recognized(lists: Sequence[str]) -> dict[str, str]:
    """Columns of particles, all with the same beginning of their names."""
    groups: dict[str, dict[str, str]] = {}
    for name in lists:
        ending = _ENDING.fullmatch(name)
        if ending:
            role = _SPELLINGS[ending["end"].lower()]
            groups.setdefault(ending["prefix"], {}).setdefault(role, name)
    complete = {
        prefix: {role: group[role] for role in (*roles, "pid") if role in group}
        for prefix, group in groups.items()
        for roles in _SETS[::-1]
        if set(roles) <= group.keys()
    }
    if not complete:
        raise DataError(
            "Expected columns with a list per jet for the pT, eta and phi (or px, py and pz) of "
            f"its particles; found {_few(lists)}: say which is which in data.columns, for example "
            "'pt=cand_pt, eta=cand_eta, phi=cand_phi'."
        )
    if len(complete) > 1:
        choices = " or ".join(f"'{one_line(next(iter(c.values())))}'" for c in complete.values())
        raise DataError(
            f"Expected one group of particles per jet; found several, with {choices}: say which in "
            "data.columns, for example 'pt=cand_pt, eta=cand_eta, phi=cand_phi'."
        )
    return next(iter(complete.values()))


def _few(names: Sequence[str]) -> str:
    shown = [f"'{one_line(name, 24)}'" for name in names[:6]]
    return ", ".join(shown) + (" and more" if len(names) > 6 else "") or "no such column"
