"""Line-ups of models that ``qdiffgui benchmark`` trains and judges on the same data."""

from __future__ import annotations

from qdiffgui.registry import Registry

benchmarks = Registry("benchmarks", "benchmark")

# load() gives a qdiffgui.benchmark.Lineup. ``suits``: layouts of files (``data.formats``) that it is chosen for before any other.
benchmarks.add(
    "jets-observables",
    "Four jet observables",
    "Mass, multiplicity, pTD and width of quark and gluon jets: quantum denoisers against DDPM, DDIM and rectified flow.",
    "qdiffgui.benchmark.lineups:JETS_OBSERVABLES",
)
benchmarks.add(
    "jets-maps",
    "16x4 log-polar jet maps",
    "Maps of gluon jets: every quantum family that takes maps against DDPM, DDIM and rectified flow.",
    "qdiffgui.benchmark.map_lineup:JETS_MAPS",
)
benchmarks.add(
    "jets-images",
    "8x8 jet images",
    "Images of quark and gluon jets: Q-Dense against DDPM with an MLP and a U-Net.",
    "qdiffgui.benchmark.lineups:JETS_IMAGES",
)
benchmarks.add(
    "images-16x16",
    "16x16 images",
    "Images as papers keep them, of the shipped jets or of a file (CMS images, reduced images): Q-Dense against DDPM with small and "
    "large U-Nets.",
    "qdiffgui.benchmark.lineups:IMAGES_16X16",
    suits=("reduced-images", "cms-images", "cms-parquet"),
)
benchmarks.add(
    "jets-clouds",
    "Jets of 30 particles",
    "The 30 leading constituents of quark and gluon jets, classical models only: set transformers by DDPM and rectified flow, an MLP.",
    "qdiffgui.benchmark.full_resolution:JETS_CLOUDS",
)
benchmarks.add(
    "calorimeter",
    "Calorimeter showers",
    "Layer energies and incident energy of parametrised electron showers (not Geant4): three quantum families against DDPM and flow.",
    "qdiffgui.benchmark.calorimeter:CALORIMETER",
    suits=("calo-challenge",),
)
