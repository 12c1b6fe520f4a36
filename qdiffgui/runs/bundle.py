"""A run as one zip that another machine can take in. What comes in is treated as a stranger's: names, sizes and contents are checked,
nothing is unpickled, and the run is seen whole or not at all.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path, PurePosixPath

from pydantic import ValidationError

from qdiffgui import __version__
from qdiffgui.config import Experiment, parse
from qdiffgui.data.formats.checks import one_line
from qdiffgui.errors import ConfigError, DataError, UserError
from qdiffgui.runs import bundle_checks as checks
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_json, write_bytes
from qdiffgui.runs.record import Record
from qdiffgui.runs.state import ACTIVE, Status
from qdiffgui.runs.store import RunStore, is_id

_MB = 2**20
# the files of a run that travel, and the largest each may be, in bytes; the rest (lock, requests, notes of a person) stays at home
FILES = {
    "config.json": _MB, "status.json": _MB, "environment.json": _MB, "events.jsonl": 512 * _MB, "metrics.json": 64 * _MB,
    "film.json": 256 * _MB, "run.log": 64 * _MB, "model.h5": 1024 * _MB, "samples.h5": 2048 * _MB, "checkpoint.h5": 2048 * _MB,
}  # fmt: skip
README = "README.txt"
LIMIT = 4096 * _MB
_NEEDED = ("config.json", "status.json")
_SLICE = 4 * _MB


def pack(run: RunDirectory, target: Path) -> None:
    """Write the files of ``run`` into the zip ``target``, with a manifest of what each is."""
    # a file of 1970 (a clock that was not set yet) is no reason to refuse the run
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as bundle:
        for name in FILES:
            if (run.path / name).is_file():
                bundle.write(run.path / name, f"{run.id}/{name}")
        bundle.writestr(f"{run.id}/{README}", _README.format(id=run.id))


def import_bundle(store: RunStore, file: Path) -> RunDirectory:
    """A run from a bundle, added to ``store`` under its own id, or the next free one.

    Raises
    ------
    UserError
        where the file is no bundle of a run, is damaged, holds anything but the files of one run, or more than is allowed, or where
        the folder of the runs does not take it. Nothing is left behind then.
    """
    try:
        with store.making("import") as folder:
            wanted = _unpack(file, folder)
            _check(folder, file.name)
            return store.adopt(folder, wanted)
    except OSError as error:
        raise UserError(f"Cannot import '{file.name}' into '{store.root}': {error.strerror or error}.") from error


def _unpack(file: Path, folder: Path) -> str:
    """The files of the one run in the zip, into ``folder``; its id. Declared sizes are not believed: bytes are counted."""
    if not file.is_file():
        raise UserError(f"There is no file '{file}' to import: give the path of a bundle.")
    try:
        with zipfile.ZipFile(file) as bundle:
            members = _members(bundle, file.name, shutil.disk_usage(folder).free)
            for member in members:
                name = PurePosixPath(member.filename).name
                if name != README:
                    _write(bundle, member, folder / name, file.name)
            return PurePosixPath(members[0].filename).parent.name
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        if isinstance(error, UserError):
            raise
        raise DataError(
            f"'{file.name}' is not a bundle of a run, or is damaged: export it again with 'qdiffgui export'."
        ) from error


def _members(bundle: zipfile.ZipFile, name: str, free: int) -> list[zipfile.ZipInfo]:
    """What is to be unpacked, every name and declared size of it checked; raises ``DataError``."""
    members = [member for member in bundle.infolist() if not member.is_dir()]
    inside = [PurePosixPath(member.filename) for member in members]
    strange = next((path for path in inside if len(path.parts) != 2 or path.name not in (*FILES, README)), None)
    if strange is not None:
        raise DataError(
            f"'{name}' holds '{one_line(strange)}', which is no file of a run: expected RUN/config.json and the like, of one run."
        )
    folders = {path.parts[0] for path in inside}
    if len(folders) != 1 or len(set(inside)) != len(inside) or not is_id(next(iter(folders))):
        raise DataError(f"Expected the files of one run in '{name}', each once; found {len(inside)} in {len(folders)} folders.")
    missing = [needed for needed in _NEEDED if needed not in {path.name for path in inside}]
    if missing:
        raise DataError(f"'{name}' has no {missing[0]}: it is not the bundle of a run.")
    for member, path in zip(members, inside):
        if member.external_attr >> 28 not in (0, 0o10):  # the type of file as Unix packs it: none said, or a regular one
            raise DataError(f"'{path.name}' in '{name}' is a link or a device: expected plain files.")
        if member.file_size > FILES.get(path.name, _MB):
            raise DataError(_too_large(path.name, name))
    total = sum(member.file_size for member in members)
    if total > min(LIMIT, free):
        raise DataError(f"'{name}' unpacks to {total / 1e9:.1f} GB: at most {min(LIMIT, free) / 1e9:.1f} GB fit here.")
    return members


def _write(bundle: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str) -> None:
    left = FILES[target.name]
    with bundle.open(member) as source, target.open("xb") as sink:
        while part := source.read(_SLICE):
            left -= len(part)
            if left < 0:
                raise DataError(_too_large(target.name, name))
            sink.write(part)


def _too_large(inside: str, name: str) -> str:
    return f"'{inside}' in '{name}' is larger than the {FILES.get(inside, _MB) // _MB} MB allowed for it: nothing was imported."


def _check(folder: Path, name: str) -> None:
    """Every file that is there is what it should be; the state is made that of a run that nobody works on here."""
    try:
        config = parse((folder / "config.json").read_bytes())
    except ConfigError as error:
        raise DataError(
            f"The settings in '{name}' are none of this version of qdiffgui ({__version__}): {error}. If a later one wrote them, update."
        ) from error
    checks.files(folder, name)
    write_bytes(folder / "status.json", _at_rest(folder / "status.json", config, name).model_dump_json(indent=1).encode())


def _at_rest(path: Path, config: Experiment, name: str) -> Record:
    try:
        record = Record.model_validate(read_json(path))
    except ValidationError:
        raise DataError(f"The status.json in '{name}' is damaged: export the run again.") from None
    known = {
        "owner": None, "threads": 0, "pool": 0, "eta": None, "digest": config.digest(), "seed": config.seed,
        "data": config.data.kind, "representation": config.representation.kind, "model": config.model.kind,
    }  # fmt: skip
    if record.status in ACTIVE:
        known |= {"status": Status.INTERRUPTED, "message": f"It was {record.status} elsewhere when it was exported."}
    return record.model_copy(update=known)


_README = """Run {id} of qdiffgui.

config.json       all settings, with the seed: they reproduce the run
status.json       how it ended              events.jsonl    every loss, metric and live picture, one JSON object a line
model.h5          the trained model: qdiffgui.load("model.h5").sample(1000); circuits inside as OpenQASM 3
samples.h5        generated samples, encoded and as physics (GeV, radians)
metrics.json      the comparison with held-out data, the floor and the trivial generators
film.json         denoising, step by step   checkpoint.h5   what resuming needs
environment.json  versions, machine, commit, data digest                    run.log         what was printed
'qdiffgui runs import FILE.zip' takes it in on another machine, as does Import in the area Compare of the page.
"""
