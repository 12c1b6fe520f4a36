"""Files for CI, containers, Binder, contributors and citation: they parse, and what they call is
there.
"""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

import qdiffgui
from qdiffgui.model_card.citations import known
from tests.test_docs import parse

ROOT = Path(__file__).resolve().parents[1]
YAML = [
    path
    for pattern in (
        "*.yml",
        "*.yaml",
        "*.cff",
        ".*.yml",
        ".*.yaml",
        "binder/*.yml",
        ".github/**/*.yml",
    )
    for path in sorted(ROOT.glob(pattern))
]
SCRIPTS = [
    ROOT / "deploy/install.sh",
    ROOT / "binder/postBuild",
    ROOT / "binder/start",
    ROOT / ".ci/run",
]


def read(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text())


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def commands() -> list[str]:
    """All lines that CI runs."""
    found = []
    for name in (".github/workflows/test.yml", ".github/workflows/release.yml"):
        for job in read(name)["jobs"].values():
            found += [step["run"] for step in job["steps"] if "run" in step]
    gitlab = read(".gitlab-ci.yml")
    for job in gitlab.values():
        found += job["script"] if isinstance(job, dict) and "script" in job else []
    return found


def test_all_files_parse() -> None:
    assert len(YAML) >= 10
    for path in YAML:
        assert yaml.safe_load(path.read_text()), path
    for path in (ROOT / "pyproject.toml",):
        assert tomllib.loads(path.read_text())
    for path in SCRIPTS:
        shell = "bash" if "bash" in path.read_text().splitlines()[0] else "sh"
        subprocess.run([shell, "-n", str(path)], check=True)
        assert os.access(path, os.X_OK), path


def test_ci_runs_what_is_there() -> None:
    lines = commands()
    assert {".ci/run", "make docs", "make wheel", "make wheel-test"} <= set(lines)
    for line in lines:
        program, *arguments = shlex.split(line)
        if program == "make":
            assert set(arguments) <= targets(), line
        else:
            assert (ROOT / program).is_file(), line
    github, gitlab = read(".github/workflows/test.yml"), read(".gitlab-ci.yml")
    pythons = github["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert [pythons] == [one["PYTHON"] for one in gitlab["test"]["parallel"]["matrix"]]


def test_releases_are_published_without_a_password() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text()
    publish = yaml.safe_load(text)["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["needs"] == "build"
    assert "secrets" not in text


def test_container_and_binder_install_extras_that_exist() -> None:
    extras = set(project()["optional-dependencies"])
    for path in (ROOT / "deploy/install.sh", ROOT / "binder/postBuild"):
        used = set(re.findall(r"--extra (\w+)", path.read_text()))
        assert used
        assert used <= extras, path
        assert "tools/setup_venv.py" in path.read_text()
        assert "--copy" in path.read_text()
    for page in ("README.md", "docs/DEPLOY.md", "CONTRIBUTING.md"):
        for found in re.findall(r"(?:qdiffgui|\.)\[([\w,]+)\]", (ROOT / page).read_text()):
            assert set(found.split(",")) <= extras, (page, found)


def test_the_container_runs_a_command_that_exists_as_a_user_without_rights() -> None:
    text = (ROOT / "Dockerfile").read_text()
    words = yaml.safe_load(re.search(r"^CMD (\[.*\])$", text, re.MULTILINE)[1])  # type: ignore[index]
    assert words[0] == "qdiffgui"
    given = parse(words[1:])
    (port,) = re.findall(r"^EXPOSE (\d+)$", text, re.MULTILINE)
    assert (given["host"], given["port"]) == ("0.0.0.0", int(port))
    assert text.index("USER qdiffgui") < text.index("RUN mkdir")
    assert "deploy/install.sh" in text
    service = read("compose.yaml")["services"]["qdiffgui"]
    assert service["ports"] == [f"127.0.0.1:{port}:{port}"]


@pytest.mark.parametrize("name", [".git", ".venv", "runs", "exports", "dist", ".reference-env"])
def test_the_image_leaves_out_what_is_not_source(name: str) -> None:
    patterns = (ROOT / ".dockerignore").read_text().split()
    assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
    for needed in ("qdiffgui", "assets", "tools", "deploy", "pyproject.toml", "constraints.txt"):
        assert not any(fnmatch.fnmatch(needed, pattern) for pattern in patterns)
        assert (ROOT / needed).exists()


def test_hooks_need_no_network() -> None:
    (local,) = read(".pre-commit-config.yaml")["repos"]
    assert local["repo"] == "local"
    assert {hook["language"] for hook in local["hooks"]} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in local["hooks"])


def test_the_citation_is_that_of_this_version() -> None:
    found = read("CITATION.cff")
    assert found["cff-version"] == "1.2.0"
    assert found["version"] == qdiffgui.__version__
    assert str(Version(qdiffgui.__version__)) == qdiffgui.__version__
    assert found["license"] == project()["license"]
    authors = [author["name"] for author in found["authors"]]
    assert authors == [author["name"] for author in project()["authors"]]
    assert all(name in known()["qdiffgui"] for name in authors)


def test_links_of_project_files_exist() -> None:
    for page in ("CONTRIBUTING.md", "SECURITY.md", "CODE_OF_CONDUCT.md", "docs/VERSIONS.md"):
        path = ROOT / page
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
            assert "://" in target or (path.parent / target).is_file(), (page, target)
