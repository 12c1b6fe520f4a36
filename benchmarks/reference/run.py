"""The metrics of the field, by qdiffgui and by the packages that define them, on the same arrays.

``make reference`` creates the environment of these packages (``requirements.txt``) and runs
``python benchmarks/reference/run.py PYTHON`` with its Python, which writes docs/REFERENCE.md. To be
run before a release. It takes a few minutes, and exits with 1 if a pair disagrees.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qdiffgui import __version__, catalog
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.clouds import leading, relative_mass
from qdiffgui.evaluation import efps, fpd, kpd
from qdiffgui.evaluation.efp import four_point_primes
from qdiffgui.evaluation.energy_mover import emds
from qdiffgui.evaluation.jetnet_w1 import particle_w1
from qdiffgui.evaluation.physics_distance import frechet, polynomial_mmd
from qdiffgui.evaluation.wasserstein import w1

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from pairs import N_DISTANCES, N_EFP, compared  # noqa: E402

TARGET = HERE.parents[1] / "docs" / "REFERENCE.md"
N_JETS, N_BATCHES = 2000, 5
EXACT, SIGMAS = 1e-4, 4.0
TEXT = """# Reference: the metrics of the field

`python benchmarks/reference/run.py` computed every metric twice on the same arrays: by qdiffgui,
and by the packages that define it (JetNet {jetnet}, EnergyFlow {energyflow}, in an environment of
their own). Jets are those that ship with qdiffgui: the 30 leading constituents of {n} gluon, {n}
other gluon and {n} quark jets, eta and phi relative to the jet axis and pT over jet pT. qdiffgui
{version}.

*Exact* pairs have no random numbers and must agree to a relative {exact:g}. The others draw
batches; they must agree within {sigmas:g} combined errors. {outcome}

W1-M, W1-P and W1-EFP are given as JetNet does here, as means of {batches} pairs of batches drawn
with replacement. qdiffgui's reports compute them from all samples, which gives values smaller by
about √2. W1-EFP has batches of {n_efp} jets. Coverage and MMD are those of the energy mover's
distance with R = 1, JetNet's default, by JetNet's formulas on EnergyFlow's distances of the first
{n_emd} jets, because JetNet itself draws random batches.

| metric | samples | qdiffgui | JetNet, EnergyFlow | |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Pair:
    """One metric of two samples, by both sides, each with its error (0: exact)."""

    metric: str
    samples: str
    ours: tuple[float, float]
    theirs: tuple[float, float]

    @property
    def is_exact(self) -> bool:
        return self.ours[1] == self.theirs[1] == 0

    @property
    def agrees(self) -> bool:
        gap = abs(self.ours[0] - self.theirs[0])
        if self.is_exact:
            return gap <= EXACT * abs(self.theirs[0]) + 1e-9
        return gap <= SIGMAS * float(np.hypot(self.ours[1], self.theirs[1]))

    def row(self) -> str:
        cells = (_text(side) for side in (self.ours, self.theirs))
        verdict = "differs" if not self.agrees else "equal" if self.is_exact else "agrees"
        return f"| {self.metric} | {self.samples} | {' | '.join(cells)} | {verdict} |"


def main() -> int:
    """Run both sides and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("python", help="Python of the reference environment")
    arguments = parser.parse_args()
    arrays = _arrays()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "arrays.npz"), Path(folder, "theirs.npz")
        np.savez(source, **arrays)
        subprocess.run(
            [arguments.python, str(HERE / "theirs.py"), str(source), str(target)], check=True
        )
        with np.load(target) as found:
            theirs = {name: found[name] for name in found.files}
    pairs = list(_pairs(arrays, theirs))
    wrong = [pair for pair in pairs if not pair.agrees]
    jetnet, energyflow, _ = map(str, theirs["versions"])
    head = TEXT.format(
        jetnet=jetnet,
        energyflow=energyflow,
        n=N_JETS,
        version=__version__,
        exact=EXACT,
        sigmas=SIGMAS,
        batches=N_BATCHES,
        n_efp=N_EFP,
        n_emd=N_DISTANCES,
        outcome=f"All {len(pairs)} pairs do."
        if not wrong
        else f"{len(wrong)} of {len(pairs)} pairs do not: {', '.join(p.metric for p in wrong)}.",
    )
    TARGET.write_text(head + "\n".join(pair.row() for pair in pairs) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))
    return 1 if wrong else 0


def _arrays() -> dict[str, np.ndarray]:
    content = catalog.datasets["qg-jets"].load()(QuarkGluonJets(n_jets=12_000), 0).content
    g, q = (leading(content.take(np.flatnonzero(content.label == k))) for k in (0, 1))
    return {"g": g[:N_JETS], "g2": g[N_JETS : 2 * N_JETS], "q": q[:N_JETS]}


def _pairs(arrays: dict[str, np.ndarray], theirs: dict[str, np.ndarray]) -> Iterator[Pair]:
    for name, jets in arrays.items():
        ours, other = (
            values[:, np.argsort(values.mean(axis=0))]  # both list them in an order of their own
            for values in (efps(jets), theirs[f"efps/{name}"])
        )
        worst = int(np.argmax(np.abs(ours - other).max(0) / np.abs(other).max(0)))
        row = int(np.argmax(np.abs(ours - other)[:, worst]))
        yield Pair(
            "the most different of 36 EFPs", name, (ours[row, worst], 0), (other[row, worst], 0)
        )
    for samples, (generated, real) in compared(arrays).items():
        for metric, value in _ours(generated, real).items():
            other = tuple(map(float, theirs[f"{samples}/{metric}"]))
            yield Pair(metric, samples, value, other)


def _ours(generated: np.ndarray, real: np.ndarray) -> dict[str, tuple[float, float]]:
    x, y = efps(generated), efps(real)
    scale = np.abs(y).max(0)
    a, b = efps(generated, four_point_primes()), efps(real, four_point_primes())
    masses = relative_mass(generated), relative_mass(real)
    distances = emds(generated[:N_DISTANCES], real[:N_DISTANCES])
    return {
        "W1-M": _batches(lambda i, j: w1(masses[0][i], masses[1][j]), len(real)),
        "W1-P": _batches(
            lambda i, j: float(np.mean(particle_w1(generated[i], real[j]))), len(real)
        ),
        "W1-EFP": _batches(
            lambda i, j: float(np.mean([w1(a[i, k], b[j, k]) for k in range(5)])),
            len(real),
            N_EFP,
        ),
        "Fréchet distance": (frechet(x / scale, y / scale), 0.0),
        "MMD²": (polynomial_mmd(x / scale, y / scale), 0.0),
        "FPD": tuple(fpd(x, y)),
        "KPD": tuple(kpd(x, y)),
        "coverage (EMD)": (len(set(distances.argmin(1).tolist())) / N_DISTANCES, 0.0),
        "MMD (EMD)": (float(distances.min(0).mean()), 0.0),
    }


def _batches(distance, n: int, size: int = N_JETS) -> tuple[float, float]:
    """Mean and standard deviation over batches drawn with replacement, as in JetNet."""
    rng = np.random.default_rng(0)
    rows = rng.integers(n, size=(N_BATCHES, 2, size))
    values = [distance(i, j) for i, j in rows]
    return float(np.mean(values)), float(np.std(values))


def _text(side: tuple[float, float]) -> str:
    value, error = side
    return f"{value:.6g}" if error == 0 else f"{value:.3g} ± {error:.1g}"


if __name__ == "__main__":
    sys.exit(main())
