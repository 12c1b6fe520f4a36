"""Plots: pure functions from data to ``plotly.graph_objects.Figure``.

The page, the HTML reports and exported files call the same functions. They set neither background
nor font, so that the page can apply its theme. If data are missing, the plot shows a message.
"""

from qdiffgui.plots.checks import classifier, mismodeling
from qdiffgui.plots.compared_histograms import compared_histograms
from qdiffgui.plots.comparison import comparison
from qdiffgui.plots.correlation import correlation
from qdiffgui.plots.dependence import dependence, heat_map, history, with_errors
from qdiffgui.plots.diagnostics import diagnostics
from qdiffgui.plots.entanglement import entanglement
from qdiffgui.plots.histograms import histograms
from qdiffgui.plots.loss import loss, training
from qdiffgui.plots.maps import maps
from qdiffgui.plots.metric import metric
from qdiffgui.plots.overlay import overlay
from qdiffgui.plots.profile import profile
from qdiffgui.plots.ranking import quality_cost, ranking
from qdiffgui.plots.roc import roc
from qdiffgui.plots.roundtrip import roundtrip
from qdiffgui.plots.scaling import Series, scaling
from qdiffgui.plots.scatter import scatter
from qdiffgui.plots.schedule import schedule
from qdiffgui.plots.states import populations
from qdiffgui.plots.theme import empty

__all__ = [
    "Series",
    "classifier",
    "compared_histograms",
    "comparison",
    "correlation",
    "dependence",
    "diagnostics",
    "empty",
    "entanglement",
    "heat_map",
    "histograms",
    "history",
    "loss",
    "maps",
    "metric",
    "mismodeling",
    "overlay",
    "populations",
    "profile",
    "quality_cost",
    "ranking",
    "roc",
    "roundtrip",
    "scaling",
    "scatter",
    "schedule",
    "training",
    "with_errors",
]
