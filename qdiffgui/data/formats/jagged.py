"""Jets from a table with lists of particles: the part that ROOT and parquet files share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

import numpy as np

from qdiffgui.config.columns import OF_PARTICLES, Columns
from qdiffgui.data.formats import checks
from qdiffgui.data.formats.columns import match
from qdiffgui.data.formats.flat import JaggedTable, observables_in, open_flat, table_labels
from qdiffgui.data.formats.layout import QUARK_GLUON, Layout, concatenate, used_classes
from qdiffgui.data.observables import masses
from qdiffgui.data.ragged import owner, sum_by
from qdiffgui.data.types import Array, Jets
from qdiffgui.errors import DataError

_MOST_AT_ONCE = 4_000_000
"""Particles that are computed with at once."""
LabelsAndClasses = tuple[Array, Mapping[int, str]]


def open_jagged(
    table: JaggedTable,
    key: str,
    label: str,
    columns: Columns,
    labels: Callable[[JaggedTable], LabelsAndClasses] | None = None,
) -> Layout:
    """The layout of a table of jets, read in slices.

    Parameters
    ----------
    table : JaggedTable
        The open table.
    key, label : str
        Key and name of the format.
    columns : Columns
        What the user said about the columns.
    labels : callable, optional
        Gives the labels (n,) and the names of the classes. By default, a column of labels is 1 for
        quark and 0 for gluon.

    Returns
    -------
    Layout
        Open for reading; ``mapping`` says which column is used for what.

    Raises
    ------
    DataError
        If the columns cannot be recognized.
    """
    if observables_in(table) and not table.lists and not columns.named:
        return open_flat(table, key, f"{label}: observables")
    found = match(list(table.lists), list(table.numbers), columns.named)
    particles = {role: name for role, name in found.items() if role in OF_PARTICLES}
    n = table.n
    sample_bytes = table.sample_bytes(list(particles.values()))
    checks.size(n, sample_bytes, "jet")
    notes: list[str] = []
    if labels is not None:
        truth, known = labels(table)
    else:
        truth, said = table_labels(table, found.get("label", ""))
        known, notes = QUARK_GLUON, list(said)

    def read(start: int, stop: int) -> Jets:
        values, counts = table.read_lists(list(particles.values()), start, stop)
        checks.particles(int(counts.max(initial=0)))
        if int(counts.sum()) > _MOST_AT_ONCE and stop - start > 1:  # jets of very different sizes
            del values
            middle = (start + stop) // 2
            return cast(Jets, concatenate([read(start, middle), read(middle, stop)]))
        wide = {role: part.astype(np.float64) for role, part in zip(particles, values, strict=True)}
        _check(wide, particles, counts, start)
        jets = jets_from(wide, counts, truth[start:stop])
        if "jet_pt" not in found:
            return jets
        given = table.read_number(found["jet_pt"], start, stop)
        checks.finite(given, found["jet_pt"], "jet", start)
        checks.not_negative(given, found["jet_pt"], "pT", "jet", start)
        return replace(jets, jet_pt=given.astype(np.float32))

    if labels is None and "label" not in found:
        notes.append("The file has no labels: say which column has them with 'label=' in columns.")
    every = {**table.lists, **table.numbers}
    return Layout(
        key,
        label,
        n,
        "jet",
        truth,
        used_classes(truth, known),
        {name: every[name] for name in found.values()},
        sample_bytes,
        read,
        tuple(notes),
        mapping={"table": table.name, **found},
    )


def jets_from(values: Mapping[str, Array], counts: Array, label: Array) -> Jets:
    """Jets relative to the axis of the four-momentum sum, without particles of zero pT.

    Parameters
    ----------
    values : mapping of str to ndarray, shape (n_particles,)
        Columns by role (see ``columns.OF_PARTICLES``), GeV and rad, jet by jet. Without energy
        and mass, particles are massless, or have the masses of their ids next to rapidities. With
        ``deta`` and ``dphi``, these are used as they are.
    counts : ndarray, shape (n_jets,)
        Number of particles of each jet.
    label : ndarray, shape (n_jets,), int8

    Returns
    -------
    Jets
        ``jet_pt`` is that of the vector sum.
    """
    pt, eta, phi, energy, pz = _four_momenta(values)
    kept = pt > 0
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    jet = owner(offsets)[kept]
    n = len(counts)
    pt, eta, phi, energy, pz = pt[kept], eta[kept], phi[kept], energy[kept], pz[kept]
    px, py = sum_by(jet, pt * np.cos(phi), n), sum_by(jet, pt * np.sin(phi), n)
    if "deta" not in values:
        total_e, total_pz = sum_by(jet, energy, n), sum_by(jet, pz, n)
        axis_eta = _rapidity(total_e, total_pz)
        eta = eta - axis_eta[jet]
        phi = (phi - np.arctan2(py, px)[jet] + np.pi) % (2 * np.pi) - np.pi
    pid = values["pid"][kept].astype(np.int32) if "pid" in values else None
    return Jets(
        pt=pt.astype(np.float32),
        eta=eta.astype(np.float32),
        phi=phi.astype(np.float32),
        offsets=np.concatenate([[0], np.cumsum(sum_by(jet, kept[kept], n))]).astype(np.int64),
        label=label,
        jet_pt=np.hypot(px, py).astype(np.float32),
        pid=pid if pid is not None and pid.any() else None,
    )


def _four_momenta(values: Mapping[str, Array]) -> tuple[Array, Array, Array, Array, Array]:
    """pT, rapidity, azimuth, energy and pz; with relative angles, those instead."""
    if "px" in values:
        px, py, pz = values["px"], values["py"], values["pz"]
        pt, phi = np.hypot(px, py), np.arctan2(py, px)
        momentum = np.hypot(pt, pz)
        # float32 rounding can put the energy a little below the momentum
        energy = np.maximum(values.get("energy", momentum), momentum)
        return pt, _rapidity(energy, pz), phi, energy, pz
    if "rapidity" in values:
        pt, rapidity, phi = values["pt"], values["rapidity"], values["phi"]
        mass = values.get("mass", masses(values["pid"].astype(int)) if "pid" in values else 0.0)
        transverse = np.hypot(pt, mass)
        return pt, rapidity, phi, transverse * np.cosh(rapidity), transverse * np.sinh(rapidity)
    relative = "deta" in values
    eta, phi = values["deta" if relative else "eta"], values["dphi" if relative else "phi"]
    pt = values["pt"] if "pt" in values else values["energy"] / np.cosh(eta)
    pz = pt * np.sinh(eta)
    momentum = pt * np.cosh(eta)
    if ("energy" in values or "mass" in values) and not relative and "pt" in values:
        energy = np.hypot(momentum, values["mass"]) if "mass" in values else values["energy"]
        energy = np.maximum(energy, momentum)
        return pt, _rapidity(energy, pz), phi, energy, pz
    return pt, eta, phi, momentum, pz


def _rapidity(energy: Array, pz: Array) -> Array:
    plus, minus = np.maximum(energy + pz, 1e-12), np.maximum(energy - pz, 1e-12)
    found: Array = 0.5 * np.log(plus / minus)
    return found


def _check(values: dict[str, Array], names: Mapping[str, str], counts: Array, start: int) -> None:
    """Refuse values that are not physical; the error names the jet."""
    ends = np.cumsum(counts)
    for role, found in values.items():
        wrong = ~np.isfinite(found)
        if role in ("pt", "energy"):
            wrong |= found < 0
        limit = checks.LARGEST_ANGLES.get(role, checks.LARGEST)
        wrong |= np.abs(found) > limit
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            jet = start + int(np.searchsorted(ends, row, side="right"))
            expected = {"pt": "pT of 0 or more", "energy": "energies of 0 or more"}.get(
                role,
                f"angles within ±{limit:g} rad"
                if role in checks.LARGEST_ANGLES
                else f"numbers within ±{limit:g}",
            )
            value = "NaN" if np.isnan(found[row]) else f"{found[row]:g}"
            raise DataError(
                f"Expected {expected} in '{checks.one_line(names[role])}'; found {value} in jet "
                f"{jet} (counted from 0): remove that jet or choose another column."
            )
