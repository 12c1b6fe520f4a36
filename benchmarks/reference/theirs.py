"""JetNet and EnergyFlow: run by the Python of the reference environment, which has no qdiffgui.

``python theirs.py arrays.npz result.npz``
"""

from __future__ import annotations

import sys

import energyflow
import jetnet
import numpy as np
from jetnet import evaluation as jn
from jetnet.evaluation import gen_metrics as inside
from jetnet.utils import efps
from pairs import N_DISTANCES, N_EFP, compared


def main(source: str, target: str) -> None:
    """Compute everything and write it."""
    with np.load(source) as found:
        arrays = {name: found[name] for name in found.files}
    result = {"versions": np.array([jetnet.__version__, energyflow.__version__, np.__version__])}
    polynomials = {
        name: efps(x, efpset_args=[("d<=", 4)], efp_jobs=1) for name, x in arrays.items()
    }
    result |= {f"efps/{name}": values for name, values in polynomials.items()}
    for pair, (generated, real) in compared(arrays).items():
        x, y = (efps(side, efpset_args=[("d<=", 4)], efp_jobs=1) for side in (generated, real))
        scaled_y, scaled_x = inside._normalise_features(y, x)
        moments = [(s.mean(0), np.cov(s, rowvar=False)) for s in (scaled_x, scaled_y)]
        n = len(real)
        values = {
            "W1-M": jn.w1m(real, generated, num_eval_samples=n),
            "W1-P": _mean_of(jn.w1p(real, generated, exclude_zeros=True, num_eval_samples=n)),
            "W1-EFP": _mean_of(jn.w1efp(real, generated, num_eval_samples=N_EFP, efp_jobs=1)),
            "Fréchet distance": (inside._calculate_frechet_distance(*moments[0], *moments[1]), 0.0),
            "MMD²": (inside._mmd_poly_quadratic_unbiased(scaled_x, scaled_y), 0.0),
            "FPD": jn.fpd(y, x),
            "KPD": jn.kpd(y, x, num_threads=1),
            **_coverage(real, generated),
        }
        result |= {f"{pair}/{name}": np.array(value, float) for name, value in values.items()}
    np.savez(target, **result)


def _coverage(real, generated):
    """Coverage and MMD by the formulas of ``jetnet.evaluation.cov_mmd``, which itself draws random
    batches, on the first jets.
    """
    few = (side[:N_DISTANCES][:, :, [2, 0, 1]] for side in (generated, real))
    distances = energyflow.emd.emds(*few, n_jobs=1)
    return {
        "coverage (EMD)": (np.unique(np.argmin(distances, axis=1)).size / N_DISTANCES, 0.0),
        "MMD (EMD)": (np.mean(np.min(distances, axis=0)), 0.0),
    }


def _mean_of(found):
    """Mean of several W1, and the error of this mean if they are independent."""
    values, errors = (np.ravel(side) for side in found)
    return float(values.mean()), float(np.sqrt((errors**2).sum()) / len(errors))


if __name__ == "__main__":
    main(*sys.argv[1:])
