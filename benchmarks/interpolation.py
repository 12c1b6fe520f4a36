"""Conditional showers at energies that were left out of the training.

    python -m benchmarks.interpolation [--seeds 3] [--iterations 6000] [--json out.json]

Trains a rectified flow on parametrized showers of 10 to 100 GeV without those of 40 to 55 GeV,
given the energy, and asks for showers at fixed energies. Prints W1 of the energy response
E_dep / E_inc against new showers of the same energy, with the floor (new against new). Exit status
1 if W1 in the gap is more than 1.5 times the mean at trained energies.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.config.data import ParametrisedShowers
from qdiffgui.data.showers import as_showers, load_showers, shower_observables
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import Session
from qdiffgui.models.denoising import DenoisingModel

BAR = 1.5
GAP = (40.0, 55.0)
TRAINED, LEFT_OUT = (15.0, 22.0, 30.0, 65.0, 80.0), (47.0,)
N = 5000


def experiment(seed: int, iterations: int, model: str) -> Experiment:
    """A rectified flow (or DDPM) of shower layers, given the energy."""
    return Experiment.model_validate(
        {
            "name": "interpolation",
            "seed": seed,
            "data": {"kind": "showers", "gap_low": GAP[0], "gap_high": GAP[1]},
            "representation": {"kind": "layers", "condition": "energy"},
            "model": {"kind": model, "n_parameters": 8000},
            "training": {"iterations": iterations, "batch_size": 512, "learning_rate": 5e-3},
        }
    )


def response(energy: float, seed: int) -> np.ndarray:
    """E_dep / E_inc of new showers of this energy."""
    config = ParametrisedShowers(e_min=energy * 0.9999, e_max=energy * 1.0001, n_showers=N)
    return shower_observables(as_showers(load_showers(config, seed).content))["ratio"]


def distances(session: Session, seed: int) -> dict[float, tuple[float, float]]:
    """W1 of the response, and its floor, at each energy."""
    model, representation = session.model, session.prepared.representation
    assert isinstance(model, DenoisingModel)
    found = {}
    for energy in (*TRAINED, *LEFT_OUT):
        given = representation.condition({"energy": energy})
        drawn = model.sample(N, seed=seed + 100, condition=given)
        showers = as_showers(representation.decode(drawn.x, drawn.label))
        np.testing.assert_allclose(showers.incident, energy, rtol=1e-3)
        truth, other = response(energy, seed + 1000), response(energy, seed + 2000)
        found[energy] = w1(shower_observables(showers)["ratio"], truth), w1(other, truth)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=6000)
    parser.add_argument("--model", default="rectified-flow")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = []
    for seed in range(asked.seeds):
        begun = time.process_time()
        session = Session(experiment(seed, asked.iterations, asked.model))
        model = session.model
        for i in range(model.n_steps):
            model.step(i)
        rows.append(distances(session, seed))
        print(f"seed {seed}: {time.process_time() - begun:.0f} CPU s", flush=True)
    table = {e: np.array([row[e] for row in rows]) for e in (*TRAINED, *LEFT_OUT)}
    for energy, values in table.items():
        mean, spread = values[:, 0].mean(), values[:, 0].std(ddof=1) if len(values) > 1 else 0.0
        where = "left out" if energy in LEFT_OUT else "trained"
        print(
            f"{energy:5.0f} GeV ({where}): W1 {mean:.5f} ± {spread:.5f}, floor "
            f"{values[:, 1].mean():.5f}"
        )
    trained = float(np.mean([table[e][:, 0].mean() for e in TRAINED]))
    ratio = float(np.mean([table[e][:, 0].mean() for e in LEFT_OUT])) / trained
    print(f"left out / trained: {ratio:.2f} ({'met' if ratio <= BAR else 'MISSED'}, bar {BAR})")
    if asked.json:
        plain = {f"{energy:g}": values.tolist() for energy, values in table.items()}
        asked.json.write_text(json.dumps({"w1_and_floor": plain, "ratio": ratio}, indent=2))
    return int(ratio > BAR)


if __name__ == "__main__":
    sys.exit(main())
