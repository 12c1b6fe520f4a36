"""Wheel and sdist: what they contain, and the wheel in an environment and a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from qdiffgui import __version__

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.slow
def test_wheel_and_sdist_contain_what_they_must(dist: Path) -> None:
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel:
        inside = set(wheel.namelist())
    share = f"qdiffgui-{__version__}.data/data/share/jupyter/voila/templates/qdiffgui"
    assert {
        "qdiffgui/app.ipynb",
        "qdiffgui/voila.json",
        "qdiffgui/model_card/references.bib",
        f"qdiffgui-{__version__}.dist-info/licenses/LICENSE",
    } <= inside
    assert any(name.startswith("qdiffgui/assets/") for name in inside)
    assert any(name.startswith(share) for name in inside)
    package = {str(path.relative_to(ROOT)) for path in (ROOT / "qdiffgui").rglob("*.py")}
    assert package <= inside
    assert not any(name.startswith(("tests/", "tools/", "docs/")) for name in inside)
    assert not any("__pycache__" in name or ".venv" in name for name in inside)
    with tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        sources = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "constraints.txt", "LICENSE", "README.md", "Makefile"} <= sources
    assert {"app.ipynb", "voila.json", "tests/test_wheel.py", "tools/setup_venv.py"} <= sources
    assert package <= sources
    assert not any(name.startswith((".git/", ".venv", "runs")) for name in sources)


@pytest.mark.slow
def test_the_wheel_works_in_an_unrelated_folder(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    command = [sys.executable, str(ROOT / "tools" / "try_wheel.py"), str(wheel), "--borrow"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "its page answers" in done.stdout
    assert "The wheel works." in done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter; pytest closes its own ones, those of others too."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(
    os.environ.get("QDIFFGUI_TEST_INSTALL") != "1",
    reason="downloads about 1 GB: QDIFFGUI_TEST_INSTALL=1 runs it",
)
def test_the_steps_of_the_dockerfile_work_without_docker(open_folder: Path) -> None:
    """As a user without rights where the tests run as root, in a folder of its own."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    source = open_folder / "home" / "source"
    for name in filter(None, tracked.stdout.decode().split("\0")):
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    pip_settings = Path(".config") / "pip" / "pip.conf"  # where the packages come from
    if (Path.home() / pip_settings).exists():
        (open_folder / "home" / pip_settings).parent.mkdir(parents=True)
        shutil.copyfile(Path.home() / pip_settings, open_folder / "home" / pip_settings)
    user: dict[str, int] = {}
    python = sys.executable
    if os.getuid() == 0:
        user = {"user": 65534, "group": 65534}
        # root's own Python may lie where nobody else may look
        python = shutil.which("python3", path=os.defpath) or pytest.skip("no Python for all users")
        for path in [open_folder / "home", *(open_folder / "home").rglob("*")]:
            os.chown(path, 65534, 65534)
    home = open_folder / "home"
    plain = {"PATH": os.defpath, "HOME": str(home), "PYTHON": python}
    done = subprocess.run(
        ["sh", "source/deploy/install.sh", "source", "app"],
        cwd=home, env=plain, capture_output=True, text=True, **user,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(source)
    shown = subprocess.run(
        [str(home / "app" / "bin" / "qdiffgui"), "list", "presets"],
        cwd=home, env=plain, capture_output=True, text=True, **user,  # type: ignore[call-overload]
    )  # fmt: skip
    assert "jets-observables-quantum" in shown.stdout, shown.stderr
