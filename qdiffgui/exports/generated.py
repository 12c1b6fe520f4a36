"""Export the samples of a run, in the layout of qdiffgui or of other tools: EnergyFlow,
JetNet and ROOT for samples of particles, the CaloChallenge for showers.
"""

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
from qdiffgui.data.save_root import save_root
from qdiffgui.data.save_showers import save_calo_challenge
from qdiffgui.data.sniff import open_layout
from qdiffgui.data.types import Jets, Showers
from qdiffgui.errors import DataError, UserError
from qdiffgui.exports.write import make_folder, os_errors_as_user_errors, write_whole
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.reports import restored_session

LAYOUTS = {
    "qdiffgui": "one HDF5 file: encoded samples, and physical ones with units",
    "energyflow": "one npz file in the layout of EnergyFlow's quark and gluon jets",
    "jetnet": "a folder with one HDF5 file per class, in the layout of JetNet",
    "root": "one ROOT file with a TTree of jets (extra 'root')",
    "calo-challenge": "one HDF5 file of showers in the layout of the CaloChallenge",
}
"""Layouts of exported samples, with a description of each."""
_BY_SUFFIX = {".npz": "energyflow", ".root": "root"}
_NOUNS = {
    "state": "quantum states",
    "density": "density matrices",
    "image": "images without a scale of angles",
    "layers": "energies in the layers of showers",
}
_CELLS = (
    "Each nonzero cell of a map becomes one massless pseudo-particle at the position of the cell, "
    "with its fraction of the pT and PDG id 0. Their number is the number of nonzero cells, not "
    "the number of particles in a jet."
)


def samples(run: RunDirectory, target: Path | str, layout: str | None = None) -> list[Path]:
    """Write the generated samples.

    For an unfinished run they are generated now, from the last checkpoint.

    Parameters
    ----------
    run : RunDirectory
        The run.
    target : Path or str
        The file; a folder for the layout ``"jetnet"``.
    layout : str, optional
        A key of ``LAYOUTS``. Default: ``"energyflow"`` for a name ending in ``.npz``, ``"root"``
        for ``.root``, else ``"qdiffgui"``. EnergyFlow, JetNet and ROOT files hold particles; see
        ``describe_particles`` for those of maps.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    UserError
        If the layout is unknown or does not fit the samples, the run has no checkpoint yet, or a
        file cannot be written.

    Examples
    --------
    >>> from qdiffgui import exports
    >>> run = exports.open_run("finished")
    >>> [path.name for path in exports.samples(run, "samples.h5")]
    ['samples.h5']
    >>> exports.samples(run, "samples.npz")
    Traceback (most recent call last):
        ...
    qdiffgui.errors.UserError: EnergyFlow, JetNet and ROOT files hold particles, but these
    samples are quantum states: export them as HDF5.
    """
    run.require_readable()
    target = Path(target)
    chosen = layout or _BY_SUFFIX.get(target.suffix, "qdiffgui")
    if chosen not in LAYOUTS:
        raise UserError(f"Expected one of the layouts {', '.join(LAYOUTS)}; found '{chosen}'.")
    if chosen == "qdiffgui":
        if run.samples_file.exists():
            return [write_whole(target, lambda part: shutil.copyfile(run.samples_file, part))]
        return [write_whole(target, restored_session(run).save_samples)]
    if chosen == "calo-challenge":
        with _samples_file(run) as path:
            showers = _showers(path)
        return [write_whole(target, lambda part: save_calo_challenge(part, showers))]
    with _samples_file(run) as path:
        unsupported_reason = describe_particles(path, run.config())[1]
        if unsupported_reason:
            raise UserError(unsupported_reason)
        jets = _jets(path, run.id)
    if chosen == "energyflow":
        return [write_whole(target, lambda part: save_energyflow(part, jets))]
    if chosen == "root":
        return [write_whole(target, lambda part: save_root(part, jets))]
    folder = make_folder(target)
    with os_errors_as_user_errors(folder):
        return save_jetnet(folder, jets)


def describe_particles(path: Path, config: Experiment) -> tuple[str, str]:
    """What the particles in a file of samples are, and "" or why it has none (the other is "")."""
    with open_untrusted(path) as file:
        has_particles = guard.has(file, "constituents/offsets")
    if has_particles and config.representation.encodes == "map":
        return _CELLS, ""
    if has_particles:
        return "The generated particles. PDG ids are not modeled and set to 0.", ""
    kind = config.representation.kind
    return "", (
        "EnergyFlow, JetNet and ROOT files hold particles, but these samples are "
        f"{_NOUNS.get(kind, kind)}: export them as HDF5."
    )


def describe_showers(path: Path) -> str:
    """ "" or why a file of samples holds no showers."""
    with open_untrusted(path) as file:
        if guard.has(file, "showers/layers", "showers/incident"):
            return ""
    return (
        "CaloChallenge files hold showers, but these samples are not showers: export them as HDF5."
    )


def _showers(path: Path) -> Showers:
    reason = describe_showers(path)
    if reason:
        raise UserError(reason)
    with open_untrusted(path) as file:
        layers = guard.dataset(file, "showers/layers", ndim=(2,))[:]
        incident = guard.dataset(file, "showers/incident", ndim=(1,))[:]
        label = guard.dataset(file, "showers/label", ndim=(1,))[:]
    return Showers(layers, incident, label)


@contextmanager
def _samples_file(run: RunDirectory) -> Iterator[Path]:
    """The file of samples; for an unfinished run, written now from its last checkpoint."""
    if run.samples_file.exists():
        yield run.samples_file
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.h5"
        restored_session(run).save_samples(path)
        yield path


def _jets(path: Path, name: str) -> Jets:
    with open_layout(path) as found:
        content = concatenate([found.read(start, stop) for start, stop in found.slices()])
    if not isinstance(content, Jets):
        raise DataError(f"The samples of the run '{name}' have no particles: export them as HDF5.")
    return content
