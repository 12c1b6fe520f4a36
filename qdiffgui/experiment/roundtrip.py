"""What a representation keeps of the data: held-out samples compared with their decoded
encodings.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.observables import as_jets, names_for, observables
from qdiffgui.data.types import Array, Images, Jets, Physical, Points, Spec, Table
from qdiffgui.evaluation.features import describe_observable, image_moments
from qdiffgui.evaluation.histograms import bins
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.prepare import Prepared

N_COMPARED = 3000
N_EXAMPLES = 6
N_CONSTITUENTS = 80
_KEPT_WELL, _BLURRED = 0.1, 0.5
"""Largest loss of these verdicts, as a fraction of the distance between the classes."""


def roundtrip(prepared: Prepared, config: Experiment) -> dict[str, Any]:
    """Compare held-out samples with their decoded encodings.

    Parameters
    ----------
    prepared : Prepared
    config : Experiment

    Returns
    -------
    dict
        ``n``: number of samples. ``observables``: for each observable and class the densities of
        the original samples (``truth``) and of the decoded ones (``decoded``; None if the
        representation does not encode the observable), and the W1 distance between them. For
        comparison, W1 between the two classes (``between``; None unless there are two; the shipped
        jets of one class are compared with the other class) and between two halves of the original
        samples (``floor``). ``examples``: a few samples, original and encoded; ``numbers`` are
        rows of name, unit, decoded value and what the model sees. Empty for quantum
        states and points in a plane, which are encoded without loss.
    """
    chosen = _some(prepared)
    content, x, label = (
        prepared.test_content.take(chosen),
        prepared.test.x[chosen],
        prepared.test.label[chosen],
    )
    truth = _observables(content)
    if not truth:
        return {}
    decoded = _observables(prepared.representation.decode(x, label, seed=config.seed))
    if prepared.test.spec.of_fractions:
        decoded.pop("multiplicity", None)  # a map decodes to one pseudo-particle per lit cell
    resampled = "" if "pt" in truth and _is_encoded(truth["pt"], decoded.get("pt")) else "pt"
    between = _between(config, truth, label)
    classes = prepared.dataset.classes or {-1: "all"}
    present = {
        name: label == number if number >= 0 else np.ones(len(label), bool)
        for number, name in classes.items()
    }
    present = {name: rows for name, rows in present.items() if rows.sum() > 20} or {
        "all": np.ones(len(label), bool)
    }
    return {
        "n": len(chosen),
        "observables": [
            _observable(
                name, values, decoded.get(name), present, between.get(name), name == resampled
            )
            for name, values in truth.items()
        ],
        "examples": _examples(content, x, label, prepared),
    }


def _some(prepared: Prepared) -> Array:
    return np.arange(min(len(prepared.test), N_COMPARED))


def _between(config: Experiment, truth: dict[str, Array], label: Array) -> dict[str, float]:
    """W1 between the two classes, by observable; empty unless there are two."""
    if isinstance(config.data, QuarkGluonJets) and config.data.classes != "both":
        both = config.data.model_copy(update={"classes": "both", "n_jets": N_COMPARED})
        return _between_shipped(both.model_dump_json(), config.seed)
    return _apart(truth, label)


@lru_cache(maxsize=8)
def _between_shipped(data: str, seed: int) -> dict[str, float]:
    """``_between`` of shipped jets, whose substructure takes a second."""
    settings = QuarkGluonJets.model_validate_json(data)
    content = catalog.datasets[settings.kind].load()(settings, seed).content
    return _apart(_observables(content), content.label)


def _apart(truth: dict[str, Array], label: Array) -> dict[str, float]:
    known = np.unique(label[label >= 0])
    if len(known) != 2:
        return {}
    return {name: w1(*(values[label == k] for k in known)) for name, values in truth.items()}


def _observables(content: Physical) -> dict[str, Array]:
    if isinstance(content, Points):
        return {}
    if isinstance(content, Images) and content.pixel_size == 0:
        return image_moments(content.pixels)
    if isinstance(content, (Jets, Images, Table)):
        # girth is the width in other units
        return observables(content, [name for name in names_for(content) if name != "girth"])
    return {}


def _is_encoded(truth: Array, decoded: Array | None) -> bool:
    """Whether the decoded values follow the original ones jet by jet, not only on average."""
    return decoded is not None and bool(np.corrcoef(truth, decoded)[0, 1] > 0.5)


def _observable(
    name: str,
    truth: Array,
    decoded: Array | None,
    classes: dict[str, Array],
    between: float | None,
    is_resampled: bool,
) -> dict[str, Any]:
    label, unit = describe_observable(name)
    edges = bins(truth)
    rows = {
        key: _of_class(truth[mine], None if decoded is None else decoded[mine], edges)
        for key, mine in classes.items()
    }
    lost = [row["w1"] for row in rows.values() if row["w1"] is not None]
    found = {
        "name": name,
        "label": label,
        "unit": unit,
        "edges": _plain(edges),
        "classes": rows,
        "between": between,
        "floor": float(np.mean([row["floor"] for row in rows.values()])),
        "lost": float(np.mean(lost)) if lost else None,
    }
    return found | {"verdict": _verdict(found, is_resampled)}


def _of_class(truth: Array, decoded: Array | None, edges: Array) -> dict[str, Any]:
    half = len(truth) // 2
    return {
        "truth": _density(truth, edges),
        "decoded": None if decoded is None else _density(decoded, edges),
        "w1": None if decoded is None else w1(truth, decoded),
        "floor": w1(truth[:half], truth[half : 2 * half]),
    }


def _verdict(found: dict[str, Any], is_resampled: bool) -> str:
    if found["lost"] is None:
        return "not encoded"
    if is_resampled:
        return "resampled"
    if found["lost"] <= found["floor"]:
        return "kept"
    if not found["between"]:
        return "changed"
    share = found["lost"] / found["between"]
    return "kept well" if share < _KEPT_WELL else "blurred" if share < _BLURRED else "mostly lost"


def _density(values: Array, edges: Array) -> list[float]:
    return _plain(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _examples(
    content: Physical, x: Array, label: Array, prepared: Prepared
) -> list[dict[str, Any]]:
    """The first samples, alternating between the classes."""
    if isinstance(content, Table):
        return []
    groups = [np.flatnonzero(label == k) for k in np.unique(label)]
    chosen = np.array(
        [group[i] for i in range(N_EXAMPLES) for group in groups if i < len(group)][:N_EXAMPLES]
    )
    seen = pictures.preview(x[chosen], label[chosen], prepared.representation, prepared.test.spec)
    names = prepared.dataset.classes
    few, spec = content.take(chosen), prepared.test.spec
    return [
        _example(few, i, names.get(int(label[k]), ""), seen, x[k], spec)
        for i, k in enumerate(chosen)
    ]


def _example(
    content: Physical, i: int, name: str, seen: dict[str, Any], x: Array, spec: Spec
) -> dict[str, Any]:
    """Sample ``i`` of ``content`` and of the preview ``seen``; ``x`` is its encoding."""
    found: dict[str, Any] = {"class": name}
    if seen["kind"] == "map":
        found["map"] = {
            "values": seen["images"][i],
            "shape": seen["shape"],
            "layout": seen["layout"],
            "half_width": seen.get("half_width", 0.0),
        }
        if spec.kind == "channels":
            found["map"]["channels"] = [
                [channel, _plain(part.ravel())] for channel, part in zip(spec.names, x)
            ]
    else:
        found["numbers"] = [
            [n, unit, column[i], float(f"{encoded:.4g}")]
            for n, unit, column, encoded in zip(seen["names"], seen["units"], seen["points"], x)
        ]
    if isinstance(content, Images) and content.pixel_size == 0:
        pixels = content.summed[i]
        return found | {"image": {"values": _plain(pixels.ravel()), "shape": list(pixels.shape)}}
    jets = as_jets(content)
    part = slice(int(jets.offsets[i]), int(jets.offsets[i + 1]))
    hardest = np.argsort(jets.pt[part])[::-1][:N_CONSTITUENTS]
    points = np.stack([getattr(jets, key)[part][hardest] for key in ("eta", "phi", "pt")], axis=1)
    return found | {
        "points": [_plain(row) for row in points],
        "n": int(part.stop - part.start),
        "pt": float(jets.jet_pt[i]),
    }
