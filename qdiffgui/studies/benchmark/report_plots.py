"""The plots of a benchmark's report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from qdiffgui import plots
from qdiffgui.data.clouds import cloud_images
from qdiffgui.data.types import Array, Encoded
from qdiffgui.evaluation import classifier
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.features import describe_observable
from qdiffgui.evaluation.histograms import bins
from qdiffgui.evaluation.metric_value import Cell, class_prefix, distance_from_best
from qdiffgui.experiment.preview import CLOUD_HALF_WIDTH, CLOUD_PIXELS
from qdiffgui.exports.report_page import PlotSection
from qdiffgui.plots.theme import with_unit
from qdiffgui.studies.benchmark.measure import Measurement
from qdiffgui.studies.benchmark.result import BenchmarkResult

N_SHOWN = 4
N_EXAMPLES = 6


def sections(result: BenchmarkResult, measurements: Sequence[Measurement]) -> list[PlotSection]:
    """Ranking, quality versus cost, distributions, correlations, ROC curves and maps of each
    class.
    """
    found: list[PlotSection] = []
    for name in result.table:
        found += list(_of_class(result, measurements[0], name))
    return [section for section in found if section.plots]


def _of_class(result: BenchmarkResult, first: Measurement, name: str) -> Iterator[PlotSection]:
    prefix = class_prefix(name, ": ")
    rows, columns = result.table[name], {c.key: c for c in result.columns}
    judges = [key for key in ("auc", MEAN) if key in columns]
    roles = {m.key: m.role for m in result.models}
    yield PlotSection(
        _title(prefix, "ranking"),
        "Best first. The green band is the floor: training samples compared with held-out samples.",
        [
            plots.ranking(
                [
                    (result.labels.get(r, r), roles.get(r, ""), rows[r].get(key))
                    for r in best_first(rows, key, columns[key].better)
                ],
                rows["floor"].get(key),
                with_unit(columns[key].label, columns[key].unit),
                columns[key].better,
            )
            for key in judges
        ],
    )
    points = [
        {
            "label": m.label,
            "role": m.role,
            "cell": rows.get(m.key, {}).get("auc"),
            "parameters": m.facts.get("n_parameters", 0),
            "seconds": m.training_seconds,
        }
        for m in result.models
    ]
    yield PlotSection(
        _title(prefix, "quality versus cost"),
        "Blue: quantum. Orange: classical; diamonds have as many parameters as the quantum model.",
        [
            plots.quality_cost([p | {"cost": p[key]} for p in points], title, "Classifier AUC")
            for key, title in (
                ("parameters", "Trainable parameters"),
                ("seconds", "Training time / s"),
            )
        ],
    )
    yield from _of_samples(result, first, name, prefix)


def _of_samples(
    result: BenchmarkResult, first: Measurement, name: str, prefix: str
) -> Iterator[PlotSection]:
    views = first.features[name]
    shown = models_to_show(result, name)
    real = views["real"]
    text = "First seed, with statistical errors. The band is the held-out data, ±1σ."
    yield PlotSection(
        _title(prefix, "distributions"),
        text,
        [
            plots.overlay(
                values,
                {result.labels[k]: views[k].observables[observable] for k in shown},
                bins(values),
                with_unit(*describe_observable(observable)),
            )
            for observable, values in real.observables.items()
        ],
    )
    names = list(real.observables)
    stacked = {
        k: np.stack([views[k].observables[n] for n in names], axis=1) for k in ("real", *shown)
    }
    if len(names) > 1:
        yield PlotSection(
            _title(prefix, "correlations of observables"),
            "",
            [
                plots.correlation(
                    stacked["real"],
                    {result.labels[k]: stacked[k] for k in shown[:2]},
                    [describe_observable(n)[0] for n in names],
                )
            ],
        )
    yield PlotSection(
        _title(prefix, "classifier test"),
        "ROC curve of one fold. On the diagonal, the samples cannot be separated.",
        [
            plots.roc(
                {
                    result.labels[k]: classifier.classifier_roc(views[k].features, real.features)
                    for k in shown
                }
            )
        ],
    )
    encoded = first.encoded[name]
    rows = {
        label + channel: np.concatenate([x.mean(0, keepdims=True), x[:N_EXAMPLES]])
        for label, samples in [
            ("Training", encoded["floor"]),
            *((result.labels[k], encoded[k]) for k in shown),
        ]
        for channel, x in _pictures(samples).items()
    }
    if rows:
        yield PlotSection(
            _title(prefix, "mean and example maps"),
            "The first map is the mean of all samples, the others are single samples.",
            [plots.maps(rows)],
        )


def _title(prefix: str, text: str) -> str:
    """``text`` after the class's prefix, if any, with a capital first letter."""
    whole = f"{prefix}{text}"
    return whole[:1].upper() + whole[1:]


def _pictures(encoded: Encoded) -> dict[str, Array]:
    """Suffix of the label -> pictures (n, height, width): maps, channels one by one, and clouds
    binned around the jet axis. Vectors have none."""
    if encoded.spec.kind == "cloud":
        return {"": cloud_images(encoded.x, CLOUD_PIXELS, CLOUD_HALF_WIDTH)}
    if encoded.spec.kind == "channels":
        return {f", {name}": encoded.x[:, i] for i, name in enumerate(encoded.spec.names)}
    return {"": encoded.x} if encoded.spec.kind == "map" else {}


def best_first(rows: Mapping[str, Mapping[str, Cell]], key: str, better: str) -> list[str]:
    """Keys of the rows that have the metric ``key``, without the floor, the best one first."""
    found = [
        (distance_from_best(cell["value"], None, better), row)
        for row, cells in rows.items()
        if row != "floor" and (cell := cells.get(key)) is not None
    ]
    return [row for _, row in sorted(found, key=lambda pair: pair[0])]


def models_to_show(result: BenchmarkResult, name: str) -> list[str]:
    """Keys of at most ``N_SHOWN`` models for plots: the best quantum model, the best classical
    model, then the others, ranked by the classifier test.
    """
    rows = result.table[name]
    ranked = sorted(
        (m for m in result.models if m.key in rows),
        key=lambda m: (
            distance_from_best(cell["value"], None, "half")
            if (cell := rows[m.key].get("auc")) is not None
            else 1.0
        ),
    )
    firsts = [
        next((m for m in ranked if (m.role == "quantum") == quantum), None)
        for quantum in (True, False)
    ]
    chosen = [m.key for m in firsts if m is not None]
    return (chosen + [m.key for m in ranked if m.key not in chosen])[:N_SHOWN]
