"""Data sets. ``level`` says what kind of data they are, for model cards."""

from __future__ import annotations

from qdiffgui.registry import Registry

datasets = Registry("datasets", "data set", settings="qdiffgui.config.data:DataConfig")

_COMPUTED = "The states are computed, not prepared on hardware."

# load() gives a function (config, seed) -> Dataset
datasets.add(
    "qg-jets",
    "Quark and gluon jets",
    (
        "50 000 simulated jets (PYTHIA 8.3, generator level) with pT of 500-550 GeV; included "
        "with qdiffgui."
    ),
    "qdiffgui.data.shipped:load_jets",
    settings="qdiffgui.config.data:QuarkGluonJets",
    level=(
        "Simulated jets (PYTHIA 8.3) at generator level: no detector is simulated. They are not "
        "collision data."
    ),
)
datasets.add(
    "file",
    "Your own file",
    (
        "A file in one of the formats of 'qdiffgui list formats', such as EnergyFlow, JetNet or "
        "CMS images."
    ),
    "qdiffgui.data.files:load_file",
    settings="qdiffgui.config.data:JetFile",
    level="Data of a file, which does not say whether they are simulated or measured.",
)
datasets.add(
    "points",
    "Draw your own points",
    "Points in a plane: draw them, upload a file of two columns, or choose a shape.",
    "qdiffgui.data.points:load_points",
    settings="qdiffgui.config.points:PlanePoints",
    level="Points in a plane, drawn or of a simple shape: a test case, not data of physics.",
)
datasets.add(
    "digits",
    "Handwritten digits",
    "The 8x8 digits of scikit-learn, as in the image papers.",
    "qdiffgui.data.digits:load_digits",
    settings="qdiffgui.config.data:Digits",
    level="Handwritten digits: a test case, not data of physics.",
)
datasets.add(
    "showers",
    "Calorimeter showers (parametrized)",
    "Electrons of 10-100 GeV in 13 layers, by GFLASH's parametrized profile: not Geant4.",
    "qdiffgui.data.showers:load_showers",
    settings="qdiffgui.config.data:ParametrisedShowers",
    level="Parametrized showers (GFLASH): neither Geant4 nor measured.",
)
datasets.add(
    "cluster",
    "Cluster of states",
    "Pure states scattered around |0...0>.",
    "qdiffgui.data.ensembles:load_cluster",
    settings="qdiffgui.config.data:Cluster",
    level=_COMPUTED,
)
datasets.add(
    "circle",
    "Circle of states",
    "One-qubit states with real amplitudes, on a great circle.",
    "qdiffgui.data.ensembles:load_circle",
    settings="qdiffgui.config.data:Circle",
    level=_COMPUTED,
)
datasets.add(
    "labelled-clusters",
    "Two labeled clusters",
    "States around |0...0> and around |+...+>, one class each.",
    "qdiffgui.data.ensembles:load_labelled_clusters",
    settings="qdiffgui.config.data:LabelledClusters",
    level=_COMPUTED,
)
datasets.add(
    "correlated-noise",
    "Correlated noise",
    "A two-qubit state after an XX error (80%) or a ZZ error of random angle.",
    "qdiffgui.data.ensembles:load_correlated_noise",
    settings="qdiffgui.config.data:CorrelatedNoise",
    level=_COMPUTED,
)
datasets.add(
    "ising-ground-states",
    "Ising ground states",
    "Ground states of a transverse-field Ising chain with a random field.",
    "qdiffgui.data.ising:load_ising",
    settings="qdiffgui.config.data:IsingGroundStates",
    level=_COMPUTED,
)
datasets.add(
    "haar-states",
    "Haar-random states",
    "Pure states without any structure.",
    "qdiffgui.data.ensembles:load_haar",
    settings="qdiffgui.config.data:HaarStates",
    level=_COMPUTED,
)
datasets.add(
    "random-density",
    "Random density matrix",
    "One random pure or low-rank mixed state, in identical copies.",
    "qdiffgui.data.densities:load_random_density",
    settings="qdiffgui.config.data:RandomDensity",
    level=_COMPUTED,
)
