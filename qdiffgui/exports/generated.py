"""The samples of a run in our own layout and in those of others, where they are made of particles."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qdiffgui.config import Experiment
from qdiffgui.data.formats import guard
from qdiffgui.data.formats.layout import concatenate
from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.data.save_particles import save_energyflow, save_jetnet
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Jets
from qdiffgui.errors import DataError, UserError
from qdiffgui.exports.whole import folder, whole, writing
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import session_of

LAYOUTS = {
    "qdiffgui": "one HDF5 file: encoded, and as physics with units",
    "energyflow": "one npz as EnergyFlow's quark and gluon jets",
    "jetnet": "a folder with one HDF5 file a class, as JetNet's",
}
"""Layouts of samples, with what each writes."""
_NOUNS = {
    "state": "quantum states", "density": "density matrices", "image": "images of no angle scale", "layers": "energies of shower layers",
}  # fmt: skip
_CELLS = (
    "Each lit cell of a map is one massless pseudo-particle at the place that the cell is decoded to, with the cell's share of the pT and "
    "PDG id 0: as many as lit cells, not as many as a jet has particles."
)


def samples(run: RunDirectory, target: Path | str, layout: str | None = None) -> list[Path]:
    """The generated samples in one of ``LAYOUTS``; without one, EnergyFlow's for a name that ends in .npz, else our own.

    The last two hold particles; see ``particles`` for what those of a map are.
    """
    target = Path(target)
    chosen = layout or ("energyflow" if target.suffix == ".npz" else "qdiffgui")
    if chosen not in LAYOUTS:
        raise UserError(f"There is no layout '{chosen}' of samples: choose one of {', '.join(LAYOUTS)}.")
    if chosen == "qdiffgui":
        if run.samples_file.exists():
            return [whole(target, lambda part: shutil.copyfile(run.samples_file, part))]
        return [whole(target, session_of(run).save_samples)]
    with _written(run) as path:
        what, why_not = particles(path, run.config())
        if not what:
            raise UserError(why_not)
        jets = _jets(path, run.id)
    if chosen == "energyflow":
        return [whole(target, lambda part: save_energyflow(part, jets))]
    place = folder(target)
    with writing(place):
        return save_jetnet(place, jets)


def particles(path: Path, config: Experiment) -> tuple[str, str]:
    """(what the particles in the file of samples are, "") or ("", why there are none)."""
    with open_untrusted(path) as file:
        there = guard.has(file, "constituents/offsets")
    if there and config.representation.encodes == "map":
        return _CELLS, ""
    if there:
        return "The particles that the model generated; PDG ids are 0, they are not modelled.", ""
    kind = config.representation.kind
    return "", f"These samples are {_NOUNS.get(kind, kind)}, and such a file holds particles: take HDF5."


@contextmanager
def _written(run: RunDirectory) -> Iterator[Path]:
    """The file of samples; of an unfinished run, made now from its last checkpoint."""
    if run.samples_file.exists():
        yield run.samples_file
        return
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "samples.h5"
        session_of(run).save_samples(path)
        yield path


def _jets(path: Path, name: str) -> Jets:
    with open_layout(path) as found:
        content = concatenate([found.read(start, stop) for start, stop in found.slices()])
    if not isinstance(content, Jets):
        raise DataError(f"The samples of the run '{name}' hold no particles: take HDF5.")
    return content
