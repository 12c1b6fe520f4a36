"""How data become what a model learns."""

from __future__ import annotations

from qdiffgui.registry import Registry

representations = Registry(
    "representations",
    "representation",
    settings="qdiffgui.config.representation:RepresentationConfig",
)

# load() gives the class of the representation: built from its config
representations.add(
    "observables",
    "Jet observables",
    "A few numbers per jet (mass, multiplicity, pTD, width), standardized.",
    "qdiffgui.data.representations.observables:Observables",
    settings="qdiffgui.config.representation:Observables",
)
representations.add(
    "log-polar",
    "Log-polar map",
    "pT fractions in log ΔR and in the angle from the principal axis; 4x4 needs 4 qubits.",
    "qdiffgui.data.representations.logpolar:LogPolar",
    settings="qdiffgui.config.representation:LogPolar",
)
representations.add(
    "radial",
    "Radial profile",
    "pT fractions in bins of log ΔR; 16 bins need 4 qubits.",
    "qdiffgui.data.representations.radial:Radial",
    settings="qdiffgui.config.representation:Radial",
)
representations.add(
    "image",
    "Cartesian image",
    "pT fractions in pixels of rapidity and azimuth; sum pooling conserves the total pT.",
    "qdiffgui.data.representations.image:Image",
    settings="qdiffgui.config.representation:Image",
)
representations.add(
    "channels",
    "Image of three channels",
    (
        "16x16 pixels of charged particles, photons and neutral hadrons; for CMS files of "
        "tracks, ECAL and HCAL."
    ),
    "qdiffgui.data.representations.channels:Channels",
    settings="qdiffgui.config.representation:Channels",
)
representations.add(
    "layers",
    "Shower layers",
    (
        "The energy in each layer of a calorimeter shower, and the incident energy in two more "
        "cells; 13 layers need 4 qubits."
    ),
    "qdiffgui.data.representations.layers:Layers",
    settings="qdiffgui.config.representation:Layers",
)
representations.add(
    "cloud",
    "Particle cloud",
    "The 30 leading constituents of a jet: eta, phi and pT fraction of each.",
    "qdiffgui.data.representations.cloud:Cloud",
    settings="qdiffgui.config.representation:Cloud",
)
representations.add(
    "state",
    "Quantum states",
    "The states themselves, for ensembles.",
    "qdiffgui.data.representations.state:State",
    settings="qdiffgui.config.representation:State",
)
representations.add(
    "plane",
    "Points in the plane",
    "The two coordinates of each point, standardized.",
    "qdiffgui.data.representations.plane:Plane",
    settings="qdiffgui.config.representation:Plane",
)
representations.add(
    "bloch",
    "Points on the Bloch sphere",
    (
        "Each point as a state of one qubit, by the equal-area map of the plane to the sphere: the "
        "center is |0⟩, and Haar-random states fill a disk evenly."
    ),
    "qdiffgui.data.representations.bloch:Bloch",
    settings="qdiffgui.config.representation:Bloch",
)
representations.add(
    "density",
    "Density matrices",
    "Mixed states as they are, pure states as projectors.",
    "qdiffgui.data.representations.density:Density",
    settings="qdiffgui.config.representation:Density",
)
