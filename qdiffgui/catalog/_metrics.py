"""Metrics."""

from __future__ import annotations

from qdiffgui.registry import Registry

metrics = Registry("metrics", "metric", facts=("of", "better", "least"))

# load() gives a function (generated, real, *, seed) -> MetricValue, or -> a tuple of them, of which
# ``part`` is the index. ``of`` is what it compares: "observable" (n,), "sample" (n, d) features,
# "raw-and-derived" (n, d) these and functions of the observables,
# "state" (n, d) amplitudes, "density" (n, d, d) density matrices. ``better``: lower, higher, half
# (0.5 is best), or floor (the closer to the floor the better). ``least`` is the number of samples
# on each side that it needs. A metric of "model" is a function (model, held-out samples, *, seed)
# -> ModelValue, or None where the model has no such value.
metrics.add(
    "auc",
    "Classifier AUC",
    (
        "Cross-validated AUC of a tuned gradient-boosted classifier of generated and held-out "
        "samples, with raw and derived features: 0.5 if it cannot tell them apart, 1 if it always "
        "can. It depends on the classifier and on the number of samples."
    ),
    "qdiffgui.evaluation.strong_classifier:strong_classifier_auc",
    paper="arXiv:1610.06545",
    of="raw-and-derived",
    better="half",
    least=200,
)
metrics.add(
    "quick-auc",
    "Quick AUC",
    (
        "Cross-validated AUC of a small gradient-boosted classifier of raw features: quicker than "
        "the classifier AUC, and kinder."
    ),
    "qdiffgui.evaluation.classifier:classifier_auc",
    paper="arXiv:1610.06545",
    of="sample",
    better="half",
    least=200,
)
metrics.add(
    "w1",
    "W1",
    (
        "Wasserstein-1 distance of one observable between generated and held-out samples, in its "
        "unit and in units of W1(quark, gluon)."
    ),
    "qdiffgui.evaluation.wasserstein:w1_with_error",
    paper="arXiv:2106.11535",
    of="observable",
    better="lower",
    least=30,
)
metrics.add(
    "held-out-loss",
    "Held-out loss",
    (
        "Denoising loss of Gaussian models and flows (mean squared error of the velocity at common "
        "points), or exact negative log-likelihood in nats, on held-out samples. It still tells "
        "models apart where the AUC is 0.5, but only models of one kind can be compared."
    ),
    "qdiffgui.evaluation.model_metric:held_out_loss",
    paper="arXiv:2202.00512",
    of="model",
    better="lower",
    least=30,
)
metrics.add(
    "wasserstein",
    "W of states",
    "Optimal transport distance between ensembles of pure states, with cost 1 - fidelity.",
    "qdiffgui.evaluation.pure_states:wasserstein",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "mmd",
    "MMD²",
    "Squared distance of the mean density matrices; it sees nothing else of an ensemble.",
    "qdiffgui.evaluation.pure_states:mmd",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "spread",
    "Spread",
    "1 - mean fidelity of pairs: 0 for a collapsed ensemble, 1 - 1/d for Haar-random states.",
    "qdiffgui.evaluation.pure_states:spread",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "f0",
    "F₀",
    "Mean fidelity with |0...0>. It should match the data; 1 means collapse.",
    "qdiffgui.evaluation.pure_states:f0",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "y-squared",
    "⟨Y⟩²",
    "Mean <Y>² of one-qubit states: 0 for real amplitudes, 1/3 for Haar-random states.",
    "qdiffgui.evaluation.pure_states:y_squared",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
    n_qubits=1,
)
metrics.add(
    "superfidelity-wasserstein",
    "W of mixed states",
    "Optimal transport distance between ensembles of mixed states, with cost 1 - superfidelity.",
    "qdiffgui.evaluation.mixed_states:wasserstein",
    paper="arXiv:2411.17608",
    of="density",
    better="lower",
    least=40,
)
metrics.add(
    "superfidelity-mmd",
    "MMD² of mixed states",
    (
        "Squared distance of the mean density matrices and of the mean impurities; it sees nothing "
        "else of an ensemble."
    ),
    "qdiffgui.evaluation.mixed_states:mmd",
    paper="arXiv:2411.17608",
    of="density",
    better="lower",
    least=40,
)
metrics.add(
    "mean-state-fidelity",
    "F of the mean states",
    "Uhlmann fidelity of the mean density matrices of generated and held-out states.",
    "qdiffgui.evaluation.mixed_states:mean_state_fidelity",
    paper="arXiv:2401.07039",
    of="density",
    better="higher",
    least=40,
)
metrics.add(
    "fidelity-with-mean",
    "F with the mean",
    "Mean superfidelity with the mean state of the data. It should match the data.",
    "qdiffgui.evaluation.mixed_states:fidelity_with_mean",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "purity",
    "Purity",
    "Mean Tr ρ²: 1 for pure states, 1/d for maximally mixed ones. It should match the data.",
    "qdiffgui.evaluation.mixed_states:purity",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "density-spread",
    "Spread of mixed states",
    "1 - mean superfidelity of pairs: 0 if all states are equal.",
    "qdiffgui.evaluation.mixed_states:spread",
    of="density",
    better="floor",
    least=40,
)
metrics.add(
    "density-f0",
    "F₀ of mixed states",
    "Mean population of |0...0>. It should match the data; 1 means collapse.",
    "qdiffgui.evaluation.mixed_states:f0",
    paper="arXiv:2411.17608",
    of="density",
    better="floor",
    least=40,
)

# ``full``: expensive, benchmarks only. Of "cloud": jets as (n, 30, 3), see ``data.clouds``; of
# "efp": their 36 polynomials; of "shower": layer energies over the incident energy (n, n_layers);
# of "voxel": voxel energies over it (n, n_voxels), for samples of files only.
metrics.add(
    "separation",
    "Separation power",
    "½ Σ (h-g)² / (h+g) of two histograms of one observable: 0 if equal, 1 if disjoint.",
    "qdiffgui.evaluation.separation:separation_with_error",
    paper="arXiv:2106.05285",
    of="observable",
    better="lower",
    least=500,
    full=True,
)
metrics.add(
    "precision",
    "Precision",
    "Fraction of generated samples in the neighborhood of a held-out one.",
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
    "Fraction of held-out samples in the neighborhood of a generated one.",
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
    "Mean number of held-out neighborhoods around a generated sample, divided by 5.",
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
    "Fraction of held-out samples with a generated one in their neighborhood.",
    "qdiffgui.evaluation.manifold:coverage",
    paper="arXiv:2002.09797",
    of="sample",
    better="floor",
    least=500,
    full=True,
)
metrics.add(
    "w1-m",
    "W1-M",
    "W1 of the relative jet mass, as in JetNet.",
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
    "Mean W1 of eta, phi and pT fraction of the 30 leading particles of each jet.",
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
    "Mean W1 of the five connected energy flow polynomials with 4 vertices and 4 edges.",
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
    (
        "Fraction of held-out jets that are the nearest one to some generated jet in energy "
        "mover's distance (R = 1, as in JetNet)."
    ),
    "qdiffgui.evaluation.energy_mover:coverage_and_matching",
    paper="arXiv:2106.11535",
    of="cloud",
    part=0,
    options=("radius",),
    better="floor",
    least=200,
    full=True,
)
metrics.add(
    "emd-mmd",
    "MMD (EMD)",
    (
        "Minimum matching distance: mean energy mover's distance of held-out jets to the nearest "
        "generated one (R = 1, as in JetNet), in units of jet pT."
    ),
    "qdiffgui.evaluation.energy_mover:coverage_and_matching",
    paper="arXiv:2106.11535",
    of="cloud",
    part=1,
    options=("radius",),
    better="lower",
    least=200,
    full=True,
)
metrics.add(
    "fpd",
    "FPD",
    (
        "Fréchet physics distance of the 36 energy flow polynomials with at most 4 edges, "
        "extrapolated to infinitely many jets."
    ),
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
    "Kernel physics distance of the 36 energy flow polynomials with at most 4 edges.",
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
    "Mean over the layers of the W1 of layer energy over incident energy.",
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
    "Fraction of the incident energy in the wrong layer of the mean shower.",
    "qdiffgui.evaluation.shower_profile:mean_profile",
    of="shower",
    better="lower",
    least=200,
    full=True,
)
metrics.add(
    "voxel-auc",
    "AUC of voxels",
    (
        "Cross-validated AUC of the quick classifier on voxel energies over the incident energy "
        "(the 512 brightest on average)."
    ),
    "qdiffgui.evaluation.voxels:voxel_auc",
    paper="arXiv:2410.21611",
    of="voxel",
    better="half",
    least=200,
    full=True,
)
metrics.add(
    "w1-lit",
    "W1 of lit voxels",
    "W1 of the fraction of voxels with energy, the sparsity of the showers.",
    "qdiffgui.evaluation.voxels:lit_voxels_w1",
    paper="arXiv:2410.21611",
    of="voxel",
    better="lower",
    least=30,
    full=True,
)
metrics.add(
    "w1-brightest",
    "W1 of the brightest voxel",
    "W1 of the share of the deposited energy that is in the brightest voxel.",
    "qdiffgui.evaluation.voxels:brightest_voxel_w1",
    of="voxel",
    better="lower",
    least=30,
    full=True,
)
