"""``python -m qdiffgui``: the same as the console script ``qdiffgui``."""

from qdiffgui.cli import main

main()
