"""Export the files of a run: model, card, circuits, samples, report, plots, settings, bundle.

The command line and the page call the same functions; ``offers`` lists them.

    from qdiffgui import exports

    run = exports.open_run("last")
    exports.samples(run, "jets.npz", layout="energyflow")

Each function but ``histograms`` takes a run (``comparison_...``: several) and a target file. It
writes the file completely or not at all, returns the list of paths written, and raises
``UserError`` if the run has nothing of the kind or the file cannot be written. For a finished run,
no function needs torch or PennyLane.
"""

from qdiffgui.exports.cards import card
from qdiffgui.exports.comparison_plots import comparison_plots
from qdiffgui.exports.comparison_tables import comparison_table
from qdiffgui.exports.files import bundle, report, settings
from qdiffgui.exports.generated import LAYOUTS, samples
from qdiffgui.exports.hepdata import hepdata
from qdiffgui.exports.histogram_objects import histograms
from qdiffgui.exports.methods import methods
from qdiffgui.exports.mlflow_store import mlflow
from qdiffgui.exports.paper_plots import paper_plots
from qdiffgui.exports.run_plots import plots
from qdiffgui.exports.tables import table
from qdiffgui.exports.tensorboard_events import tensorboard
from qdiffgui.exports.trained import circuits, drawings, model
from qdiffgui.runs.store import open_run

__all__ = [
    "LAYOUTS",
    "bundle",
    "card",
    "circuits",
    "comparison_plots",
    "comparison_table",
    "drawings",
    "hepdata",
    "histograms",
    "methods",
    "mlflow",
    "model",
    "open_run",
    "paper_plots",
    "plots",
    "report",
    "samples",
    "settings",
    "table",
    "tensorboard",
]
