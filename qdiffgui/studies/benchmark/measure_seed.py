"""All models of one seed, from their samples on disk to a measurement; several seeds in two
processes at once.

``python -m qdiffgui.studies.benchmark.measure_seed`` measures the last seeds first and leaves the
values in the cache of evaluations, where the benchmark, which begins with the first seed, finds
them.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from qdiffgui.data.hdf5 import open_untrusted
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.experiment import Prepared, prepare
from qdiffgui.experiment.file_samples import FileSamples, encode_file
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.helper_process import running_helper, take_task
from qdiffgui.runs.slots import n_cpus
from qdiffgui.studies.benchmark import blank_images
from qdiffgui.studies.benchmark.measure import Measurement, measure


@dataclass(frozen=True)
class SeedTask:
    """What is to be measured of one seed.

    Attributes
    ----------
    seed : int
    runs : mapping of str to str
        Key of a model -> folder of its finished run.
    labels : mapping of str to str
        Key of a model -> label of its row.
    also : mapping of str to str
        Name -> file of samples made elsewhere.
    n : int
        Samples on each side of a comparison, at most.
    emd_radius : float
        R of the energy mover's distance, rad.
    """

    seed: int
    runs: Mapping[str, str]
    labels: Mapping[str, str]
    also: Mapping[str, str]
    n: int
    emd_radius: float


@dataclass(frozen=True)
class MeasuredSeed:
    """The data of a seed, the samples of its models by key, the files by row key, and what was
    measured. ``blank`` is None unless some images of the data are blank.
    """

    prepared: Prepared
    generated: Mapping[str, Encoded]
    files: Mapping[str, FileSamples]
    measured: Measurement
    blank: Measurement | None


def measure_seed(task: SeedTask, say: Callable[[str], None] = lambda words: None) -> MeasuredSeed:
    """Measure the models of one seed. Raises ``DataError`` if the data, or the samples of a file,
    cannot be used.
    """
    say(f"measuring seed {task.seed}")
    prepared = prepare(RunDirectory(next(iter(task.runs.values()))).config())
    spec = prepared.train.spec
    generated = {key: _samples(Path(folder), spec) for key, folder in task.runs.items()}
    files = {file_key(name): encode_file(prepared, path, name) for name, path in task.also.items()}
    measured = measure(
        prepared,
        generated,
        {**task.labels, **{key: file.name for key, file in files.items()}},
        task.n,
        task.seed,
        files=files,
        emd_radius=task.emd_radius,
    )
    blank = None
    if blank_images.has_blank_images(prepared):
        say(f"measuring the effect of blank images, seed {task.seed}")
        blank = blank_images.measure_blank_images(prepared, generated, task.seed)
    return MeasuredSeed(prepared, generated, files, measured, blank)


def file_key(name: str) -> str:
    """Key of the row of a file."""
    return f"file:{name}"


def _samples(folder: Path, spec: Spec) -> Encoded:
    with open_untrusted(RunDirectory(folder).samples_file) as file:
        return Encoded(np.asarray(file["encoded/x"]), np.asarray(file["encoded/label"]), spec)


def measuring_ahead(tasks: Sequence[SeedTask]) -> AbstractContextManager[None]:
    """Measure all but the first of ``tasks`` in another process, the last one first, if there is a
    CPU for it.
    """
    others = [asdict(task) for task in reversed(tasks[1:])]
    if not others or n_cpus() < 2:
        return nullcontext()
    return running_helper("qdiffgui.studies.benchmark.measure_seed", json.dumps(others))


def main() -> None:
    """Measure seeds. Errors are left to the benchmark, which meets them, too."""
    tasks = json.loads(take_task())
    with contextlib.suppress(Exception):
        for task in tasks:
            measure_seed(SeedTask(**task))


if __name__ == "__main__":
    main()
