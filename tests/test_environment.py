"""environment.yml, constraints.txt and pyproject.toml say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
CONDA_NAMES = {"torch": "pytorch"}


def project() -> dict[str, list[str]]:
    found = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {"": found["dependencies"], **found["optional-dependencies"]}


def parts(requirement: str) -> tuple[str, str]:
    match = re.fullmatch(r"([A-Za-z0-9_.-]+?)\s*([<>=!~].*)?", requirement)
    assert match, requirement
    name = re.sub(r"[-_.]+", "-", match[1]).lower()
    return name, (match[2] or "").replace(" ", "")


def test_conda_environment_matches_pyproject() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    conda = dict(parts(item) for item in listed if isinstance(item, str))
    conda.pop("pip")
    assert (
        conda.pop("python")
        == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    )
    wanted = dict(parts(item) for item in project()[""])
    assert conda == {CONDA_NAMES.get(name, name): version for name, version in wanted.items()}


def test_every_requirement_is_pinned_within_its_range() -> None:
    from packaging.requirements import Requirement

    pins = dict(
        line.split("==")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if not line.startswith("#")
    )
    for requirement in (Requirement(item) for group in project().values() for item in group):
        pinned = pins[re.sub(r"[-_.]+", "-", requirement.name).lower()]
        assert requirement.specifier.contains(pinned), requirement


def test_no_file_names_a_registry_host_in_setup() -> None:
    text = "".join(
        (ROOT / name).read_text()
        for name in ("Makefile", "tools/setup_venv.py", "constraints.txt", ".ci/run")
    )
    assert "://" not in text
