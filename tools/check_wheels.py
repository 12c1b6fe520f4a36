"""Whether the pinned versions can be installed from binary wheels on every supported Python and
platform. Needs the network and uv (``pip install uv``), which resolves for machines other than
this one.

    python tools/check_wheels.py [--python 3.13] [--platform windows] [--extra app]

Prints one line for each Python and platform, and the reason where it fails; the exit status is the
number of failures. ``make wheels`` runs it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "linux": "x86_64-unknown-linux-gnu",
    "linux-arm": "aarch64-unknown-linux-gnu",
    "macos": "aarch64-apple-darwin",
    "windows": "x86_64-pc-windows-msvc",
}


def extras() -> list[str]:
    """All extras of pyproject.toml but those for developers."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [name for name in project["optional-dependencies"] if name != "test"]


def resolve(python: str, platform: str, chosen: list[str], pins: Path) -> str:
    """Why the pinned versions cannot be installed there; "" if they can."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--no-header"),
        *("--constraint", str(pins), "--python-version", python),
        *("--python-platform", PLATFORMS[platform], "--only-binary", ":all:"),
        *(part for extra in chosen for part in ("--extra", extra)),
    ]
    environment = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"}  # what torch needs
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
    if not done.returncode:
        return ""
    return " ".join(line.strip() for line in done.stderr.splitlines()) or "uv failed"


def main() -> int:
    """Resolve for all that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", action="append", choices=PYTHONS)
    parser.add_argument("--platform", action="append", choices=list(PLATFORMS))
    parser.add_argument("--extra", action="append", help="default: all but those for developers")
    options = parser.parse_args()
    chosen = options.extra or extras()
    failures = 0
    for python in options.python or PYTHONS:
        for platform in options.platform or PLATFORMS:
            reason = resolve(python, platform, chosen, ROOT / "constraints.txt")
            failures += bool(reason)
            print(f"Python {python}, {platform}: {reason or 'resolves'}", flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(main())
