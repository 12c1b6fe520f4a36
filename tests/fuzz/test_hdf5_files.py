"""Damaged model files and checkpoints: refused in a sentence, or loaded whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui import model_file
from qdiffgui.data.hdf5 import read_tree
from qdiffgui.errors import UserError
from qdiffgui.experiment import Session
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_arrays
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.fuzz.mutations import (
    BYTES,
    EXAMPLES,
    HDF5,
    check_examples,
    mutate_hdf5,
    mutated_bytes,
    require_sentence,
)
from tests.runs.tiny import DIGITS, STATES, tiny

CONFIGS = {"states": STATES, "digits": DIGITS}


@pytest.fixture(scope="module", params=["states", pytest.param("digits", marks=pytest.mark.slow)])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    store = RunStore(tmp_path_factory.mktemp("runs"))
    made = store.create(tiny(CONFIGS[request.param], iterations=12), claimed=True)
    assert train_run(made) == Status.DONE
    return made


@EXAMPLES
@pytest.mark.parametrize("kind", ["bytes", "arrays"])
def test_model_file(kind: str, n_examples: int, run: RunDirectory, tmp_path: Path) -> None:
    original = run.model_file.read_bytes()
    path = tmp_path / "model.h5"

    def check(mutation: list) -> None:
        path.write_bytes(mutated_bytes(original, mutation) if kind == "bytes" else original)
        if kind == "arrays":
            mutate_hdf5(path, mutation)
        try:
            model = model_file.load(path)
            drawn = model.sample(2, seed=1)
        except UserError as error:
            require_sentence(error)
            return
        assert len(drawn) == 2
        with h5py.File(path) as file:
            stored = read_tree(file["weights"])
        loaded = model.diffusion_model.weights()
        assert stored.keys() == loaded.keys()
        assert all(np.array_equal(stored[name], loaded[name], equal_nan=True) for name in stored)

    check_examples(n_examples, BYTES if kind == "bytes" else HDF5, check)


@EXAMPLES
@pytest.mark.parametrize("kind", ["bytes", "arrays"])
def test_checkpoint(kind: str, n_examples: int, run: RunDirectory, tmp_path: Path) -> None:
    session = Session(run.config())
    path = tmp_path / "checkpoint.h5"

    def check(mutation: list) -> None:
        shutil.copyfile(run.checkpoint_file, path)
        if kind == "bytes":
            path.write_bytes(mutated_bytes(path.read_bytes(), mutation))
        else:
            mutate_hdf5(path, mutation)
        try:
            arrays, _ = read_arrays(path)
            session.restore(arrays)
        except UserError as error:
            require_sentence(error)
            return
        again = session.checkpoint()
        # old checkpoints do not have it
        assert again.keys() - arrays.keys() <= {"session/cpu_seconds"}
        assert all(np.array_equal(arrays[name], again[name], equal_nan=True) for name in arrays)

    check_examples(n_examples, BYTES if kind == "bytes" else HDF5, check)
