"""The areas of the page, in the order of their tabs. A new area is a module and one line here."""

from __future__ import annotations

from qdiffgui.ui.area import Area
from qdiffgui.ui.panels.compare import Compare
from qdiffgui.ui.panels.explore import Explore
from qdiffgui.ui.panels.export import Export
from qdiffgui.ui.panels.learn import Learn
from qdiffgui.ui.panels.samples import Samples
from qdiffgui.ui.panels.scale import Scale
from qdiffgui.ui.panels.train import Train

AREAS: list[type[Area]] = [
    Explore,
    Train,
    Samples,
    Compare,
    Scale,
    Learn,
    Export,
]
