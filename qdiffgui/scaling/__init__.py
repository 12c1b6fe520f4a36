"""How a configuration scales: what it costs by formula and by count, what it costs measured, whether it can be trained at all."""

from qdiffgui.scaling.formula import Formula
from qdiffgui.scaling.static import Static, static

__all__ = ["Formula", "Static", "static"]
