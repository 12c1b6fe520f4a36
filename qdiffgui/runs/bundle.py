"""A run as one zip file, to be imported on another machine.

An imported file is not trusted: names, sizes and contents are checked, nothing is unpickled, and
either the complete run is added or nothing.
"""

from __future__ import annotations

import json
import lzma
import shutil
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from qdiffgui import file_layout
from qdiffgui._version import __version__
from qdiffgui.config import Experiment, parse
from qdiffgui.data.formats.checks import one_line
from qdiffgui.data.formats.guard import MAX_RATIO
from qdiffgui.errors import ConfigError, DataError, UserError
from qdiffgui.model_card.schema import MOST_BYTES
from qdiffgui.runs import bundle_checks as checks
from qdiffgui.runs.card import card_of_run
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_json, write_bytes
from qdiffgui.runs.nested import RESERVED, is_id
from qdiffgui.runs.record import Record
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore

_MB = 2**20
FILES = {
    "config.json": _MB,
    "status.json": _MB,
    "environment.json": _MB,
    "events.jsonl": 512 * _MB,
    "metrics.json": 32 * _MB,
    "trajectory.json": 96 * _MB,
    "film.json": 96 * _MB,
    "run.log": 64 * _MB,
    "model.h5": 1024 * _MB,
    "samples.h5": 2048 * _MB,
    "checkpoint.h5": 2048 * _MB,
}
"""Files of a run in a bundle, with the largest size of each in bytes. Locks, requests and
annotations are not part of it. ``film.json`` is the trajectory of a run of layout 1."""
README = "README.txt"
MANIFEST = "bundle.json"
CARDS = ("card.md", "card.json")
"""The model card, for readers of the bundle: an imported run makes its own."""
_EXTRAS = {README: _MB, MANIFEST: _MB, **dict.fromkeys(CARDS, MOST_BYTES)}
_LIMITS = FILES | _EXTRAS
LIMIT = 4096 * _MB
_NEEDED = ("config.json", "status.json")
_SLICE = 4 * _MB
_FREE_BYTES = 16 * _MB  # smaller files are harmless, whatever is stored


def pack(run: RunDirectory, target: Path) -> None:
    """Write the files of ``run`` into the zip ``target``, with its layout version, its model card
    and a README.

    Raises ``UserError`` if the run is deleted meanwhile.
    """
    try:
        _pack(run, target)
    except FileNotFoundError:
        if run.exists():
            raise
    if not run.exists():
        target.unlink(missing_ok=True)
        raise UserError(f"The run '{run.id}' was deleted, so it cannot be exported: restore it.")


def _pack(run: RunDirectory, target: Path) -> None:
    # strict_timestamps=False: a file dated 1970 (the clock was not set) must not be an error
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as bundle:
        for name in FILES:
            if (run.path / name).is_file():
                bundle.write(run.path / name, f"{run.id}/{name}")
        manifest = {
            "format": "qdiffgui-bundle",
            "layout": run.record().layout,
            "qdiffgui": __version__,
        }
        bundle.writestr(f"{run.id}/{MANIFEST}", json.dumps(manifest))
        bundle.writestr(f"{run.id}/{README}", _README.format(id=run.id))
        with suppress(UserError):  # damaged files have no card, and are packed as they are
            card = card_of_run(run)
            for name, text in zip(CARDS, (str(card), card.as_json())):
                bundle.writestr(f"{run.id}/{name}", text)


def import_bundle(store: RunStore, file: Path) -> RunDirectory:
    """Add the run in a bundle to ``store``, under its own id or the next free one.

    Parameters
    ----------
    store : RunStore
    file : Path
        The bundle, as ``exports.bundle`` writes it.

    Returns
    -------
    RunDirectory
        The imported run. If it was being trained when it was exported, it is interrupted.

    Raises
    ------
    UserError
        If the file is not a bundle, is damaged, was written by a newer version, holds anything but
        the files of one run, is larger than allowed, or the folder is not writable. No file remains
        then.
    """
    try:
        with store.staging("import") as folder:
            wanted = _unpack(file, folder)
            _check(folder, file.name)
            return store.adopt(folder, wanted)
    except OSError as error:
        raise UserError(
            f"Cannot import '{file.name}' into '{store.root}': {error.strerror or error}."
        ) from error


def _unpack(file: Path, folder: Path) -> str:
    """Unpack the files of the run into ``folder``; returns its id.

    Declared sizes are not trusted: the bytes are counted.
    """
    if not file.is_file():
        raise UserError(f"There is no file '{file}': give the path of a bundle.")
    try:
        with zipfile.ZipFile(file) as bundle:
            members = _members(bundle, file.name, shutil.disk_usage(folder).free)
            _require_readable(bundle, members, file.name)
            for member in members:
                name = PurePosixPath(member.filename).name
                if name not in _EXTRAS:
                    _write(bundle, member, folder / name, file.name)
            return PurePosixPath(members[0].filename).parent.name
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        ValueError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        if isinstance(error, UserError):
            raise
        raise DataError(
            f"'{file.name}' is not a bundle of a run or is damaged: export the run again with "
            "'qdiffgui export --bundle'."
        ) from error


def _members(bundle: zipfile.ZipFile, name: str, free: int) -> list[zipfile.ZipInfo]:
    """The files to unpack, with their names and declared sizes checked. Raises ``DataError``."""
    members = [member for member in bundle.infolist() if not member.is_dir()]
    inside = [PurePosixPath(member.filename) for member in members]
    strange = next(
        (path for path in inside if len(path.parts) != 2 or path.name not in (*FILES, *_EXTRAS)),
        None,
    )
    if strange is not None:
        raise DataError(
            f"'{name}' contains '{one_line(strange)}', which is not a file of a run: expected "
            "RUN/config.json and the other files of one run."
        )
    folders = {path.parts[0] for path in inside}
    reserved = next((folder for folder in folders if folder.lower() in RESERVED), None)
    if reserved is not None:
        raise DataError(
            f"The run in '{name}' is called '{reserved}', which means something else in a folder "
            "of runs: rename that folder in the zip file."
        )
    if len(folders) != 1 or len(set(inside)) != len(inside) or not is_id(next(iter(folders))):
        raise DataError(
            f"Expected the files of one run in '{name}', each once; found {len(inside)} files in "
            f"{len(folders)} folders."
        )
    missing = [needed for needed in _NEEDED if needed not in {path.name for path in inside}]
    if missing:
        raise DataError(f"'{name}' has no {missing[0]}: it is not a bundle of a run.")
    for member, path in zip(members, inside):
        # file type as Unix packs it: 0 if not given, 0o10 for a regular file
        if member.external_attr >> 28 not in (0, 0o10):
            raise DataError(
                f"'{path.name}' in '{name}' is a link or a device: expected plain files."
            )
        if member.file_size > _LIMITS[path.name]:
            raise DataError(_too_large(path.name, name))
        if member.file_size > max(_FREE_BYTES, MAX_RATIO * member.compress_size):
            raise DataError(
                f"'{path.name}' in '{name}' unpacks to {member.file_size / 1e6:.0f} MB from "
                f"{member.compress_size / 1e6:.1f} MB, which no file of a run does: nothing was "
                "imported."
            )
    total = sum(member.file_size for member in members)
    if total > min(LIMIT, free):
        raise DataError(
            f"'{name}' unpacks to {total / 1e9:.1f} GB, but at most "
            f"{min(LIMIT, free) / 1e9:.1f} GB fit here: free some space."
        )
    return members


def _require_readable(bundle: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse a bundle of a newer layout. A bundle without a manifest has layout 1."""
    for member in members:
        if PurePosixPath(member.filename).name == MANIFEST:
            with bundle.open(member) as source:
                manifest = json.loads(source.read(_MB))
            found = manifest.get("layout") if isinstance(manifest, dict) else "unreadable"
            file_layout.require_readable(f"'{name}'", found)


def _write(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str) -> None:
    left = FILES[target.name]
    with bundle.open(member) as source, target.open("xb") as sink:
        while part := source.read(_SLICE):
            left -= len(part)
            if left < 0:
                raise DataError(_too_large(target.name, name))
            sink.write(part)


def _too_large(inside: str, name: str) -> str:
    return (
        f"'{inside}' in '{name}' is larger than {_LIMITS[inside] // _MB} MB, the limit "
        "for this file: nothing was imported."
    )


def _check(folder: Path, name: str) -> None:
    """Check every file, and rewrite the status: no process of this machine trains the run."""
    found = read_json(folder / "status.json")
    if isinstance(found, dict):
        file_layout.require_readable(f"The run in '{name}'", found.get("layout"))
    try:
        config = parse((folder / "config.json").read_bytes())
    except ConfigError as error:
        raise DataError(
            f"This version of qdiffgui ({__version__}) cannot read the settings in '{name}': "
            f"{str(error).rstrip('.')}. If a newer version wrote them, update qdiffgui."
        ) from error
    checks.check_files(folder, name)
    write_bytes(
        folder / "status.json",
        _imported_record(folder / "status.json", config, name).model_dump_json(indent=1).encode(),
    )


def _imported_record(path: Path, config: Experiment, name: str) -> Record:
    try:
        record = Record.model_validate(read_json(path))
    except ValidationError:
        raise DataError(f"The status.json in '{name}' is damaged: export the run again.") from None
    known = {
        "owner": None,
        "threads": 0,
        "pool": 0,
        "eta": None,
        "digest": config.digest(),
        "seed": config.seed,
        "data": config.data.kind,
        "representation": config.representation.kind,
        "model": config.model.kind,
    }
    if record.status in ACTIVE:
        known |= {
            "status": Status.INTERRUPTED,
            "message": f"The run was {record.status} on another machine when it was exported.",
        }
    return record.model_copy(update=known)


_README = """Run {id} of qdiffgui.

config.json       all settings and the seed, which reproduce the run
status.json       final state of the run
events.jsonl      losses, metrics and sample previews, one JSON object per line
model.h5          the trained model: qdiffgui.load("model.h5").sample(1000);
                  it contains the circuits as OpenQASM 3
samples.h5        generated samples, encoded and as physical quantities (GeV, radians)
metrics.json      comparison with held-out data, the floor and trivial generators
trajectory.json   denoising trajectory, step by step (film.json in older runs)
checkpoint.h5     state for resuming the training
environment.json  versions, machine, commit, data digest
run.log           log of the training
card.md           model card: data, training, metrics, limits, citations (card.json: the same)
bundle.json       layout version of these files

To open the run on another machine, use 'qdiffgui runs import FILE.zip' or Import in Compare.
"""
