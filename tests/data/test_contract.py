"""The contract of every data set and every representation, and of every pair of them that fits together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qdiffgui import catalog
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
from qdiffgui.data.representation import Representation
from qdiffgui.data.split import split
from qdiffgui.data.types import Dataset, Densities, Images, Jets, Showers, States
from tests.data import files

TYPES: dict[str, tuple[type, ...]] = {
    "jets": (Jets,),
    "images": (Images,),
    "showers": (Showers,),
    "states": (States,),
    "densities": (Densities,),
    "file": (Jets, Images),
}
SMALL: dict[str, Any] = {
    "qg-jets": QuarkGluonJets(n_jets=200),
    "showers": ParametrisedShowers(n_showers=200),
    **{
        ensemble.model_fields["kind"].default: ensemble(n_states=50)
        for ensemble in (Circle, Cluster, CorrelatedNoise, HaarStates, IsingGroundStates, LabelledClusters, RandomDensity)
    },
}


def settings_of(kind: str, folder: Path) -> Any:
    """Settings of a small data set of that kind."""
    if kind == "file":
        return JetFile(path=str(files.own(folder / "own.h5")))
    return SMALL.get(kind) or kinds.classes("data")[kind]()


@pytest.mark.parametrize("kind", list(catalog.datasets))
def test_every_data_set(kind: str, tmp_path: Path) -> None:
    config = settings_of(kind, tmp_path)
    load = catalog.datasets[kind].load()
    data, again = load(config, 3), load(config, 3)
    assert isinstance(data, Dataset)
    assert isinstance(data.content, TYPES[config.gives])
    assert len(data) == len(data.content.label) >= 20
    assert data.content.label.dtype == np.int8
    assert data.digest == again.digest
    assert data.name
    assert set(np.unique(data.content.label)) <= {-1, *data.classes}
    train, test = split(data, 0.25, 3)
    assert len(train) + len(test) == len(data)
    assert min(len(train), len(test)) > 0


PAIRS = [
    (data, representation)
    for data in catalog.datasets
    for representation in catalog.representations
    if kinds.classes("data")[data].gives in kinds.classes("representation")[representation].from_data  # type: ignore[attr-defined]
]


@pytest.mark.parametrize(("data_kind", "kind"), PAIRS)
def test_every_pair(data_kind: str, kind: str, tmp_path: Path) -> None:
    config = kinds.classes("representation")[kind]()
    chosen = settings_of(data_kind, tmp_path)
    if (data_kind, kind) == ("file", "layers"):
        chosen = JetFile(path=str(files.calo(tmp_path / "calo.h5", 368)))
    data: Dataset = catalog.datasets[data_kind].load()(chosen, 0)
    representation: Representation = catalog.representations[kind].load()(config)
    train, test = split(data, 0.25, 0)
    representation.fit(train, data.classes)
    spec = representation.spec
    assert spec.kind == config.encodes  # type: ignore[attr-defined]
    assert dict(spec.classes) == dict(data.classes)
    encoded = representation.encode(test, seed=1)
    assert encoded.x.shape == (len(test), *spec.shape)
    assert encoded.x.dtype == (np.complex64 if spec.kind in ("state", "density") else np.float32)
    assert encoded.spec == spec
    assert np.all(np.isfinite(encoded.x))
    if spec.of_fractions:
        np.testing.assert_allclose(encoded.x.reshape(len(test), -1).sum(axis=1), 1.0, rtol=1e-5)
    assert np.array_equal(encoded.x, representation.encode(test, seed=1).x)
    decoded = representation.decode(encoded.x, encoded.label, seed=1)
    assert len(decoded) == len(test)
    assert np.array_equal(decoded.label, test.label)
    other = catalog.representations[kind].load()(config)
    other.load_state(representation.state())
    assert other.spec == spec
    assert np.array_equal(other.encode(test, seed=1).x, encoded.x)
