"""File formats of data."""

from __future__ import annotations

from qdiffgui.registry import Registry

# load() gives a qdiffgui.data.formats.layout.Format: an object with ``matches(source)`` and
# ``open_layout(source, path, channels)``. ``container`` says what ``source`` is: "hdf5" is an open
# h5py.File, "npz" a qdiffgui.data.formats.npz.Npz, "parquet" a pyarrow.parquet.ParquetFile,
# "root" a qdiffgui.data.formats.root.RootFile, and
# "stream" any other file, open for reading bytes. The first format that matches wins.
formats = Registry("formats", "file format", facts=("container",))

formats.add(
    "qdiffgui",
    "qdiffgui jets (HDF5)",
    "Jets with their constituents, as 'qdiffgui sample' and 'qdiffgui make-jets' write them.",
    "qdiffgui.data.formats.own",
    container="hdf5",
)
formats.add(
    "jetnet",
    "JetNet (HDF5)",
    "Jets of 30 or 150 particles: gluon, quark, top, W and Z.",
    "qdiffgui.data.formats.jetnet",
    container="hdf5",
    paper="arXiv:2106.11535",
)
formats.add(
    "cms-images",
    "CMS images (HDF5)",
    "ML4SCI images of CMS Open Data: tracks, ECAL and HCAL, 125x125 pixels.",
    "qdiffgui.data.formats.cms_images",
    container="hdf5",
    paper="arXiv:1902.08276",
)
formats.add(
    "calo-challenge",
    "CaloChallenge (HDF5)",
    "Geant4 showers of the Fast Calorimeter Simulation Challenge, data sets 1 to 3.",
    "qdiffgui.data.formats.calo_challenge",
    container="hdf5",
    paper="arXiv:2410.21611",
)
formats.add(
    "lemurs",
    "LEMURS (HDF5)",
    "Geant4 showers in five detectors, with incident angles.",
    "qdiffgui.data.formats.lemurs",
    container="hdf5",
    paper="arXiv:2509.05108",
)
formats.add(
    "reduced-images",
    "reduced images (HDF5)",
    "Jet images that were pooled to few pixels.",
    "qdiffgui.data.formats.reduced_images",
    container="hdf5",
)
formats.add(
    "observables",
    "qdiffgui observables (HDF5)",
    "Jet observables, as 'qdiffgui sample' writes them for models of observables.",
    "qdiffgui.data.formats.observables_table",
    container="hdf5",
)
formats.add(
    "energyflow",
    "EnergyFlow (npz)",
    "EnergyFlow's quark and gluon jets, with particle IDs.",
    "qdiffgui.data.formats.energyflow",
    container="npz",
    paper="arXiv:1810.05165",
)
formats.add(
    "cms-parquet",
    "CMS images (parquet)",
    "ML4SCI images of CMS Open Data, one jet per row.",
    "qdiffgui.data.formats.cms_parquet",
    container="parquet",
    paper="arXiv:1902.08276",
)
formats.add(
    "jagged-parquet",
    "jets in parquet",
    "Lists of particles per jet, as awkward-array writes them.",
    "qdiffgui.data.formats.jagged_parquet",
    container="parquet",
)
formats.add(
    "jetclass",
    "JetClass (ROOT)",
    "Jets of ten classes, with the momenta of their particles.",
    "qdiffgui.data.formats.jetclass",
    container="root",
    paper="arXiv:2202.03772",
)
formats.add(
    "root",
    "jets in ROOT",
    "A TTree or RNTuple with lists of particles per jet; which branch is what can be chosen.",
    "qdiffgui.data.formats.root",
    container="root",
)
formats.add(
    "observables-parquet",
    "observables (parquet)",
    "A table with one row per jet and columns such as mass, multiplicity and label.",
    "qdiffgui.data.formats.observables_parquet",
    container="parquet",
)
formats.add(
    "observables-csv",
    "observables (CSV)",
    "A table with one row per jet, whose first line names columns such as mass and label.",
    "qdiffgui.data.formats.observables_csv",
    container="stream",
)
