"""The command line. ``main`` is the console script. Each command has its own file and imports
what it needs when it runs.
"""

from __future__ import annotations

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Run ``qdiffgui ARGUMENTS`` (default: ``sys.argv``) and exit.

    The exit status is 0 on success, 2 for bad input, 130 after Ctrl-C and 1 for any other failure.
    """
    import sys

    from qdiffgui.cli.program import run

    sys.exit(run(sys.argv[1:] if arguments is None else arguments))
