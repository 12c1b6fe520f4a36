"""Write the page's style sheet of colors from ``qdiffgui.plots.theme``, their only source.

python tools/write_colors.py
"""

from __future__ import annotations

from pathlib import Path

from qdiffgui.plots import theme

TEMPLATE = "qdiffgui/ui/share/voila/templates/qdiffgui"
TARGET = Path(__file__).resolve().parents[1] / TEMPLATE / "static" / "css" / "colors.css"

if __name__ == "__main__":
    TARGET.write_text(theme.css(), encoding="utf-8")
