"""Line-ups of models that ``qdiffgui benchmark`` trains and judges on the same data."""

from __future__ import annotations

from qdiffgui.registry import Registry

benchmarks = Registry("benchmarks", "benchmark")

# load() gives a qdiffgui.studies.benchmark.Lineup. ``suits``: keys of the file formats for which it
# is the first choice.
benchmarks.add(
    "jets-observables",
    "Four jet observables",
    (
        "Mass, multiplicity, pTD and width of quark and gluon jets: quantum denoisers against DDPM "
        "and rectified flow."
    ),
    "qdiffgui.studies.benchmark.lineups:JETS_OBSERVABLES",
)
benchmarks.add(
    "jets-observables-8",
    "Eight jet observables",
    (
        "Mass, multiplicity, pTD, width, LHA, C2, D2 and τ21 of quark and gluon jets: circuits of "
        "three sizes against a network of each size, DDPM and rectified flow."
    ),
    "qdiffgui.studies.benchmark.lineups:JETS_OBSERVABLES_8",
)
benchmarks.add(
    "jets-maps",
    "16x4 log-polar jet maps",
    (
        "Maps of gluon jets: every quantum model that accepts maps against DDPM, DDIM and "
        "rectified flow."
    ),
    "qdiffgui.studies.benchmark.map_lineup:JETS_MAPS",
)
benchmarks.add(
    "jets-images",
    "8x8 jet images",
    "Images of quark and gluon jets: Q-Dense against DDPM with an MLP and with a U-Net.",
    "qdiffgui.studies.benchmark.lineups:JETS_IMAGES",
)
benchmarks.add(
    "images-16x16",
    "16x16 images",
    (
        "Images of the included jets or of a file (CMS images, reduced images): Q-Dense against "
        "DDPM with small and large U-Nets."
    ),
    "qdiffgui.studies.benchmark.lineups:IMAGES_16X16",
    suits=("reduced-images", "cms-images", "cms-parquet"),
)
benchmarks.add(
    "jets-clouds",
    "Jets of 30 particles",
    (
        "The 30 leading constituents of quark and gluon jets, classical models only: set "
        "transformers with DDPM and with rectified flow, and an MLP."
    ),
    "qdiffgui.studies.benchmark.lineups:JETS_CLOUDS",
)
benchmarks.add(
    "calorimeter",
    "Calorimeter showers",
    (
        "Layer energies and incident energy of parametrized electron showers (not Geant4): "
        "three quantum models against DDPM and rectified flow."
    ),
    "qdiffgui.studies.benchmark.lineups:CALORIMETER",
    suits=("calo-challenge",),
)
