"""Every importer from file to report by the command line: real jets written in each layout, trained
on for a few steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from qdiffgui.cli.program import run
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.clouds import leading
from qdiffgui.data.ragged import flatten
from qdiffgui.data.save import save_physical
from qdiffgui.data.shipped import load_jets
from qdiffgui.data.types import Jets
from tests.data import files

N = 900
PIXEL = 0.0174


def energyflow(folder: Path, jets: Jets) -> Path:
    save_physical(folder / "QG_jets.npz", jets)
    return folder / "QG_jets.npz"


def own(folder: Path, jets: Jets) -> Path:
    save_physical(folder / "mine.h5", jets)
    return folder / "mine.h5"


def jetnet(folder: Path, jets: Jets) -> Path:
    """One class a file, as JetNet has it."""
    gluons = jets.take(np.flatnonzero(jets.label == 0))
    cloud = leading(gluons)
    features = np.concatenate([cloud, cloud[:, :, 2:] > 0], axis=2).astype(np.float32)
    counts = (cloud[:, :, 2] > 0).sum(axis=1)
    table = np.stack([gluons.jet_pt, 0 * counts, 0 * counts, counts], axis=1).astype(np.float32)
    files.write(folder / "g.hdf5", particle_features=features, jet_features=table)
    return folder / "g.hdf5"


def pixels(jets: Jets) -> np.ndarray:
    """(n, 125, 125) GeV."""
    flat = flatten(jets)
    row, column = (
        np.clip(np.floor(angle / PIXEL + 62.5).astype(int), 0, 124) for angle in (flat.x, flat.y)
    )
    image = np.zeros((len(jets), 125, 125), np.float32)
    np.add.at(image, (flat.jet, row, column), jets.pt)
    return image


def cms(folder: Path, jets: Jets) -> Path:
    image = pixels(jets)
    channels = np.stack([image, 0 * image, 0 * image], axis=3)
    files.write(
        folder / "cms.hdf5",
        X_jets=channels,
        y=jets.label.astype(np.float32),
        pt=jets.jet_pt,
        m0=0 * jets.jet_pt,
    )
    return folder / "cms.hdf5"


def reduced(folder: Path, jets: Jets) -> Path:
    """Every eighth pixel, as papers reduce them: many images come out blank."""
    files.write(
        folder / "reduced.h5",
        X=pixels(jets)[:, 6::8, 6::8][:, :16, :16] / 500,
        y=jets.label.astype(np.int32),
    )
    return folder / "reduced.h5"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "lineup", "columns"),
    [
        (energyflow, "jets-observables", {"auc", "w1:mass"}),
        (own, "jets-observables", {"auc", "w1:multiplicity"}),
        (jetnet, "jets-observables", {"auc", "w1:width"}),
        (cms, "images-16x16", {"auc", "w1:mass", "emd-coverage"}),
        (reduced, "images-16x16", {"auc", "w1:spread"}),
    ],
)
def test_a_file_goes_through_to_the_report(
    make: Callable[[Path, Jets], Path],
    lineup: str,
    columns: set[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = make(tmp_path, load_jets(QuarkGluonJets(n_jets=N)).content)
    report = tmp_path / "report.html"
    arguments = [
        "--data",
        str(path),
        "--seeds",
        "1",
        "--effort",
        "0.001",
        "--runs",
        str(tmp_path / "runs"),
        "--json",
    ]
    assert run(["benchmark", *arguments, "--html", str(report)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["benchmark"] == lineup
    rows = next(iter(found["table"].values()))
    assert {"floor", "pca-gaussian", *(model["key"] for model in found["models"])} <= set(rows)
    assert not any(model["failures"] for model in found["models"])
    assert columns <= {key for key, cell in rows["floor"].items() if cell is not None}
    assert any("mean nothing below" in note for note in found["notes"]), (
        "what there are too few jets for is told"
    )
    assert (found["blanks"] is not None) == (make is reduced)
    assert path.name in report.read_text(encoding="utf-8")
