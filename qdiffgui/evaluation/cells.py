"""The values of the comparison table, by column; from the cache if they were computed before."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qdiffgui.evaluation import classifier
from qdiffgui.evaluation.cell_cache import cached_cells, cached_unless_busy
from qdiffgui.evaluation.columns import MEAN, TAGGER, Scale, metrics_of
from qdiffgui.evaluation.features import Features
from qdiffgui.evaluation.metric_value import Cell, MetricValue
from qdiffgui.evaluation.wasserstein import mean_w1
from qdiffgui.registry import Entry

Array = NDArray[Any]
LEAST_TAGGER = 200


def state_cells(generated: Array, real: Array, seed: int) -> dict[str, Cell]:
    """The values of a row: states (n, d) compared with (m, d), or density matrices (n, d, d) with
    (m, d, d).
    """
    n_qubits = real.shape[1].bit_length() - 1
    jobs = [
        _Job(entry.key, entry, generated, real)
        for entry in metrics_of("state" if real.ndim == 2 else "density")
        if entry.facts.get("n_qubits", n_qubits) == n_qubits
    ]
    return _row(jobs, seed)


def feature_cells(
    generated: Features, real: Features, scale: Scale, seed: int, *, few: bool = False
) -> dict[str, Cell]:
    """The values of a row for vectors, maps, clouds and showers.

    A value is ``None`` if there are fewer samples than its metric needs. ``few`` computes it
    anyway, to study how the metric reacts, not to judge a model.
    """
    jobs, inputs, compute = _feature_row(generated, real, scale, seed, few)
    return cached_cells(inputs, compute) | _compute_foreign(jobs, seed, few, None)


def feature_rows(
    views: Mapping[str, Features | None],
    real: Features,
    scale: Scale,
    seed: int,
    tell: Callable[[float, str], None] = lambda done, key: None,
) -> dict[str, dict[str, Cell]]:
    """``feature_cells`` of several sets of samples, empty for None.

    Rows that another process computes now are left for last, so that processes which judge
    samples of the same split share the work. ``tell`` is called with the part that is done and the
    key of the next row.
    """
    rows: dict[str, dict[str, Cell]] = {}
    for key, view in views.items():
        tell(len(rows) / len(views), key)
        if view is None:
            rows[key] = {}
            continue
        jobs, inputs, compute = _feature_row(view, real, scale, seed, few=False)
        if (found := cached_unless_busy(inputs, compute)) is not None:
            rows[key] = found | _compute_foreign(jobs, seed, False, None)
    for key, view in views.items():
        if key not in rows and view is not None:
            tell(len(rows) / len(views), key)
            rows[key] = feature_cells(view, real, scale, seed)
    return {key: rows[key] for key in views}


def full_cells(
    generated: Mapping[str, Array],
    real: Mapping[str, Array],
    of: str,
    seed: int,
    *,
    few: bool = False,
    options: Mapping[str, Any] | None = None,
) -> dict[str, Cell]:
    """The expensive metrics, which no report of a run computes.

    ``of`` is "sample", "observable", "cloud" or "efp". ``generated`` and ``real`` map names to
    arrays (n, ...) and (m, ...). Keys of the result are ``metric:name``, or ``metric`` if the name
    is empty. ``few`` as for ``feature_cells``. ``options`` holds further arguments
    of metrics, such as the ``radius`` of the energy mover's distance.
    """
    jobs = [
        _Job(f"{entry.key}:{name}" if name else entry.key, entry, values, real[name])
        for name, values in generated.items()
        for entry in metrics_of(of, full=True)
    ]
    return _row(jobs, seed, few=few, options=options)


def own_cells(
    key: str, inputs: Sequence[Any], compute: Callable[[], MetricValue]
) -> dict[str, Cell]:
    """The value of a metric of this package that is not registered, from the cache if it was
    computed from equal ``inputs`` before.
    """
    return cached_cells((key, *inputs), lambda: {key: compute().plain()})


def tagger_cells(generated: Sequence[Array], real: Sequence[Array], seed: int) -> dict[str, Cell]:
    """The AUC on real samples of a tagger of two classes that is trained on generated ones.

    ``generated`` and ``real`` are the features (n, d) of both classes. Empty with fewer than 200
    generated samples of a class.
    """
    if min(map(len, generated)) < LEAST_TAGGER:
        return {}
    label, truth = (np.repeat([0, 1], [len(side) for side in sides]) for sides in (generated, real))
    inputs = (np.concatenate(generated), label, np.concatenate(real), truth)
    return own_cells(TAGGER, (*inputs, seed), partial(classifier.tagger_auc, *inputs, seed=seed))


def _feature_row(
    generated: Features, real: Features, scale: Scale, seed: int, few: bool
) -> tuple[list[_Job], tuple[Any, ...], Callable[[], dict[str, Cell]]]:
    """The jobs of a row, what its cells are computed from, and how."""
    jobs = [
        _Job(entry.key, entry, _samples(entry, generated), _samples(entry, real))
        for entry in _of_samples()
    ]
    for entry in metrics_of("observable"):
        jobs += [
            _Job(f"{entry.key}:{name}", entry, generated.observables[name], values)
            for name, values in real.observables.items()
        ]
    own = [job for job in jobs if _is_own(job.entry)]

    def compute() -> dict[str, Cell]:
        cells = _compute(own, seed, few, None)
        return cells | _relative(cells, generated, real, scale, seed)

    return jobs, _inputs(own, scale, seed, few, None), compute


class _Job(NamedTuple):
    """A value to compute: its key in the row, its metric, and the samples on both sides."""

    key: str
    entry: Entry
    generated: Array
    real: Array


def _row(
    jobs: Sequence[_Job], seed: int, *, few: bool = False, options: Mapping[str, Any] | None = None
) -> dict[str, Cell]:
    """The values of ``jobs``, from the cache if they are in it.

    ``options`` are further arguments by name, for the metrics that take them (fact ``options``).
    """
    own = [job for job in jobs if _is_own(job.entry)]
    cells = cached_cells(
        _inputs(own, None, seed, few, options), lambda: _compute(own, seed, few, options)
    )
    return cells | _compute_foreign(jobs, seed, few, options)


def _inputs(
    own: Sequence[_Job], given: Any, seed: int, few: bool, options: Mapping[str, Any] | None
) -> tuple[Any, ...]:
    """What the values of metrics of this package are computed from."""
    about = [(job.key, job.entry.target, job.entry.facts, job.generated, job.real) for job in own]
    return about, given, seed, few, options


def _compute(
    jobs: Sequence[_Job], seed: int, few: bool, options: Mapping[str, Any] | None
) -> dict[str, Cell]:
    known: dict[Any, Any] = {}
    return {job.key: _cell(job, seed, few, known, options or {}) for job in jobs}


def _compute_foreign(
    jobs: Sequence[_Job], seed: int, few: bool, options: Mapping[str, Any] | None
) -> dict[str, Cell]:
    """The values of metrics from outside this package, which are always computed: the cache does
    not know when their code changes.
    """
    return _compute([job for job in jobs if not _is_own(job.entry)], seed, few, options)


def _is_own(entry: Entry) -> bool:
    return entry.target.startswith("qdiffgui.evaluation.")


def _cell(
    job: _Job, seed: int, few: bool, known: dict[Any, Any], options: Mapping[str, Any]
) -> Cell:
    """One value. ``few``: also with fewer samples than the metric needs. ``known`` holds the
    results of metrics with several parts. ``options`` as for ``_row``.
    """
    entry = job.entry
    if min(len(job.generated), len(job.real)) < (2 if few else entry.facts["least"]):
        return None
    key = (entry.target, id(job.generated), id(job.real))
    try:
        if key not in known:
            wanted = {
                name: value
                for name, value in options.items()
                if name in entry.facts.get("options", ())
            }
            known[key] = entry.load()(job.generated, job.real, seed=seed, **wanted)
        given = known[key]
        found: MetricValue = given[entry.facts["part"]] if "part" in entry.facts else given
        return found.plain()
    except Exception:
        if entry.target.startswith("qdiffgui."):
            raise
        # the metric of a plug-in must not cost the report of a long training
        logging.getLogger(__name__).warning(
            "The metric '%s' (%s) failed.", entry.key, entry.target, exc_info=True
        )
        return None


def _relative(
    cells: Mapping[str, Cell], generated: Features, real: Features, scale: Scale, seed: int
) -> dict[str, Cell]:
    """W1 in units of ``scale``, and its mean over observables."""
    names = [name for name in real.observables if name in scale.values]
    relative: dict[str, Cell] = {}
    for name in names:
        cell = cells[f"w1:{name}"]
        relative[f"w1-relative:{name}"] = cell and {
            key: value / scale.values[name] for key, value in cell.items()
        }
    if names:
        complete = None not in relative.values()
        used = {name: scale.values[name] for name in names}
        relative[MEAN] = (
            mean_w1(generated.observables, real.observables, used, seed=seed).plain()
            if complete
            else None
        )
    return relative


def _of_samples() -> list[Entry]:
    """Metrics of whole samples, the headline classifier first."""
    return [*metrics_of("raw-and-derived"), *metrics_of("sample")]


def _samples(entry: Entry, features: Features) -> Array:
    return features.raw_and_derived if entry.facts["of"] == "raw-and-derived" else features.features
