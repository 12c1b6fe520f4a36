"""Figures of merit."""

from __future__ import annotations

from qdiffgui.registry import Registry

metrics = Registry("metrics", "metric")

# load() gives a function (generated, real, *, seed) -> Measured, or a tuple of them of which ``part`` says which. ``of`` says of what:
# "observable" (n,), "sample" (n, d) features, "state" (n, d) amplitudes, "density" (n, d, d) density matrices.
# ``better``: lower, higher, half (.5 is best), or floor (the nearer to the floor's value the better).
# ``least`` is the number of samples a side below which it means nothing.
metrics.add(
    "auc",
    "Classifier AUC",
    "Gradient-boosted two-sample test, cross-validated: .5 cannot tell generated from real, 1 always can.",
    "qdiffgui.evaluation.classifier:measure",
    paper="arXiv:1610.06545",
    of="sample",
    better="half",
    least=200,
)
metrics.add(
    "w1",
    "W1",
    "Wasserstein-1 distance of one observable, generated against held out, in its unit and in units of W1(quark, gluon).",
    "qdiffgui.evaluation.wasserstein:measure",
    paper="arXiv:2106.11535",
    of="observable",
    better="lower",
    least=30,
)
metrics.add(
    "wasserstein",
    "W of states",
    "Exact optimal transport between ensembles of states, cost 1 - fidelity.",
    "qdiffgui.evaluation.states:wasserstein",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "mmd",
    "MMD²",
    "Distance of the mean density matrices; blind to everything else about an ensemble.",
    "qdiffgui.evaluation.states:mmd",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "spread",
    "Spread",
    "1 - mean fidelity of pairs: 0 for a collapsed ensemble, 1 - 1/d for Haar.",
    "qdiffgui.evaluation.states:spread",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "f0",
    "F₀",
    "Mean fidelity with |0...0>; to be that of the data, for 1 is collapse.",
    "qdiffgui.evaluation.states:f0",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "y-squared",
    "⟨Y⟩²",
    "Mean squared Y of one-qubit states: 0 on the circle of real states, 1/3 for Haar.",
    "qdiffgui.evaluation.states:y_squared",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
    n_qubits=1,
)
metrics.add(
    "superfidelity-wasserstein",
    "W of mixed states",
    "Exact optimal transport between ensembles of density matrices, cost 1 - superfidelity.",
    "qdiffgui.evaluation.densities:wasserstein",
    paper="arXiv:2411.17608",
    of="density",
    better="lower",
    least=40,
)
metrics.add(
    "superfidelity-mmd",
    "MMD² of mixed states",
    "Distance of mean density matrix and mean impurity; blind to everything else about an ensemble.",
    "qdiffgui.evaluation.densities:mmd",
    paper="arXiv:2411.17608",
    of="density",
    better="lower",
    least=40,
)
metrics.add(
    "mean-state-fidelity",
    "F of the mean states",
    "Uhlmann fidelity of the mean density matrices, generated and real.",
    "qdiffgui.evaluation.densities:mean_state_fidelity",
    paper="arXiv:2401.07039",
    of="density",
    better="higher",
    least=40,
)
metrics.add(
    "fidelity-with-mean",
    "F with the mean",
    "Mean superfidelity with the mean state of the data; to be that of the data.",
    "qdiffgui.evaluation.densities:fidelity_with_mean",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "purity",
    "Purity",
    "Mean Tr ρ²: 1 for pure states, 1/d for maximally mixed ones; to be that of the data.",
    "qdiffgui.evaluation.densities:purity",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "density-spread",
    "Spread of mixed states",
    "1 - mean superfidelity of pairs: 0 where all states are equal.",
    "qdiffgui.evaluation.densities:spread",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "density-f0",
    "F₀ of mixed states",
    "Mean population of |0...0>; to be that of the data, for 1 is collapse.",
    "qdiffgui.evaluation.densities:f0",
    paper="arXiv:2411.17608",
    of="density",
    better="floor",
    least=40,
)

# ``full``: dear, and so only in a benchmark. Of "cloud": jets as (n, 30, 3), see ``data.clouds``; of "efp": their 36 polynomials; of
# "shower": layer energies over the incident one (n, n_layers).
metrics.add(
    "separation",
    "Separation power",
    "½ Σ (h-g)² / (h+g) of the histograms of one observable: 0 equal, 1 apart.",
    "qdiffgui.evaluation.separation:measure",
    paper="arXiv:2106.05285",
    of="observable",
    better="lower",
    least=500,
    full=True,
)
metrics.add(
    "precision",
    "Precision",
    "Share of generated samples in the neighbourhood of real ones.",
    "qdiffgui.evaluation.manifold:precision",
    paper="arXiv:1904.06991",
    of="sample",
    better="floor",
    least=500,
    full=True,
)
metrics.add(
    "recall",
    "Recall",
    "Share of real samples in the neighbourhood of generated ones.",
    "qdiffgui.evaluation.manifold:recall",
    paper="arXiv:1904.06991",
    of="sample",
    better="floor",
    least=500,
    full=True,
)
metrics.add(
    "density",
    "Density",
    "Real neighbourhoods that a generated sample lies in, over 5.",
    "qdiffgui.evaluation.manifold:density",
    paper="arXiv:2002.09797",
    of="sample",
    better="floor",
    least=500,
    full=True,
)
metrics.add(
    "coverage",
    "Coverage",
    "Share of real samples whose neighbourhood holds a generated one.",
    "qdiffgui.evaluation.manifold:covered",
    paper="arXiv:2002.09797",
    of="sample",
    better="floor",
    least=500,
    full=True,
)
metrics.add(
    "w1-m",
    "W1-M",
    "W1 of the relative jet mass, as JetNet defines it.",
    "qdiffgui.evaluation.jetnet_w1:w1_mass",
    paper="arXiv:2106.11535",
    of="cloud",
    better="lower",
    least=1000,
    full=True,
)
metrics.add(
    "w1-p",
    "W1-P",
    "Mean W1 of eta, phi and pT fraction of the 30 leading particles.",
    "qdiffgui.evaluation.jetnet_w1:w1_particle",
    paper="arXiv:2106.11535",
    of="cloud",
    better="lower",
    least=1000,
    full=True,
)
metrics.add(
    "w1-efp",
    "W1-EFP",
    "Mean W1 of the five connected energy flow polynomials of 4 vertices and 4 edges.",
    "qdiffgui.evaluation.jetnet_w1:w1_efp",
    paper="arXiv:2106.11535",
    of="cloud",
    better="lower",
    least=1000,
    full=True,
)
metrics.add(
    "emd-coverage",
    "Coverage (EMD)",
    "Share of real jets that are the nearest one, in energy mover's distance, of some generated jet; about .55 for real ones.",
    "qdiffgui.evaluation.energy_mover:coverage_and_matching",
    paper="arXiv:2106.11535",
    of="cloud",
    part=0,
    better="floor",
    least=200,
    full=True,
)
metrics.add(
    "emd-mmd",
    "MMD (EMD)",
    "Minimum matching distance: mean energy mover's distance of real jets to the nearest generated one, over jet pT.",
    "qdiffgui.evaluation.energy_mover:coverage_and_matching",
    paper="arXiv:2106.11535",
    of="cloud",
    part=1,
    better="lower",
    least=200,
    full=True,
)
metrics.add(
    "fpd",
    "FPD",
    "Fréchet physics distance of the 36 energy flow polynomials, extrapolated to infinitely many jets.",
    "qdiffgui.evaluation.physics_distance:fpd",
    paper="arXiv:2211.10295",
    of="efp",
    better="lower",
    least=2000,
    full=True,
)
metrics.add(
    "kpd",
    "KPD",
    "Kernel physics distance of the 36 energy flow polynomials.",
    "qdiffgui.evaluation.physics_distance:kpd",
    paper="arXiv:2211.10295",
    of="efp",
    better="lower",
    least=2000,
    full=True,
)
metrics.add(
    "w1-layers",
    "W1 of layers",
    "Mean over the layers of a shower of the W1 of their energy over the incident one.",
    "qdiffgui.evaluation.shower_profile:layers_w1",
    paper="arXiv:2410.21611",
    of="shower",
    better="lower",
    least=200,
    full=True,
)
metrics.add(
    "mean-profile",
    "Mean profile",
    "Share of the incident energy that lies in a wrong layer of the mean shower.",
    "qdiffgui.evaluation.shower_profile:mean_profile",
    of="shower",
    better="lower",
    least=200,
    full=True,
)
