"""What a representation keeps of jets and what it loses: each held-out jet beside what its encoded form decodes to."""

from __future__ import annotations

from typing import Any

import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.config.data import QuarkGluonJets
from qdiffgui.data.observables import as_jets, names_for, observables
from qdiffgui.data.types import Array, Images, Jets, Physical, Table
from qdiffgui.evaluation.pictures import bins
from qdiffgui.evaluation.view import describe, image_moments
from qdiffgui.evaluation.wasserstein import w1
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.prepare import Prepared, load

N_COMPARED = 3000
N_EXAMPLES = 6
N_CONSTITUENTS = 80
_BARELY, _CLEARLY = 0.1, 0.5  # of the distance between the classes


def kept(prepared: Prepared, config: Experiment) -> dict[str, Any]:
    """``observables``: of each, by class, densities of the jets as they are (``truth``) and after encoding and decoding (``decoded``, or
    None where the representation does not hold it), and W1 between the two. Beside it W1 between the two classes of true jets
    (``between``, None where there are not two; shipped jets of one class are compared with the other) and between two halves of them
    (``floor``). ``examples``: a few jets with their constituents, and as the model sees them.

    Empty for quantum states, which are encoded as they are.
    """
    chosen = _some(prepared)
    content, x, label = prepared.test_content.take(chosen), prepared.test.x[chosen], prepared.test.label[chosen]
    truth = _observables(content)
    if not truth:
        return {}
    decoded = _observables(prepared.representation.decode(x, label, seed=config.seed))
    if prepared.test.spec.of_fractions:
        decoded.pop("multiplicity", None)  # of a map one pseudo-constituent a lit cell is decoded
    drawn = "" if "pt" in truth and _keeps(truth["pt"], decoded.get("pt")) else "pt"
    between = _between(config, truth, label)
    classes = prepared.dataset.classes or {-1: "all"}
    present = {name: label == number if number >= 0 else np.ones(len(label), bool) for number, name in classes.items()}
    present = {name: rows for name, rows in present.items() if rows.sum() > 20} or {"all": np.ones(len(label), bool)}
    return {
        "n": len(chosen),
        "observables": [
            _one(name, values, decoded.get(name), present, between.get(name), name == drawn) for name, values in truth.items()
        ],
        "examples": _examples(content, x, label, prepared),
    }


def _some(prepared: Prepared) -> Array:
    return np.arange(min(len(prepared.test), N_COMPARED))


def _between(config: Experiment, truth: dict[str, Array], label: Array) -> dict[str, float]:
    """W1 between the two classes, by observable; empty where there are not two."""
    if isinstance(config.data, QuarkGluonJets) and config.data.classes != "both":
        both = config.data.model_copy(update={"classes": "both", "n_jets": N_COMPARED})
        content = load(config.model_copy(update={"data": both})).content
        truth, label = _observables(content), content.label
    known = np.unique(label[label >= 0])
    if len(known) != 2:
        return {}
    return {name: w1(*(values[label == k] for k in known)) for name, values in truth.items()}


def _observables(content: Physical) -> dict[str, Array]:
    if isinstance(content, Images) and content.pixel_size == 0:
        return image_moments(content.pixels)
    if isinstance(content, (Jets, Images, Table)):
        return observables(content, [name for name in names_for(content) if name != "girth"])  # girth is width in other units
    return {}


def _keeps(truth: Array, decoded: Array | None) -> bool:
    """Whether jet by jet, not only on average."""
    return decoded is not None and bool(np.corrcoef(truth, decoded)[0, 1] > 0.5)


def _one(
    name: str, truth: Array, decoded: Array | None, classes: dict[str, Array], between: float | None, is_drawn: bool
) -> dict[str, Any]:
    label, unit = describe(name)
    edges = bins(truth)
    rows = {key: _of_class(truth[mine], None if decoded is None else decoded[mine], edges) for key, mine in classes.items()}
    lost = [row["w1"] for row in rows.values() if row["w1"] is not None]
    found = {
        "name": name, "label": label, "unit": unit, "edges": _plain(edges), "classes": rows, "between": between,
        "floor": float(np.mean([row["floor"] for row in rows.values()])), "lost": float(np.mean(lost)) if lost else None,
    }  # fmt: skip
    return found | {"verdict": _verdict(found, is_drawn)}


def _of_class(truth: Array, decoded: Array | None, edges: Array) -> dict[str, Any]:
    half = len(truth) // 2
    return {
        "truth": _density(truth, edges), "decoded": None if decoded is None else _density(decoded, edges),
        "w1": None if decoded is None else w1(truth, decoded), "floor": w1(truth[:half], truth[half : 2 * half]),
    }  # fmt: skip


def _verdict(found: dict[str, Any], is_drawn: bool) -> str:
    if found["lost"] is None:
        return "not held"
    if is_drawn:
        return "drawn anew"
    if found["lost"] <= found["floor"]:
        return "kept"
    if not found["between"]:
        return "changed"
    share = found["lost"] / found["between"]
    return "kept well" if share < _BARELY else "blurred" if share < _CLEARLY else "mostly lost"


def _density(values: Array, edges: Array) -> list[float]:
    return _plain(np.histogram(values, edges)[0] / (len(values) * np.diff(edges)))


def _plain(values: Array) -> list[float]:
    return [float(f"{value:.5g}") for value in values]


def _examples(content: Physical, x: Array, label: Array, prepared: Prepared) -> list[dict[str, Any]]:
    """The first jets, classes in turn."""
    if isinstance(content, Table):
        return []
    groups = [np.flatnonzero(label == k) for k in np.unique(label)]
    chosen = np.array([group[i] for i in range(N_EXAMPLES) for group in groups if i < len(group)][:N_EXAMPLES])
    seen = pictures.preview(x[chosen], label[chosen], prepared.representation, prepared.test.spec)
    names = prepared.dataset.classes
    few = content.take(chosen)
    return [_example(few, i, names.get(int(label[chosen[i]]), ""), seen) for i in range(len(chosen))]


def _example(content: Physical, i: int, name: str, seen: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"class": name}
    if seen["kind"] == "map":
        found["map"] = {"values": seen["images"][i], "shape": seen["shape"], "layout": seen["layout"]}
    else:
        found["numbers"] = [[n, unit, column[i]] for n, unit, column in zip(seen["names"], seen["units"], seen["points"])]
    if isinstance(content, Images) and content.pixel_size == 0:
        pixels = content.pixels[i]
        return found | {"image": {"values": _plain(pixels.ravel()), "shape": list(pixels.shape)}}
    jets = as_jets(content)
    part = slice(int(jets.offsets[i]), int(jets.offsets[i + 1]))
    hardest = np.argsort(jets.pt[part])[::-1][:N_CONSTITUENTS]
    points = np.stack([getattr(jets, key)[part][hardest] for key in ("eta", "phi", "pt")], axis=1)
    return found | {"points": [_plain(row) for row in points], "n": int(part.stop - part.start), "pt": float(jets.jet_pt[i])}
