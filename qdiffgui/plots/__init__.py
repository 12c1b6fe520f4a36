"""Figures: pure functions, data -> ``plotly.graph_objects.Figure``. The page, the HTML report and exported files call the same ones.

No colour of background, font or grid is set: whoever shows a figure themes it. Data may be missing: then the figure says so.
"""

from qdiffgui.plots.comparison import comparison
from qdiffgui.plots.correlation import correlation
from qdiffgui.plots.dependence import dependence, history, with_errors
from qdiffgui.plots.diagnostics import diagnostics
from qdiffgui.plots.histograms import histograms
from qdiffgui.plots.kept import kept
from qdiffgui.plots.loss import loss, training
from qdiffgui.plots.maps import maps
from qdiffgui.plots.metric import metric
from qdiffgui.plots.overlaid import overlaid
from qdiffgui.plots.overlay import overlay
from qdiffgui.plots.profile import profile
from qdiffgui.plots.ranking import quality_cost, ranking
from qdiffgui.plots.roc import roc
from qdiffgui.plots.scaling import Series, scaling
from qdiffgui.plots.scatter import scatter
from qdiffgui.plots.schedule import schedule
from qdiffgui.plots.states import populations
from qdiffgui.plots.theme import empty

__all__ = [
    "Series",
    "comparison",
    "correlation",
    "dependence",
    "diagnostics",
    "empty",
    "histograms",
    "history",
    "kept",
    "loss",
    "maps",
    "metric",
    "overlaid",
    "overlay",
    "populations",
    "profile",
    "quality_cost",
    "ranking",
    "roc",
    "scaling",
    "scatter",
    "schedule",
    "training",
    "with_errors",
]
