"""Metrics of a model itself, not of its samples: their values, and how a report takes them in."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qdiffgui import catalog
from qdiffgui.data.types import Encoded
from qdiffgui.evaluation.columns import Column
from qdiffgui.evaluation.metric_value import Cell, MetricValue
from qdiffgui.registry import Entry

HELD_OUT_LOSS = "held-out-loss"
N_BLOCKS = 50
LEAST = 2


class LossOfSamples(Protocol):
    """``diffusion.held_out.HeldOutLoss``."""

    @property
    def values(self) -> NDArray[Any]: ...
    @property
    def group(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def trivial(self) -> Mapping[str, NDArray[Any]]: ...


class TrainedModel(Protocol):
    """What a metric of a model can ask it for: ``models.base.DiffusionModel``."""

    def held_out_loss(self, samples: Encoded, *, seed: int = 0) -> LossOfSamples | None: ...


@dataclass(frozen=True)
class ModelValue:
    """A metric of a model.

    Attributes
    ----------
    value : MetricValue
        The value of the model.
    trivial : mapping of str to MetricValue
        Key of a trivial generator to its value, where it is known.
    group : str
        Values can be compared if their groups and the held-out samples are the same.
    about : str
        The same as a sentence.
    blocks : sequence of float
        Means over consecutive blocks of held-out samples. Models of one group share what they were
        asked, so that the differences of their blocks give the error of the difference.

    Examples
    --------
    >>> ModelValue(MetricValue(0.93, 0.01), group="velocity, copula").value.plain()
    {'value': 0.93, 'error': 0.01}
    """

    value: MetricValue
    trivial: Mapping[str, MetricValue] = field(default_factory=dict)
    group: str = ""
    about: str = ""
    blocks: Sequence[float] = ()


def held_out_loss(model: TrainedModel, real: Encoded, *, seed: int = 0) -> ModelValue | None:
    """The denoising loss of a Gaussian model or a flow, or the negative log-likelihood of a model
    that has an exact one, on held-out samples.

    Parameters
    ----------
    model : DiffusionModel
        The trained model.
    real : Encoded
        Held-out samples.
    seed : int
        Seed of the noise.

    Returns
    -------
    ModelValue or None
        Means over samples with their standard errors; None if the model has no such loss.

    Examples
    --------
    >>> import numpy as np
    >>> from types import SimpleNamespace
    >>> from qdiffgui.data.types import Encoded, Spec
    >>> from qdiffgui.evaluation import held_out_loss
    >>> real = Encoded(np.zeros((4, 2), np.float32), np.zeros(4, np.int8), Spec("vector", (2,)))
    >>> class Silent:
    ...     def held_out_loss(self, samples, *, seed=0):
    ...         return None
    >>> held_out_loss(Silent(), real) is None
    True
    """
    found = model.held_out_loss(real, seed=seed)
    if found is None or len(found.values) < LEAST:
        return None
    blocks = [float(part.mean()) for part in np.array_split(found.values, _n_blocks(found.values))]
    trivial = {key: _mean(values) for key, values in found.trivial.items()}
    return ModelValue(_mean(found.values), trivial, found.group, found.about, blocks)


@dataclass(frozen=True)
class ModelCells:
    """The metrics of a model in a report: columns, cells by column, class and row, notes, and
    ``rows`` of group and blocks.
    """

    columns: list[Column]
    cells: Mapping[tuple[str, str, str], Cell]
    notes: list[str]
    rows: list[dict[str, Any]]


def model_cells(model: TrainedModel, real: Mapping[str, Encoded], seed: int) -> ModelCells:
    """Every registered metric that ``model`` has, on held-out samples ``real`` of each class."""
    columns: dict[str, Column] = {}
    cells: dict[tuple[str, str, str], Cell] = {}
    notes: list[str] = []
    rows = []
    for entry in catalog.metrics.values():
        if entry.facts.get("of") != "model":
            continue
        for name, samples in real.items():
            found = _value(entry, model, samples, seed)
            if found is None:
                continue
            columns[entry.key] = Column(entry.key, entry.label, "", entry.facts["better"])
            for row, value in {"model": found.value, **found.trivial}.items():
                cells[entry.key, name, row] = value.plain()
            notes.append(found.about)
            rows.append(
                {
                    "key": entry.key,
                    "class": name,
                    "group": found.group,
                    "blocks": [float(f"{value:.6g}") for value in found.blocks],
                }
            )
    return ModelCells(list(columns.values()), cells, list(dict.fromkeys(notes)), rows)


def _value(entry: Entry, model: TrainedModel, samples: Encoded, seed: int) -> ModelValue | None:
    if len(samples) < entry.facts["least"]:
        return None
    try:
        found: ModelValue | None = entry.load()(model, samples, seed=seed)
        return found if found is not None and found.value.plain() is not None else None
    except Exception:
        if entry.target.startswith("qdiffgui."):
            raise
        # the metric of a plug-in must not cost the report of a long training
        logging.getLogger(__name__).warning(
            "The metric '%s' (%s) failed.", entry.key, entry.target, exc_info=True
        )
        return None


def difference(blocks: Sequence[float], others: Sequence[float]) -> MetricValue | None:
    """The mean of ``blocks`` minus that of ``others``, with its error; None if they are not blocks
    of the same samples.

    Examples
    --------
    >>> difference([1.2, 2.2, 3.3], [1.0, 2.0, 3.0]).value.__round__(3)
    0.233
    """
    if len(blocks) != len(others) or len(blocks) < LEAST:
        return None
    gaps = np.subtract(blocks, others)
    return MetricValue(float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps))))


def report_blocks(report: Mapping[str, Any], key: str) -> Iterator[tuple[str, str, list[float]]]:
    """Class, group and blocks of a metric of a model in a stored report; none in old reports."""
    for row in report.get("model_metrics", ()):
        if row["key"] == key:
            yield row["class"], row["group"], row["blocks"]


def _n_blocks(values: NDArray[Any]) -> int:
    return min(N_BLOCKS, len(values))


def _mean(values: NDArray[Any]) -> MetricValue:
    return MetricValue(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))))
