"""Line-ups of models that ``qdiffgui benchmark`` trains and judges on the same data."""

from __future__ import annotations

from qdiffgui.registry import Registry

benchmarks = Registry("benchmarks", "benchmark")

# load() gives a qdiffgui.benchmark.Lineup
benchmarks.add(
    "jets-observables",
    "Four jet observables",
    "Mass, multiplicity, pTD and width of quark and gluon jets: quantum denoisers against DDPM, DDIM and rectified flow.",
    "qdiffgui.benchmark.lineups:JETS_OBSERVABLES",
)
benchmarks.add(
    "jets-images",
    "8x8 jet images",
    "Images of quark and gluon jets: Q-Dense against DDPM with an MLP and a U-Net.",
    "qdiffgui.benchmark.lineups:JETS_IMAGES",
)
benchmarks.add(
    "jets-clouds",
    "Jets of 30 particles",
    "The 30 leading constituents of quark and gluon jets, classical models only: set transformers by DDPM and rectified flow, an MLP.",
    "qdiffgui.benchmark.full_resolution:JETS_CLOUDS",
)
