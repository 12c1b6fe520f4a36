"""One experiment: settings, data, model, training, samples and evaluation, as a stream of
events."""

from qdiffgui.experiment.inspect import inspect
from qdiffgui.experiment.prepare import Prepared, build, load, prepare
from qdiffgui.experiment.session import Session, always_run

__all__ = ["Prepared", "Session", "always_run", "build", "inspect", "load", "prepare"]
