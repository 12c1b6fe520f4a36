"""Electromagnetic showers in the layers of a calorimeter: parametrized showers (not Geant4), and
observables of any showers.

The longitudinal profile is that of GFLASH (Grindhammer and Peters, hep-ex/0001020, appendix A.1): a
gamma distribution dE/dt = E (βt)^(α-1) β e^(-βt) / Γ(α) with t in radiation lengths. Its ln T (T =
(α-1)/β is the depth of the maximum) and ln α fluctuate from shower to shower as correlated normal
numbers. With y = E / E_c and L = ln y:

    <ln T> = ln(L - 0.812),  σ = 1 / (1.26 L - 1.4);  <ln α> = ln(0.81 + (0.458 + 2.26/Z) L),  σ = 1
    / (0.86 L - 0.58); correlation 0.705 - 0.023 L.
"""

from __future__ import annotations

import numpy as np

from qdiffgui.config.data import ParametrisedShowers
from qdiffgui.data.digest import digest
from qdiffgui.data.types import Array, Dataset, Images, Physical, Showers
from qdiffgui.errors import DataError

Z, CRITICAL_ENERGY = 82, 7.43e-3
"""Of lead; GeV, for electrons (Particle Data Group)."""
_NOTE = (
    "Parametrized showers, not Geant4: the longitudinal profile of GFLASH (hep-ex/0001020) for "
    "lead, layer energies only, with one sampling term."
)


def load_showers(config: ParametrisedShowers, seed: int = 0) -> Dataset:
    """Showers of electrons with energies uniform in ln E, in ``n_layers`` equal layers. Class 0 is
    below the geometric mean of the energy limits, class 1 above.

    The mean energy E_i of a layer is the integral of the profile. The layer energy is drawn from a
    gamma distribution with mean E_i and variance sampling² E_i (sampling fluctuations,
    hep-ex/0001020, section 3). Energy beyond the last layer is lost. Showers with incident energies
    in the gap of the settings are left out.
    """
    rng = np.random.default_rng([seed, 41])
    middle = float(np.sqrt(config.e_min * config.e_max))
    incident = _energies(config, rng)
    mean = incident[:, None] * layer_shares(*profiles(incident, rng), config.n_layers, config.depth)
    variance = config.sampling**2
    layers = rng.gamma(mean / variance, variance) if variance > 0 else mean
    label = (incident >= middle).astype(np.int8)
    content = Showers(layers.astype(np.float32), incident.astype(np.float32), label)
    classes = {0: f"{config.e_min:g}-{middle:.3g} GeV", 1: f"{middle:.3g}-{config.e_max:g} GeV"}
    return Dataset(content, "Electron showers, parametrized", digest(content), classes, (_NOTE,))


def _energies(config: ParametrisedShowers, rng: np.random.Generator) -> Array:
    """Incident energies (n_showers,), GeV, uniform in ln E outside the gap."""
    low, high = np.log(config.e_min), np.log(config.e_max)
    if not config.gap_high:
        return np.exp(rng.uniform(low, high, config.n_showers))
    start, stop = np.log(config.gap_low), np.log(config.gap_high)
    u = rng.uniform(low, high - (stop - start), config.n_showers)
    return np.exp(np.where(u < start, u, u + (stop - start)))


def profiles(energy: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """α and β (per radiation length) of one shower per energy (n,), GeV: two arrays (n,)."""
    log_y = np.log(energy / CRITICAL_ENERGY)
    rho = 0.705 - 0.023 * log_y
    first, second = rng.standard_normal((2, len(energy)))
    second = rho * first + np.sqrt(1 - rho**2) * second
    maximum = np.exp(np.log(log_y - 0.812) + first / (1.26 * log_y - 1.4))
    # a profile with α < 1 has no maximum: one shower in 10^5 at 1 GeV, practically none at 10 GeV
    alpha = np.maximum(
        np.exp(np.log(0.81 + (0.458 + 2.26 / Z) * log_y) + second / (0.86 * log_y - 0.58)), 1.01
    )
    return alpha, (alpha - 1) / maximum


def layer_shares(alpha: Array, beta: Array, n_layers: int, depth: float) -> Array:
    """Fraction of the energy in each of ``n_layers`` equal layers down to ``depth`` radiation
    lengths, (n, n_layers).
    """
    from scipy.special import gammainc

    edges = np.linspace(0, depth, n_layers + 1)
    return np.asarray(np.diff(gammainc(alpha[:, None], beta[:, None] * edges[None, :]), axis=1))


def as_showers(content: Physical) -> Showers:
    """Showers unchanged, and voxels of a CaloChallenge file (MeV) summed over each layer (GeV).
    Raises ``DataError`` for other data.
    """
    if isinstance(content, Showers):
        return content
    if isinstance(content, Images) and "incident_energy" in content.facts:
        gev = 1e-3 if content.unit == "MeV" else 1.0
        layers = content.pixels.sum(axis=2, dtype=np.float64) * gev
        return Showers(
            layers.astype(np.float32),
            (content.facts["incident_energy"] * gev).astype(np.float32),
            content.label,
        )
    raise DataError(
        "Layer energies need calorimeter showers with their incident energy; these data have none: "
        "choose another representation, the data 'showers' or a CaloChallenge file."
    )


def shower_observables(showers: Showers) -> dict[str, Array]:
    """Observables of showers, each (n,) float64.

    ``ratio`` is E_dep / E_inc. ``depth`` and ``depth_width`` are the energy-weighted mean layer
    (counted from 1) and its standard deviation. ``incident`` is E_inc in GeV. A shower without
    energy gives 0 for the first three.
    """
    energy = showers.layers.astype(np.float64)
    total = energy.sum(axis=1)
    share = energy / np.where(total > 0, total, 1)[:, None]
    layer = np.arange(1, energy.shape[1] + 1)
    depth = share @ layer
    width = np.sqrt(np.maximum(share @ layer**2 - depth**2, 0))
    incident = showers.incident.astype(np.float64)
    ratio = total / np.where(incident > 0, incident, 1)
    return {"ratio": ratio, "depth": depth, "depth_width": width, "incident": incident}
