"""Small widgets of our own: each does one thing, with its JavaScript in ``ui/static``."""

from qdiffgui.ui.widgets.browser import Browser
from qdiffgui.ui.widgets.document import Document
from qdiffgui.ui.widgets.export_list import ExportList
from qdiffgui.ui.widgets.number import BoundedNumber, NumberText
from qdiffgui.ui.widgets.pictures import Animation, Circuit, Pairs
from qdiffgui.ui.widgets.plot import Plot
from qdiffgui.ui.widgets.point_pad import PointPad
from qdiffgui.ui.widgets.queue import Queue
from qdiffgui.ui.widgets.runtable import RunTable
from qdiffgui.ui.widgets.tabs import Picker, Tabs
from qdiffgui.ui.widgets.upload import Upload

__all__ = [
    "Animation",
    "BoundedNumber",
    "Browser",
    "Circuit",
    "Document",
    "ExportList",
    "NumberText",
    "Pairs",
    "Picker",
    "Plot",
    "PointPad",
    "Queue",
    "RunTable",
    "Tabs",
    "Upload",
]
