"""Generate one seed of one class of a recipe; runs as a separate process.

    python -m qdiffgui.data.pythia_worker RECIPE CLASS SEED N_JETS OUT.npz

PYTHIA 8.3 (Bierlich et al., arXiv:2203.11601) is optional and licensed under the GPL: only this
process imports it. ``data.pythia_recipes`` says what is simulated and which jets count; the recipe
"qg-jets" is that of EnergyFlow's qg_jets (arXiv:1810.05165). Equal seeds give equal jets, bit for
bit, on all machines and versions of Python. Progress is printed to standard output as lines
"jets N".
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui.data.pythia_recipes import QG_JETS, RECIPES, Recipe
from qdiffgui.data.types import Array

_REPORT_EVERY = 5


def early_veto() -> Any:
    """A hook that vetoes events that cannot pass: those with b and c partons at process level, and
    those without a parton jet above 470 GeV at a shower scale of 20 GeV.

    Jets above 500 GeV never develop from a smaller parton jet (the smallest seen had 470.8 GeV), so
    the veto does not bias the sample. It consumes random numbers and is therefore part of the
    recipe.
    """
    # PYTHIA is optional: this module must be importable without it
    import pythia8mc

    class EarlyVeto(pythia8mc.UserHooks):  # type: ignore[misc]
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

    return EarlyVeto()


def start(label: str, seed: int, recipe: Recipe = QG_JETS) -> tuple[Any, Any]:
    """PYTHIA, initialized for one class, and its hook (or None), which must live as long.

    Raises
    ------
    RuntimeError
        If PYTHIA rejects a setting or cannot be initialized.
    """
    import pythia8mc

    pythia = pythia8mc.Pythia("", False)
    for line in (*recipe.settings, *recipe.processes[label], f"Random:seed = {seed}"):
        if not pythia.readString(line):
            raise RuntimeError(f"PYTHIA rejects the setting '{line}'")
    hook = early_veto() if recipe.early_veto else None
    if hook is not None:
        pythia.setUserHooksPtr(hook)
    if not pythia.init():
        raise RuntimeError("PYTHIA cannot be initialized")
    return pythia, hook


def generate(
    label: str, seed: int, n_jets: int, recipe: Recipe = QG_JETS
) -> tuple[Array, Array, Array]:
    """The first ``n_jets`` accepted jets of a seed.

    Returns particles (n_particles, 4) float32: pT (GeV), rapidity, azimuth (continuous about the
    jet) and PDG id, by decreasing pT in each jet; offsets (n_jets + 1,) int64; and jets (n_jets, 5)
    float32: pT, rapidity, azimuth, mass and number of particles.
    """
    import pythia8mc

    pythia, _hook = start(label, seed, recipe)
    cluster = pythia8mc.SlowJet(-1, recipe.radius, 100.0, 25.0, 2, 2)
    particles: list[Array] = []
    jets: list[tuple[float, ...]] = []
    while len(jets) < n_jets:
        if not pythia.next():
            continue
        event = pythia.event
        cluster.analyze(event)
        for j in range(min(recipe.n_leading, cluster.sizeJet(), n_jets - len(jets))):
            pt, y, phi = cluster.pT(j), cluster.y(j), cluster.phi(j)
            if not (recipe.pt_min < pt < recipe.pt_max and abs(y) < recipe.max_rapidity):
                continue
            rows = _constituents(event, cluster, j, phi)
            jets.append((pt, y, phi, cluster.m(j), len(rows)))
            particles.append(np.array(rows))
            if len(jets) % _REPORT_EVERY == 0:
                print(f"jets {len(jets)}", flush=True)
    offsets = np.cumsum([0] + [len(rows) for rows in particles])
    return np.concatenate(particles).astype(np.float32), offsets, np.array(jets).astype(np.float32)


def _constituents(
    event: Any, cluster: Any, jet: int, phi: float
) -> list[tuple[float, float, float, int]]:
    rows = []
    for i in cluster.constituents(jet):
        p = event[i]
        rows.append((p.pT(), p.y(), phi + (p.phi() - phi + np.pi) % (2 * np.pi) - np.pi, p.id()))
    rows.sort(key=lambda row: -row[0])
    return rows


def main(recipe: Recipe, label: str, seed: int, n_jets: int, out: Path) -> None:
    """Write one chunk, completely or not at all."""
    with contextlib.suppress(OSError):
        os.nice(5)
    particles, offsets, jets = generate(label, seed, n_jets, recipe)
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
    main(RECIPES[sys.argv[1]], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
