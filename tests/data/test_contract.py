"""The public contract (``qdiffgui.testing``) for each data set, file format and representation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qdiffgui import catalog, testing
from qdiffgui.config import kinds
from qdiffgui.config.data import (
    Circle,
    Cluster,
    CorrelatedNoise,
    HaarStates,
    IsingGroundStates,
    JetFile,
    LabelledClusters,
    ParametrisedShowers,
    QuarkGluonJets,
    RandomDensity,
)
from tests.data import files

SMALL: dict[str, Any] = {
    "qg-jets": QuarkGluonJets(n_jets=200),
    "showers": ParametrisedShowers(n_showers=200),
    **{
        ensemble.model_fields["kind"].default: ensemble(n_states=50)
        for ensemble in (
            Circle,
            Cluster,
            CorrelatedNoise,
            HaarStates,
            IsingGroundStates,
            LabelledClusters,
            RandomDensity,
        )
    },
}


def settings_of(kind: str, folder: Path) -> Any:
    """Settings of a small data set of that kind."""
    if kind == "file":
        return JetFile(path=str(files.own(folder / "own.h5")))
    return SMALL.get(kind) or kinds.classes("data")[kind]()


@pytest.mark.parametrize("kind", list(catalog.datasets))
def test_every_data_set(kind: str, tmp_path: Path) -> None:
    testing.check_dataset(kind, **_given(settings_of(kind, tmp_path)))


PAIRS = [
    (data, representation)
    for data in catalog.datasets
    for representation in catalog.representations
    if kinds.classes("data")[data].gives
    in kinds.classes("representation")[representation].from_data  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(("data_kind", "kind"), PAIRS)
def test_every_pair(data_kind: str, kind: str, tmp_path: Path) -> None:
    chosen = settings_of(data_kind, tmp_path)
    if (data_kind, kind) == ("file", "layers"):
        chosen = JetFile(path=str(files.calo(tmp_path / "calo.h5", 368)))
    testing.check_representation(kind, catalog.datasets[data_kind].load()(chosen, 0))


FILES: dict[str, Callable[[Path], Path]] = {
    "qdiffgui": lambda folder: files.own(folder / "own.h5"),
    "jetnet": lambda folder: files.jetnet(folder / "g.hdf5"),
    "cms-images": lambda folder: files.cms(folder / "cms.h5"),
    "calo-challenge": lambda folder: files.calo(folder / "calo.h5", 368),
    "reduced-images": lambda folder: files.reduced(folder / "reduced.h5"),
    "observables": lambda folder: _observables(folder / "observables.h5"),
    "energyflow": lambda folder: files.energyflow(folder / "QG.npz"),
    "lemurs": lambda folder: files.lemurs(folder / "lemurs.h5"),
    "jetclass": lambda folder: files.jetclass(folder / "jetclass.root"),
    "root": lambda folder: files.root(folder / "jets.root"),
    "jagged-parquet": lambda folder: files.jagged_parquet(folder / "jets.parquet"),
    "observables-csv": lambda folder: _csv(folder / "jets.csv"),
    "observables-parquet": lambda folder: _parquet(folder / "jets.parquet"),
    "cms-parquet": lambda folder: files.parquet(
        folder / "cms.parquet",
        np.random.default_rng(7).random((24, 3, 6, 6)),
        y=np.arange(24.0) % 2,
    ),
}


def _table() -> dict[str, Any]:
    rng = np.random.default_rng(11)
    columns = {"mass": rng.uniform(20, 90, 40), "multiplicity": rng.integers(10, 60, 40)}
    return columns | {"pt": rng.uniform(500, 550, 40), "label": np.arange(40) % 2}


def _csv(path: Path) -> Path:
    table = _table()
    rows = np.column_stack(list(table.values()))
    np.savetxt(path, rows, "%.6g", ",", header=",".join(table), comments="")
    return path


def _parquet(path: Path) -> Path:
    pa, pq = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    pq.write_table(pa.table(_table()), path)
    return path


def _observables(path: Path) -> Path:
    columns = {"mass": np.linspace(20.0, 90.0, 40), "width": np.linspace(0.01, 0.2, 40)}
    files.write(
        path,
        **{"jets/label": (np.arange(40) % 2).astype(np.int8)},
        **{f"jets/{name}": values for name, values in columns.items()},
    )
    return path


@pytest.mark.parametrize("key", list(catalog.formats))
def test_every_file_format(key: str, tmp_path: Path) -> None:
    testing.check_format(key, FILES[key](tmp_path))


def _given(config: Any) -> dict[str, Any]:
    return config.model_dump(include=config.model_fields_set, exclude={"kind"})  # type: ignore[no-any-return]
