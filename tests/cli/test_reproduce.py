from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command


def test_a_task_runs_and_is_reported(command: Command, tmp_path: Path) -> None:
    page = tmp_path / "results.md"
    (result,) = command(
        "reproduce", "quddpm-cluster-1q", "--seeds", "1", "--jobs", "1", "--report", page, "--json"
    ).json
    assert result["name"] == "quddpm-cluster-1q"
    (seed,) = result["seeds"]
    assert (
        0
        < seed["floor"]["wasserstein"]
        < seed["values"]["wasserstein"]
        < seed["start"]["wasserstein"]
    )
    bar = result["bars"][0]
    assert bar["mean"] == seed["values"]["wasserstein"]
    assert bar["passed"] == (
        bar["best"] <= bar["required_best"] and bar["mean"] <= bar["required_mean"]
    )
    text = page.read_text()
    assert "## QuDDPM, one-qubit cluster (`quddpm-cluster-1q`)" in text
    assert f"| {'pass' if bar['passed'] else 'miss'} |" in text
