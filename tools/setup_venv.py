"""Make the virtual environment and install the project into it, pinned. Needs Python 3.11 or newer
and nothing else.

    python tools/setup_venv.py .venv [--extra app] [--extra sweeps] [--extra test] [--copy]

Where no NVIDIA GPU is, torch must not bring gigabytes of CUDA: on Linux the default wheel may. So
pip is asked first what it would install; if that includes CUDA, the CPU build is taken through uv,
which knows where it is published.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
INTEL_MAC = (
    "qdiffgui needs PyTorch, which no longer has versions for Macs with Intel processors: use a "
    "Mac with Apple silicon (and a Python for arm64), Linux or Windows."
)
CONSTRAINTS = ROOT / "constraints.txt"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("venv", type=Path)
    parser.add_argument(
        "--extra", action="append", default=[], help="optional dependencies to install as well"
    )
    parser.add_argument(
        "--copy", action="store_true", help="install a copy of the package, not this checkout"
    )
    parser.add_argument("--package", type=Path, help="the wheel to install in its place")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036
        print(
            f"qdiffgui needs Python 3.11 or newer; found {platform.python_version()}: make "
            "PYTHON=/path/to/python3.11 ..."
        )
        return 1
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        print(INTEL_MAC)
        return 1
    python = options.venv / (
        "Scripts/python.exe" if platform.system() == "Windows" else "bin/python"
    )
    if not python.exists():
        print(f"Making the virtual environment {options.venv} ...", flush=True)
        venv.create(options.venv, with_pip=True)
    install_torch(python)
    extras = f"[{','.join(options.extra)}]" if options.extra else ""
    print("Installing qdiffgui and what it needs ...", flush=True)
    pip(
        python,
        "install",
        "--quiet",
        "--constraint",
        str(CONSTRAINTS),
        *(() if options.copy or options.package else ("--editable",)),
        f"{options.package or ROOT}{extras}",
    )
    print("Compiling the circuit simulator, once ...", flush=True)
    # -P: the installed package, not a folder of that name here
    run(
        python,
        "-P",
        "-c",
        "from qdiffgui.engine import warm_up; warm_up(background=False)",
        quiet=False,
    )
    return 0


def install_torch(python: Path) -> None:
    """Install the pinned torch, in its CPU build where there is no GPU; nothing to do where it is
    there.
    """
    wanted = next(line for line in CONSTRAINTS.read_text().split() if line.startswith("torch=="))
    version = wanted.removeprefix("torch==")
    found = run(
        python, "-c", "import importlib.metadata as m; print(m.version('torch'))", check=False
    )
    if found.returncode == 0 and found.stdout.strip().split("+")[0] == version:
        return
    print(f"Installing {wanted} ...", flush=True)
    if (
        platform.system() == "Linux"
        and not shutil.which("nvidia-smi")
        and brings_cuda(python, wanted)
    ):
        pip(python, "install", "--quiet", "uv")
        run(
            python,
            "-m",
            "uv",
            "pip",
            "install",
            "--python",
            str(python),
            "--torch-backend",
            "cpu",
            wanted,
            quiet=False,
        )
    else:
        pip(python, "install", "--quiet", wanted)


def brings_cuda(python: Path, wanted: str) -> bool:
    """Whether pip would install CUDA libraries along with torch."""
    report = run(python, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-", wanted)
    names = [item["metadata"]["name"].lower() for item in json.loads(report.stdout)["install"]]
    return any(name.startswith(("nvidia-", "cuda-", "triton")) for name in names)


def pip(python: Path, *arguments: str) -> None:
    run(python, "-m", "pip", "--disable-pip-version-check", *arguments, quiet=False)


def run(
    python: Path, *arguments: str, check: bool = True, quiet: bool = True
) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(python), *arguments], check=check, text=True, capture_output=quiet)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(
            f"Setting up stopped: '{' '.join(map(str, error.cmd))}' ended with "
            f"{error.returncode}.\n{error.stderr or ''}"
        )
        sys.exit(1)
