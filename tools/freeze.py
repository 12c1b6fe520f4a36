"""Print constraints.txt: the exact versions of everything the project and its extras pull in, from
this environment.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


ELSEWHERE = {
    "pot": ("python_version < '3.14'", "pot==0.9.7.post1; python_version >= '3.14'"),
    "pythia8mc": ("sys_platform != 'darwin'", "pythia8mc==8.315.0; sys_platform == 'darwin'"),
}
"""What has no wheels everywhere: where the version of this environment is meant, and the pin for
other places; ``tools/check_wheels.py`` checks both."""


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
        if name in found or name == project["project"]["name"]:  # an extra of extras
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = package.version.split("+")[0]
        waiting += package.requires or []
    return found


def lines() -> list[str]:
    """One pin per line, by name."""
    found: list[str] = []
    for name, version in needed().items():
        here, elsewhere = ELSEWHERE.get(name, ("", ""))
        found.append(f"{name}=={version}" + (f"; {here}" if here else ""))
        found += [elsewhere] if elsewhere else []
    return sorted(found)


if __name__ == "__main__":
    print(
        "# The versions that were tested together; written by 'make constraints'. "
        "pyproject.toml "
        "says what is needed."
    )
    for line in lines():
        print(line)
