"""Settings of points in a plane: drawn by hand, from a file, or of a simple shape."""

from __future__ import annotations

from typing import ClassVar, Literal

from qdiffgui.config.base import setting
from qdiffgui.config.data import DataConfig

DRAWN = "drawn"
Shape = Literal["drawn", "two-moons", "ring", "spiral", "three-spots"]


class PlanePoints(DataConfig):
    """Points in a plane: drawn on the page, read from a file of two columns, or of a simple
    shape.
    """

    gives: ClassVar[str] = "points"
    kind: Literal["points"] = "points"
    shape: Shape = setting(
        "two-moons", "Shape", "A simple shape, or drawn: the points of the file data.path."
    )
    n_points: int = setting(
        1000,
        "Points",
        "Number of points of a shape, before the split; the most that are read of a file.",
        ge=20,
        le=20_000,
    )
    path: str = setting(
        "",
        "File",
        "Only for drawn points: a text, CSV or NPY file of two columns, x and y.",
    )
    content: str = setting(
        "",
        "Content",
        "Digest of the file that a run was trained on. The file must still have it; empty: any.",
        automatic=True,
        pattern="^([0-9a-f]{16})?$",
    )

    @property
    def incomplete(self) -> str:
        if self.shape == DRAWN and not self.path:
            return (
                "Too few points are drawn yet: draw at least 20, upload a file of points, or "
                "choose a shape."
            )
        return ""

    @property
    def file(self) -> str:
        return self.path if self.shape == DRAWN else ""
