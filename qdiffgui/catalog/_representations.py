"""How data become what a model learns."""

from __future__ import annotations

from qdiffgui.registry import Registry

representations = Registry("representations", "representation")

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
    "channels",
    "Image of three channels",
    "16x16 pixels of charged particles, photons and neutral hadrons; of CMS files Tracks, ECAL and HCAL.",
    "qdiffgui.data.representations.channels:Channels",
)
representations.add(
    "layers",
    "Shower layers",
    "The energy in each layer of a calorimeter shower, with the incident energy in two cells beside; 13 layers are 4 qubits.",
    "qdiffgui.data.representations.layers:Layers",
)
representations.add(
    "cloud",
    "Particle cloud",
    "The 30 leading constituents of a jet: eta, phi and pT fraction of each.",
    "qdiffgui.data.representations.cloud:Cloud",
)
representations.add(
    "state", "Quantum states", "States as they are, for the ensembles.", "qdiffgui.data.representations.state:State"
)
representations.add(
    "density",
    "Density matrices",
    "Mixed states as they are, pure ones as projectors.",
    "qdiffgui.data.representations.density:Density",
)
