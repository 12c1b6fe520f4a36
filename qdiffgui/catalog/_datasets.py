"""Data sets."""

from __future__ import annotations

from qdiffgui.registry import Registry

datasets = Registry("datasets", "data set")

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
datasets.add(
    "showers",
    "Calorimeter showers (parametrised)",
    "Electrons of 10-100 GeV in 13 layers by GFLASH's profile: parametrised, not Geant4.",
    "qdiffgui.data.showers:load_showers",
)
datasets.add("cluster", "Cluster of states", "Pure states scattered about |0...0>.", "qdiffgui.data.ensembles:load_cluster")
datasets.add("circle", "Circle of states", "Real one-qubit states on a great circle.", "qdiffgui.data.ensembles:load_circle")
datasets.add(
    "labelled-clusters",
    "Two labelled clusters",
    "States about |0...0> and about |+...+>, one class each.",
    "qdiffgui.data.ensembles:load_labelled_clusters",
)
datasets.add(
    "correlated-noise",
    "Correlated noise",
    "A two-qubit state after an XX error (80 %) or a ZZ error of random angle.",
    "qdiffgui.data.ensembles:load_correlated_noise",
)
datasets.add(
    "ising-ground-states",
    "Ising ground states",
    "Ground states of a transverse-field Ising chain, random field.",
    "qdiffgui.data.ising:load_ising",
)
datasets.add("haar-states", "Haar-random states", "Pure states without any structure.", "qdiffgui.data.ensembles:load_haar")
datasets.add(
    "random-density",
    "Random density matrix",
    "One random pure or low-rank mixed state, in identical copies.",
    "qdiffgui.data.densities:load_random_density",
)
