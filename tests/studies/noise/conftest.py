from __future__ import annotations

from pathlib import Path

import pytest

from qdiffgui.cli.program import run as call
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.store import RunStore
from tests.runs.tiny import STATES, tiny

JETS = {
    "data": {"kind": "qg-jets", "n_jets": 2000, "classes": "gluon"},
    "representation": {"kind": "observables"},
    "model": {
        "kind": "quantum-denoiser",
        "n_qubits": 4,
        "n_layers": 2,
        "schedule": {"kind": "cosine", "n_steps": 4},
    },
    "training": {"iterations": 60, "batch_size": 64, "learning_rate": 0.05},
    "evaluation": {"n_generated": 200},
}


def trained(folder: Path, settings: dict, name: str) -> RunDirectory:
    (folder / f"{name}.json").write_text(tiny(settings, name=name).model_dump_json())
    assert (
        call(
            [
                "train",
                "--config",
                str(folder / f"{name}.json"),
                "--runs",
                str(folder / "runs"),
                "--json",
            ]
        )
        == 0
    )
    return RunStore(folder / "runs").get("last")


@pytest.fixture(scope="session")
def jets(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """A circuit of four qubits, read as expectation values, trained a little on real jets."""
    return trained(tmp_path_factory.mktemp("jets"), JETS, "jets")


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    """QuDDPM on one qubit."""
    return trained(tmp_path_factory.mktemp("states"), STATES, "states")
