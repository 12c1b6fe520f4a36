"""Print constraints.txt: the exact versions of everything the project and its extras pull in, from
this environment.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def needed() -> dict[str, str]:
    """Name to version of every installed distribution reachable from pyproject.toml, extras
    included.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    waiting = list(project["project"]["dependencies"]) + list(project["build-system"]["requires"])
    for extra in project["project"]["optional-dependencies"].values():
        waiting += extra
    found: dict[str, str] = {}
    while waiting:
        requirement = waiting.pop()
        if "extra ==" in requirement:
            continue
        name = canonical(re.split(r"[\s;\[<>=!~(]", requirement, maxsplit=1)[0])
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = package.version.split("+")[0]
        waiting += package.requires or []
    return found


if __name__ == "__main__":
    print(
        "# The versions that were tested together; written by 'make constraints'. "
        "pyproject.toml "
        "says what is needed."
    )
    for name, version in sorted(needed().items()):
        print(f"{name}=={version}")
