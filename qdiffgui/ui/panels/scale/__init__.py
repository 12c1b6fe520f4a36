"""How it scales: what the choice costs, sweeps over settings, and studies of scaling and noise."""

from qdiffgui.ui.panels.scale.area import Scale

__all__ = ["Scale"]
