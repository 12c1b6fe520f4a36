"""What a run gives to take away, one call each; the command line and the page make the same calls, which ``offers`` lists.

    from qdiffgui import exports

    run = exports.open_run("last")
    exports.samples(run, "jets.npz", layout="energyflow")

Every function takes a run and a file to write, writes it whole or not at all, gives the paths that it wrote, and raises ``UserError``
where the run has no such thing or the file cannot be written. What a finished run has on the disk needs neither torch nor PennyLane.
"""

from qdiffgui.exports.files import bundle, report, settings
from qdiffgui.exports.generated import LAYOUTS, samples
from qdiffgui.exports.pictures import figures
from qdiffgui.exports.trained import circuits, drawings, model
from qdiffgui.runs.store import open_run

__all__ = ["LAYOUTS", "bundle", "circuits", "drawings", "figures", "model", "open_run", "report", "samples", "settings"]
