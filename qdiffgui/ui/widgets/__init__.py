"""Small widgets of our own: each does one thing, with its JavaScript in ``ui/static``."""

from qdiffgui.ui.widgets.browser import Browser
from qdiffgui.ui.widgets.choosing import Picker, Tabs
from qdiffgui.ui.widgets.document import Document
from qdiffgui.ui.widgets.offers import Offers
from qdiffgui.ui.widgets.pictures import Circuit, Film, Pairs
from qdiffgui.ui.widgets.plot import Plot
from qdiffgui.ui.widgets.queue import Queue
from qdiffgui.ui.widgets.runtable import RunTable
from qdiffgui.ui.widgets.upload import Upload

__all__ = [
    "Browser",
    "Circuit",
    "Document",
    "Film",
    "Offers",
    "Pairs",
    "Picker",
    "Plot",
    "Queue",
    "RunTable",
    "Tabs",
    "Upload",
]
