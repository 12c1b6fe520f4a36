"""The command line. ``main`` is the console script; one command a file, each importing what it needs when it runs."""

from __future__ import annotations

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run ``qdiffgui ARGUMENTS`` (default: ``sys.argv``) and exit: 0 where the work was done, 2 for bad input, 1 or 130 otherwise."""
    import sys

    from qdiffgui.cli.program import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
