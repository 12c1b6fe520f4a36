"""``circuit`` and ``sample --device`` on trained models."""

from __future__ import annotations

import json
import re
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui.data.hdf5 import read_tree
from qdiffgui.model_file import load
from qdiffgui.runs.directory import RunDirectory
from tests.cli.conftest import Command, command  # noqa: F401

ANGLE = re.compile(r"r[xyz]\(([-0-9.e]+)\)")


def test_each_reverse_step_is_a_program_with_its_own_angles(
    command: Command,
    states: RunDirectory,
    tmp_path: Path,
):
    found = command("circuit", states.path, "--qasm", "--json").json
    assert found["hardware"] is False
    assert "state vectors" in found["hardware_note"]
    series = load(states.model_file).diffusion_model.circuits()[0].series
    assert [program["step"] for program in found["programs"]] == list(range(1, len(series) + 1))
    for program, weights in zip(found["programs"], series, strict=True):
        angles = [float(text) for text in ANGLE.findall(program["text"])]
        assert sorted(angles) == pytest.approx(sorted(weights.tolist()), abs=1e-6)
        assert f"// Reverse step {program['step']} of {len(series)}, acting on" in program["text"]
        assert program["text"].startswith("OPENQASM 3.0;")
    assert command("circuit", states.path, "-o", tmp_path).status == 0
    assert len(list(tmp_path.glob("*-step-*.qasm"))) == len(series)
    one = command("circuit", states.path, "--qasm", "--step", 2).out
    assert one == found["programs"][1]["text"]
    assert "found step 99" in command("circuit", states.path, "--step", 99).err


def test_a_circuit_that_is_the_same_at_each_step_says_so(command: Command, jets: RunDirectory):
    found = command("circuit", jets.path, "--qasm", "--json").json
    assert found["hardware"] is True
    (program,) = found["programs"]
    assert "input float[64] x_0;" in program["text"]
    assert "every step uses the same circuit" in program["text"]


def test_devices_draw_the_same_samples(command: Command, jets: RunDirectory, tmp_path: Path):
    drawn = {}
    for device in ("", "lightning.qubit", "default.mixed"):
        file = tmp_path / f"{device or 'own'}.h5"
        ended = command(
            "sample", jets.path, "-n", 6, "-o", file, *(("--device", device) if device else ())
        )
        assert ended.status == 0, ended.err
        with h5py.File(file) as content:
            drawn[device] = [
                values for values in read_tree(content).values() if values.dtype.kind == "f"
            ]
        assert drawn[device]
    for device in ("lightning.qubit", "default.mixed"):
        assert all(
            np.allclose(a, b, rtol=1e-3, atol=1e-4)
            for a, b in zip(drawn[""], drawn[device], strict=True)
        )


def test_a_device_that_holds_no_state_cannot_give_states(
    command: Command,
    states: RunDirectory,
    tmp_path: Path,
):
    refused = command(
        "sample", states.path, "-n", 2, "-o", tmp_path / "x.h5", "--device", "default.mixed"
    )
    assert refused.status == 2
    assert "cannot be sampled on default.mixed: its samples are state vectors" in refused.err
    assert (
        command(
            "sample", states.path, "-n", 2, "-o", tmp_path / "y.h5", "--device", "lightning.qubit"
        ).status
        == 0
    )
    missing = command(
        "sample", states.path, "-n", 2, "-o", tmp_path / "z.h5", "--device", "nothing.qubit"
    )
    assert missing.status == 2


def test_noise_from_the_command_line(command: Command, jets: RunDirectory, tmp_path: Path):
    page = tmp_path / "noise.html"
    arguments = (
        "--noise",
        "readout",
        "--strengths",
        "0.1",
        "--shots",
        "",
        "--seeds",
        1,
        "--samples",
        60,
        "--html",
        page,
        "--json",
    )
    drawn = tmp_path / "plots.json"
    found = command("noise", jets.path, *arguments, "--plots", drawn).json
    assert [row["kind"] for row in found["rows"]] == ["", "readout"]
    assert page.exists()
    (figure,) = json.loads(drawn.read_text())
    assert figure["title"].endswith("versus noise strength")
    assert figure["figure"]["data"][0]["name"] == "readout"
    assert (
        "Expected numbers separated by commas for --strengths"
        in command("noise", jets.path, "--strengths", "much").err
    )
