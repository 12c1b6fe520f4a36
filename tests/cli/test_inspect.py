"""``qdiffgui inspect``: an experiment before training."""

from __future__ import annotations

import pytest

from qdiffgui.cli.options import build_experiment
from qdiffgui.config import parse
from tests.cli.conftest import Command

SMALL = (
    "--set",
    "data.n_states=200",
    "--set",
    "training.iterations=40",
    "--set",
    "training.batch_size=32",
)


def test_the_noise_of_a_preset_as_json(command: Command) -> None:
    found = command("inspect", "quddpm-cluster-2q", "--json", *SMALL).json
    assert {
        "dataset",
        "schedule",
        "forward",
        "diagnostics",
        "circuits",
        "facts",
        "estimate",
    } <= set(found)
    assert parse(found["settings"]) == build_experiment(
        "quddpm-cluster-2q", None, list(SMALL[1::2]), None, None
    )
    curves = found["diagnostics"]["curves"]
    assert set(curves) == {"haar_distance", "mixed_distance", "purity"}
    assert found["diagnostics"]["times"] == list(range(21))
    assert curves["purity"]["values"][0] > 0.9
    assert curves["purity"]["values"][-1] == pytest.approx(1 / 4, abs=0.05)


def test_a_table_for_people(command: Command) -> None:
    shown = command("inspect", "quddpm-cluster-1q", *SMALL)
    assert shown.status == 0
    for words in ("Cluster", "expected time", "purity of the mean state", "Haar"):
        assert words in shown.out


def test_signal_to_noise_starts_infinite(command: Command) -> None:
    changes = (
        "--set",
        "data.n_jets=200",
        "--set",
        "training.iterations=40",
        "--set",
        "training.batch_size=16",
    )
    found = command("inspect", "jets-observables-mlp", "--json", *changes).json
    values = found["diagnostics"]["curves"]["signal_to_noise"]["values"]
    assert values[0] is None
    assert values[1] > 1 > values[-1]
