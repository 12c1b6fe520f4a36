"""One class and one seed of the shipped jets, generated: run as a process of its own.

    python -m qdiffgui.data.pythia_worker gluon|quark SEED N_JETS OUT.npz

PYTHIA 8.3 (Bierlich et al., arXiv:2203.11601) is under the GPL and optional: only this process imports it. The events follow the recipe
of EnergyFlow's qg_jets (arXiv:1810.05165): pp at 14 TeV, Z(→νν) + gluon or light quark, anti-kT R=0.4 of visible particles, leading jet of
500-550 GeV and |y| < 1.7. Bit-for-bit equal for equal seeds over machines and versions of Python. Progress goes to standard output as lines
"jets N".
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pythia8mc

from qdiffgui.data.types import Array

_PROCESS = {"gluon": "qqbar2gmZg", "quark": "qg2gmZq"}
_SETTINGS = (
    "Print:quiet = on", "Beams:idA = 2212", "Beams:idB = 2212", "Beams:eCM = 14000.", "PhaseSpace:pTHatMin = 400.0",
    "WeakZ0:gmZmode = 2", "23:onMode = off", "23:onIfAny = 12 14 16", "Random:setSeed = on",
)  # fmt: skip
_REPORT_EVERY = 5


class EarlyVeto(pythia8mc.UserHooks):  # type: ignore[misc]
    """Drops events that cannot pass: b and c partons at process level; at shower scale 20 GeV, no parton jet above 470 GeV.

    Jets of 500 GeV never come from a smaller one (the smallest seen was 470.8), so nothing is biased. A veto consumes random numbers: it is
    part of the recipe.
    """

    def __init__(self) -> None:
        pythia8mc.UserHooks.__init__(self)
        self.jets = pythia8mc.SlowJet(-1, 0.4, 100.0, 25.0, 1, 2)

    def canVetoProcessLevel(self) -> bool:
        return True

    def doVetoProcessLevel(self, process: Any) -> bool:
        return any(abs(process[i].id()) in (4, 5) for i in (5, 6))

    def canVetoPT(self) -> bool:
        return True

    def scaleVetoPT(self) -> float:
        return 20.0

    def doVetoPT(self, position: int, event: Any) -> bool:
        self.jets.analyze(event)
        return bool((self.jets.pT(0) if self.jets.sizeJet() else 0.0) < 470.0)


def start(label: str, seed: int) -> tuple[Any, EarlyVeto]:
    """PYTHIA, set up for one class; the hook must outlive it.

    Raises
    ------
    RuntimeError
        if PYTHIA refuses a setting.
    """
    pythia = pythia8mc.Pythia("", False)
    for line in (*_SETTINGS, f"WeakBosonAndParton:{_PROCESS[label]} = on", f"Random:seed = {seed}"):
        if not pythia.readString(line):
            raise RuntimeError(f"PYTHIA refuses the setting '{line}'")
    hook = EarlyVeto()
    pythia.setUserHooksPtr(hook)
    if not pythia.init():
        raise RuntimeError("PYTHIA cannot be initialised")
    return pythia, hook


def generate(label: str, seed: int, n_jets: int) -> tuple[Array, Array, Array]:
    """The first ``n_jets`` accepted jets of a seed.

    Returns particles (n_particles, 4) float32 of pT (GeV), rapidity, azimuth (continuous about the jet), PDG id, by falling pT in each jet;
    offsets (n_jets + 1,) int64; jets (n_jets, 5) float32 of pT, rapidity, azimuth, mass, number of particles.
    """
    pythia, _hook = start(label, seed)
    cluster = pythia8mc.SlowJet(-1, 0.4, 100.0, 25.0, 2, 2)
    particles: list[Array] = []
    jets: list[tuple[float, ...]] = []
    while len(jets) < n_jets:
        if not pythia.next():
            continue
        event = pythia.event
        cluster.analyze(event)
        if not cluster.sizeJet():
            continue
        pt, y, phi = cluster.pT(0), cluster.y(0), cluster.phi(0)
        if not (500.0 < pt < 550.0 and abs(y) < 1.7):
            continue
        rows = _constituents(event, cluster, phi)
        jets.append((pt, y, phi, cluster.m(0), len(rows)))
        particles.append(np.array(rows))
        if len(jets) % _REPORT_EVERY == 0:
            print(f"jets {len(jets)}", flush=True)
    offsets = np.cumsum([0] + [len(rows) for rows in particles])
    return np.concatenate(particles).astype(np.float32), offsets, np.array(jets).astype(np.float32)


def _constituents(event: Any, cluster: Any, phi: float) -> list[tuple[float, float, float, int]]:
    rows = []
    for i in cluster.constituents(0):
        p = event[i]
        rows.append((p.pT(), p.y(), phi + (p.phi() - phi + np.pi) % (2 * np.pi) - np.pi, p.id()))
    rows.sort(key=lambda row: -row[0])
    return rows


def main(label: str, seed: int, n_jets: int, out: Path) -> None:
    """Write one chunk; the file appears whole or not at all."""
    with contextlib.suppress(OSError):
        os.nice(5)
    particles, offsets, jets = generate(label, seed, n_jets)
    partial = out.with_suffix(f".{os.getpid()}.partial")
    try:
        with partial.open("wb") as stream:
            np.savez(stream, particles=particles, offsets=offsets, jets=jets)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
