"""Checks of the previews in the files of an imported run, so that they can be drawn."""

from __future__ import annotations

from math import prod
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Numbers = list[float]
Side = Annotated[int, Field(ge=1, le=4096)]


class Part(BaseModel):
    """Known fields are checked; others are ignored."""

    model_config = ConfigDict(extra="allow", strict=False)


def _of_length(n: int, *lists: Numbers | None) -> None:
    if any(values is not None and len(values) != n for values in lists):
        raise ValueError(f"expected {n} numbers in each list")


class MapPicture(Part):
    kind: Literal["map"]
    shape: tuple[Side, Side]
    layout: str
    images: list[Numbers]
    mean: Numbers
    half_width: float = Field(0.0, ge=0)
    edges: Numbers = []
    channels: list[tuple[str, Numbers]] = []

    @model_validator(mode="after")
    def _fits(self) -> MapPicture:
        channels = (mean for _, mean in self.channels)
        _of_length(prod(self.shape), self.mean, *self.images, *channels)
        return self


class VectorPicture(Part):
    kind: Literal["vector"]
    names: list[str] = Field(min_length=1)
    units: list[str]
    points: list[Numbers]

    @model_validator(mode="after")
    def _fits(self) -> VectorPicture:
        if not len(self.names) == len(self.units) == len(self.points):
            raise ValueError("expected one unit and one list of points per name")
        _of_length(len(self.points[0]), *self.points)
        return self


class StatePicture(Part):
    kind: Literal["state", "density"]
    n_qubits: int = Field(ge=1, le=16)
    populations: list[Numbers]
    mean_populations: Numbers
    bloch: list[tuple[float, float, float]] | None = None

    @model_validator(mode="after")
    def _fits(self) -> StatePicture:
        _of_length(2**self.n_qubits, self.mean_populations, *self.populations)
        return self


Picture = Annotated[MapPicture | VectorPicture | StatePicture, Field(discriminator="kind")]


class Nearest(Part):
    preview: Picture
    distances: Numbers
    median: float
    held_out: float
    measure: str


class Trajectory(Part):
    """``trajectory.json``: see ``experiment.trajectory``."""

    kind: str
    times: Numbers
    captions: list[str] = []
    frames: list[Picture] = Field(min_length=1)
    truth: Picture | None = None
    nearest: Nearest | None = None

    @model_validator(mode="after")
    def _fits(self) -> Trajectory:
        if len(self.times) != len(self.frames):
            raise ValueError("expected one time per frame")
        pictures = (*self.frames, *([self.truth] if self.truth else []))
        if len({picture.kind for picture in pictures}) > 1:
            raise ValueError("expected frames and truth of the same kind")
        return self


class ProfileOfClass(Part):
    class_: str = Field(alias="class")
    shape: tuple[Side, Side]
    layout: str
    edges: Numbers | None
    real: Numbers
    error: Numbers
    model: Numbers | None

    @model_validator(mode="after")
    def _fits(self) -> ProfileOfClass:
        _of_length(prod(self.shape), self.real, self.error, self.model)
        return self


class Profile(Part):
    """``profile`` of ``metrics.json``; empty if there is none."""

    classes: list[ProfileOfClass] = []
