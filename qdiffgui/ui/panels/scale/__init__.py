"""Scaling: the cost of the settings, sweeps, and studies of scaling and noise."""

from qdiffgui.ui.panels.scale.area import Scale

__all__ = ["Scale"]
