"""The figures of a benchmark's report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.benchmark.measure import Measurement
from qdiffgui.benchmark.result import Result
from qdiffgui.data.clouds import pictures as cloud_pictures
from qdiffgui.data.types import Array, Encoded
from qdiffgui.evaluation import classifier
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.heading import heading
from qdiffgui.evaluation.pictures import bins
from qdiffgui.evaluation.verdict import distance
from qdiffgui.evaluation.view import describe
from qdiffgui.experiment.preview import CLOUD_HALF_WIDTH, CLOUD_PIXELS
from qdiffgui.plots.theme import with_unit

N_SHOWN = 4
N_EXAMPLES = 6


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, and its figures."""

    title: str
    text: str = ""
    figures: list[go.Figure] = field(default_factory=list)


def sections(result: Result, measurements: Sequence[Measurement]) -> list[Section]:
    """Rankings, quality against cost, distributions, correlations, maps and ROC curves, for each class."""
    found: list[Section] = []
    for name in result.table:
        found += list(_of_class(result, measurements[0], name))
    return [section for section in found if section.figures]


def _of_class(result: Result, first: Measurement, name: str) -> Iterator[Section]:
    prefix = heading(name, ": ")
    rows, columns = result.table[name], {c.key: c for c in result.columns}
    judges = [key for key in ("auc", MEAN) if key in columns]
    roles = {m.key: m.role for m in result.models}
    order = [*roles, *(key for key in rows if key not in roles and key != "floor")]
    yield Section(
        f"{prefix}ranking", "The green band is real against real.",
        [
            plots.ranking(
                [(result.labels.get(r, r), roles.get(r, ""), rows[r].get(key)) for r in order if r in rows], rows["floor"].get(key),
                with_unit(columns[key].label, columns[key].unit), columns[key].better,
            )
            for key in judges
        ],
    )  # fmt: skip
    points = [
        {"label": m.label, "role": m.role, "cell": rows.get(m.key, {}).get("auc"), "parameters": m.facts.get("n_parameters", 0),
         "seconds": m.training_seconds}
        for m in result.models
    ]  # fmt: skip
    yield Section(f"{prefix}quality against cost", "Blue: quantum. Orange: classical, diamonds with as many parameters.", [
        plots.quality_cost([p | {"cost": p[key]} for p in points], title, "Classifier AUC")
        for key, title in (("parameters", "trainable parameters"), ("seconds", "training / s"))
    ])  # fmt: skip
    yield from _of_samples(result, first, name, prefix)


def _of_samples(result: Result, first: Measurement, name: str, prefix: str) -> Iterator[Section]:
    views = first.views[name]
    shown = best(result, name)
    real = views["real"]
    text = "First seed. Statistical errors; the band is real against real, ±1σ."
    yield Section(f"{prefix}distributions", text, [
        plots.overlay(
            values, {result.labels[k]: views[k].observables[observable] for k in shown}, bins(values), with_unit(*describe(observable))
        )
        for observable, values in real.observables.items()
    ])  # fmt: skip
    names = list(real.observables)
    stacked = {k: np.stack([views[k].observables[n] for n in names], axis=1) for k in ("real", *shown)}
    if len(names) > 1:
        yield Section(f"{prefix}correlations of observables", "", [
            plots.correlation(stacked["real"], {result.labels[k]: stacked[k] for k in shown[:2]}, [describe(n)[0] for n in names])
        ])  # fmt: skip
    yield Section(f"{prefix}classifier test", "ROC of one fold; on the diagonal generated and real cannot be told apart.", [
        plots.roc({result.labels[k]: classifier.roc(views[k].features, real.features) for k in shown})
    ])  # fmt: skip
    encoded = first.encoded[name]
    rows = {
        label + channel: np.concatenate([x.mean(0, keepdims=True), x[:N_EXAMPLES]])
        for label, samples in [("Real", encoded["floor"]), *((result.labels[k], encoded[k]) for k in shown)]
        for channel, x in _pictures(samples).items()
    }
    if rows:
        yield Section(
            f"{prefix}mean and example maps", "The mean of all held-out or generated samples, then single ones.", [plots.maps(rows)]
        )  # fmt: skip


def _pictures(encoded: Encoded) -> dict[str, Array]:
    """What to write behind the label -> (n, height, width): maps as they are, each channel, clouds in pixels about the jet axis; nothing
    of vectors."""
    if encoded.spec.kind == "cloud":
        return {"": cloud_pictures(encoded.x, CLOUD_PIXELS, CLOUD_HALF_WIDTH)}
    if encoded.spec.kind == "channels":
        return {f", {name}": encoded.x[:, i] for i, name in enumerate(encoded.spec.names)}
    return {"": encoded.x} if encoded.spec.kind == "map" else {}


def best(result: Result, name: str) -> list[str]:
    """Keys of at most ``N_SHOWN`` models for figures: the best quantum, the best classical, then the others, by the classifier."""
    rows = result.table[name]
    ranked = sorted(
        (m for m in result.models if m.key in rows),
        key=lambda m: distance(cell["value"], "half") if (cell := rows[m.key].get("auc")) is not None else 1.0,
    )
    firsts = [next((m for m in ranked if (m.role == "quantum") == quantum), None) for quantum in (True, False)]
    chosen = [m.key for m in firsts if m is not None]
    return (chosen + [m.key for m in ranked if m.key not in chosen])[:N_SHOWN]
