"""environment.yml, constraints.txt and pyproject.toml say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tools import freeze, setup_venv
from tools.freeze import canonical

ROOT = Path(__file__).resolve().parents[1]
PLACES = [
    {"python_version": python, "sys_platform": platform, "platform_machine": machine}
    for python in ("3.11", "3.12", "3.13", "3.14")
    for platform, machine in (
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "arm64"),
        ("win32", "AMD64"),
    )
]
CONDA_NAMES = {"torch": "pytorch"}


def project() -> dict[str, list[str]]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {
        name: group for name, group in found["optional-dependencies"].items() if name != "all"
    }
    return {"": found["dependencies"], **extras}


def parts(requirement: str) -> tuple[str, str]:
    match = re.fullmatch(r"([A-Za-z0-9_.-]+?)\s*([<>=!~].*)?", requirement.partition(";")[0])
    assert match, requirement
    name = re.sub(r"[-_.]+", "-", match[1]).lower()
    return name, (match[2] or "").replace(" ", "")


def holds(requirement: Requirement, place: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(place)


def test_conda_environment_matches_pyproject() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = dict(parts(item) for item in listed if isinstance(item, str))
    conda.pop("pip")
    assert (
        conda.pop("python")
        == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    )
    groups = project()
    wanted = dict(parts(item) for name in ("", "app", "sweeps") for item in groups[name])
    wanted["pot"] = ">=0.9.5"  # conda's versions are all small
    assert conda == {CONDA_NAMES.get(name, name): version for name, version in wanted.items()}


def test_every_requirement_is_pinned_within_its_range() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [Requirement(line) for line in lines if not line.startswith("#")]
    wanted = [Requirement(item) for group in project().values() for item in group]
    for place in PLACES:
        pinned = {canonical(pin.name): pin for pin in pins if holds(pin, place)}
        assert len(pinned) == sum(holds(pin, place) for pin in pins), "a package has two pins"
        for requirement in wanted:
            if holds(requirement, place):
                (version,) = pinned[canonical(requirement.name)].specifier
                assert version.operator == "=="
                assert requirement.specifier.contains(version.version), (requirement, place)


def test_all_is_every_extra_with_a_permissive_license() -> None:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (everything,) = (Requirement(item) for item in found["all"])
    assert everything.name == "qdiffgui"
    assert everything.extras == set(found) - {"all", "test", "docs", "pythia"}


def test_the_list_of_pins_is_written_with_the_places_they_are_for() -> None:
    pins = (ROOT / "constraints.txt").read_text().splitlines()
    here = [line for line in freeze.lines() if ";" in line]
    assert any(line.startswith("pot==") for line in here)
    assert set(here) <= set(pins)
    assert {elsewhere for _, elsewhere in freeze.ELSEWHERE.values()} <= set(pins)


def test_macs_with_intel_processors_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(setup_venv.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(setup_venv.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr("sys.argv", ["setup_venv.py", str(tmp_path / "venv")])
    assert setup_venv.main() == 1
    assert "Intel" in capsys.readouterr().out
    assert not (tmp_path / "venv").exists()


def test_a_machine_that_only_trains_needs_no_page() -> None:
    groups = project()
    core = {parts(item)[0] for item in groups[""]}
    page = {parts(item)[0] for item in groups["app"]}
    sweeps = {parts(item)[0] for item in groups["sweeps"]}
    assert {"voila", "ipywidgets", "anywidget", "ipykernel"} <= page
    assert {"dask", "distributed", "optuna"} == sweeps
    assert not core & (page | sweeps)


def test_no_file_names_a_registry_host_in_setup() -> None:
    text = "".join(
        (ROOT / name).read_text()
        for name in ("Makefile", "tools/setup_venv.py", "constraints.txt", ".ci/run")
    )
    assert "://" not in text
