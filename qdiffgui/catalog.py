"""Everything a user can choose, as registries. Imports neither torch nor PennyLane: entries name their code."""

from __future__ import annotations

from qdiffgui.registry import Registry

datasets = Registry("datasets", "data set")
representations = Registry("representations", "representation")
models = Registry("models", "model")
ansatze = Registry("ansatze", "ansatz")
schedules = Registry("schedules", "schedule")
metrics = Registry("metrics", "metric")
presets = Registry("presets", "preset")

ALL: dict[str, Registry] = {
    registry.name: registry for registry in (presets, datasets, representations, models, ansatze, schedules, metrics)
}

# load() gives a function (config, seed) -> Dataset
datasets.add(
    "qg-jets",
    "Quark and gluon jets",
    "50 000 PYTHIA jets of 500-550 GeV, generator level; ships with the project.",
    "qdiffgui.data.shipped:load_jets",
)
datasets.add(
    "file",
    "Your own file",
    "EnergyFlow npz, JetNet, ML4SCI/CMS images, parquet, reduced images, CaloChallenge, our own.",
    "qdiffgui.data.files:load_file",
)
datasets.add(
    "digits", "Handwritten digits", "scikit-learn's 8x8 digits, as the image papers use.", "qdiffgui.data.digits:load_digits"
)
datasets.add("cluster", "Cluster of states", "Pure states scattered about |0...0>.", "qdiffgui.data.ensembles:load_cluster")
datasets.add("circle", "Circle of states", "Real one-qubit states on a great circle.", "qdiffgui.data.ensembles:load_circle")

# load() gives the class of the representation: built from its config
representations.add(
    "observables",
    "Jet observables",
    "A few numbers a jet (mass, multiplicity, pTD, width), standardised.",
    "qdiffgui.data.representations.observables:Observables",
)
representations.add(
    "log-polar",
    "Log-polar map",
    "pT fractions in log ΔR and angle about the principal axis; 4x4 is 4 qubits.",
    "qdiffgui.data.representations.logpolar:LogPolar",
)
representations.add(
    "radial",
    "Radial profile",
    "pT fractions in bins of log ΔR; 16 bins are 4 qubits.",
    "qdiffgui.data.representations.radial:Radial",
)
representations.add(
    "image",
    "Cartesian image",
    "Pixels in rapidity and azimuth; sum-pooled, so that pT is conserved.",
    "qdiffgui.data.representations.image:Image",
)
representations.add(
    "state", "Quantum states", "States as they are, for the ensembles.", "qdiffgui.data.representations.state:State"
)

# load() gives the Family class
models.add(
    "quddpm",
    "QuDDPM",
    "Fully quantum: random circuits scramble, one measured circuit a step denoises.",
    "qdiffgui.models.quddpm:QuDDPM",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "q-dense",
    "Q-Dense",
    "One strongly entangling circuit denoises amplitude-embedded images.",
    "qdiffgui.models.q_dense:QDense",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "quantum-denoiser",
    "Quantum denoiser DDPM",
    "Gaussian diffusion of a few observables, denoised by a re-uploading circuit.",
    "qdiffgui.models.quantum_denoiser:QuantumDenoiser",
    paper="arXiv:2006.11239",
    quantum=True,
)
models.add(
    "ddpm",
    "Classical DDPM / DDIM",
    "The classical reference: MLP or U-Net at a chosen number of parameters.",
    "qdiffgui.models.ddpm:ClassicalDDPM",
    paper="arXiv:2006.11239",
    quantum=False,
)

# load() gives a qdiffgui.circuits.ansatz.Ansatz
ansatze.add(
    "hardware-efficient",
    "Hardware-efficient",
    "RX and RY on every qubit, CZ on both parities of neighbours.",
    "qdiffgui.circuits.hardware_efficient:ANSATZ",
    paper="arXiv:2310.05866",
)
ansatze.add(
    "strongly-entangling",
    "Strongly entangling",
    "Rot on every qubit, ring of CNOTs of growing range.",
    "qdiffgui.circuits.strongly_entangling:ANSATZ",
    paper="arXiv:1804.00633",
)
ansatze.add(
    "basic-entangler",
    "Basic entangler",
    "One rotation a qubit, ring of CNOTs.",
    "qdiffgui.circuits.basic_entangler:ANSATZ",
    paper="PennyLane",
)
ansatze.add(
    "re-uploading",
    "Data re-uploading",
    "Scaled data angles and trainable rotations in every layer, ring of CZ.",
    "qdiffgui.circuits.re_uploading:ANSATZ",
    paper="arXiv:1907.02085",
)

# load() gives a function config -> alpha_bar (n_steps + 1,) (Gaussian, blend: weight of the data) or strengths (n_steps,) (scrambling)
schedules.add(
    "cosine",
    "Cosine",
    "Squared-cosine alpha_bar.",
    "qdiffgui.diffusion.schedules:cosine",
    paper="arXiv:2102.09672",
    process="gaussian",
)
schedules.add(
    "linear", "Linear", "Linear beta.", "qdiffgui.diffusion.schedules:linear", paper="arXiv:2006.11239", process="gaussian"
)
schedules.add(
    "linear-angles",
    "Linear angles",
    "Scrambling strength grows linearly.",
    "qdiffgui.diffusion.schedules:linear_angles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "quadratic-angles",
    "Quadratic angles",
    "Scrambling strength grows as t².",
    "qdiffgui.diffusion.schedules:quadratic_angles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "blend",
    "Blend with noise",
    "Convex mix with one noise image, weight (t/τ)^p.",
    "qdiffgui.diffusion.schedules:blend",
    paper="arXiv:2401.07049",
    process="blend",
)

# load() gives an Experiment
presets.add(
    "quddpm-cluster-1q",
    "QuDDPM on a cluster of states",
    "One qubit and one ancilla learn a cluster about |0>; watch it on the Bloch sphere.",
    "qdiffgui.presets:QUDDPM_CLUSTER_1Q",
    twin="",
)
presets.add(
    "quddpm-cluster-2q",
    "QuDDPM on two-qubit states",
    "The same on two qubits, with entangling noise.",
    "qdiffgui.presets:QUDDPM_CLUSTER_2Q",
    twin="",
)
presets.add(
    "quddpm-circle",
    "QuDDPM on a circle",
    "One qubit learns a great circle of states, which MMD cannot tell from Haar-random ones.",
    "qdiffgui.presets:QUDDPM_CIRCLE",
    twin="",
)
presets.add(
    "jets-observables-quantum",
    "Four jet observables: quantum denoiser",
    "Six qubits denoise mass, multiplicity, pTD and width of real jets.",
    "qdiffgui.presets:JETS_OBSERVABLES_QUANTUM",
    twin="jets-observables-mlp",
)
presets.add(
    "jets-observables-mlp",
    "Four jet observables: matched MLP",
    "The classical twin: an MLP with about as many parameters.",
    "qdiffgui.presets:JETS_OBSERVABLES_MLP",
    twin="jets-observables-quantum",
)
presets.add(
    "jets-logpolar-4q",
    "Jet maps on 4 qubits: QuDDPM",
    "Fully quantum: 4x4 log-polar maps of gluon jets as four-qubit states.",
    "qdiffgui.presets:JETS_LOGPOLAR_4Q",
    twin="",
)
presets.add(
    "jets-images-q-dense",
    "Jet images: Q-Dense",
    "8x8 jet images, denoised by a circuit on amplitudes.",
    "qdiffgui.presets:JETS_IMAGES_Q_DENSE",
    twin="jets-images-ddpm",
)
presets.add(
    "jets-images-ddpm",
    "Jet images: matched DDPM",
    "The same images, an MLP with about as many parameters.",
    "qdiffgui.presets:JETS_IMAGES_DDPM",
    twin="jets-images-q-dense",
)

# load() gives a function (generated, real, *, seed) -> Measured. ``of`` says of what: "observable" (n,), "sample" (n, d) features,
# "state" (n, d) amplitudes. ``better``: lower, higher, half (.5 is best), or floor (the nearer to the floor's value the better).
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
