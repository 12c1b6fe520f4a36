"""``make docs`` builds the site, strictly and offline; ``make linkcheck`` asks the addresses
outside.

    python -m tools.docs [TARGET] [--linkcheck]

Any warning, such as a broken link, fails the build and leaves an older site as it was.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from sphinx.cmd.build import build_main

from tools.docs.offline import loads_from_elsewhere
from tools.docs.source import ROOT, assemble

SITE = ROOT / "qdiffgui" / "site"
_STRICT = ("--fail-on-warning", "--keep-going", "--nitpicky", "--quiet")


def build(target: Path, builder: str = "html") -> int:
    """Build the site and put it in the place of ``target``; the exit status is 0 or 1."""
    with tempfile.TemporaryDirectory(prefix="qdiffgui-docs-") as name:
        folder = Path(name)
        assemble(folder / "source")
        made = folder / "site"
        doctrees = str(folder / "doctrees")
        status = build_main(
            ["-b", builder, "-d", doctrees, *_STRICT, str(folder / "source"), str(made)]
        )
        if builder != "html":
            return status
        if found := loads_from_elsewhere(made):
            print("Pages may not load anything from another host:", *found, sep="\n  ")
            return 1
        if status:
            return 1
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target, ignore=shutil.ignore_patterns(".buildinfo*"))
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the site of the documentation.")
    parser.add_argument("target", nargs="?", type=Path, default=SITE)
    parser.add_argument("--linkcheck", action="store_true", help="ask the addresses outside")
    options = parser.parse_args()
    if options.linkcheck:
        return build(options.target, "linkcheck")
    status = build(options.target)
    if not status:
        print(f"The site is in {options.target}: open {options.target / 'index.html'}.")
    return status


if __name__ == "__main__":
    sys.exit(main())
