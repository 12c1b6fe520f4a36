"""Whether loaded data can be what they are read as: one set of rules for all formats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from qdiffgui.data.formats.layout import Content
from qdiffgui.data.types import UNLABELLED, Array, Images, Jets

SURE = 3.0
"""Standard errors from which on a difference between classes counts."""
FEW = 100
"""Metrics of a class with fewer samples have large errors."""
_SAME = 1e-6
_AT_ONCE = 1_000_000  # numbers that are compared at once


class Remarks(NamedTuple):
    """What was noticed. ``problems`` say why a model cannot be trained on the data."""

    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def remarks(content: Content, classes: Mapping[int, str], noun: str) -> Remarks:
    """Check samples that are not empty.

    Parameters
    ----------
    content : Jets, Images or Table
        The samples.
    classes : mapping of int to str
        Label to name.
    noun : str
        What a sample is called.

    Returns
    -------
    Remarks
        Problems and notes, as sentences.
    """
    if len(content) > 1 and _all_equal(content):
        return Remarks((f"All {len(content):,} {noun}s are equal: there is nothing to learn.",))
    notes = list(_class_order(content, classes))
    if isinstance(content, Jets) and np.diff(content.offsets).max(initial=0) == 1:
        notes.append(
            "Every jet has a single constituent: mass, width and the other shapes are 0, so only "
            "pT can be learned."
        )
    missing = int((content.label == UNLABELLED).sum())
    if 0 < missing < len(content):
        notes.append(
            f"{missing:,} of {len(content):,} {noun}s have no label. Together with them all count "
            "as unlabeled; to learn the labeled ones only, choose their class (data.classes)."
        )
    for label, name in classes.items():
        n = int((content.label == label).sum())
        if 0 < n < FEW <= len(content):
            notes.append(f"There are only {n} {name} {noun}s: their metrics have large errors.")
    return Remarks((), tuple(notes))


def _all_equal(content: Content) -> bool:
    """Whether no sample differs from the first by more than rounding."""
    if isinstance(content, Images):
        return _same(content.pixels.reshape(len(content), -1))
    if not isinstance(content, Jets):
        return all(_same(values[:, None]) for values in content.values.values())
    counts = np.diff(content.offsets)
    if (counts != counts[0]).any():
        return False
    pt, eta, phi = (c.reshape(len(content), -1) for c in (content.pt, content.eta, content.phi))
    # angles relative to the axis carry the rounding of absolute ones
    return _same(pt) and _same(eta, 1e-4) and _same(phi, 1e-4)


def _same(rows: Array, absolute: float = 0.0) -> bool:
    """Whether all rows (n, d) are equal within rounding; the second decides in nearly all cases."""
    first = rows[:1].astype(np.float64)
    allowed = _SAME * np.abs(first) + absolute
    if (np.abs(rows[1:2] - first) > allowed).any():
        return False
    each = max(1, _AT_ONCE // max(1, rows.shape[1]))
    return not any(
        (np.abs(rows[start : start + each] - first) > allowed).any()
        for start in range(0, len(rows), each)
    )


def _class_order(content: Content, classes: Mapping[int, str]) -> tuple[str, ...]:
    """Whether gluon jets have more constituents, or lit pixels, than quark jets, as they should."""
    if classes.get(0) != "gluon" or classes.get(1) != "quark":
        return ()
    if isinstance(content, Jets):
        what, counts = "constituents", np.diff(content.offsets)
    elif isinstance(content, Images):
        what = "lit pixels"
        counts = (content.pixels.reshape(len(content), -1) > 0).sum(axis=1)
    elif "multiplicity" in content.values:
        what, counts = "constituents", content.values["multiplicity"]
    else:
        return ()
    (gluon, gluon_error), (quark, quark_error) = (
        _mean(counts[content.label == label]) for label in (0, 1)
    )
    error = float(np.hypot(gluon_error, quark_error))
    if not np.isfinite(error) or gluon == quark:
        return ()
    sure = (gluon - quark) / error if error else np.inf * (gluon - quark)
    verdict = (
        "so the labels look right"
        if sure > SURE
        else "so the labels look swapped: data.swap_labels=true reads them the other way round"
        if sure < -SURE
        else "but the difference is within its error, so it says nothing about the labels"
    )
    return (
        f"Mean number of {what}: {gluon:.1f} ± {gluon_error:.1f} for label 0 (gluon), "
        f"{quark:.1f} ± {quark_error:.1f} for label 1 (quark); gluon jets should have more, "
        f"{verdict}.",
    )


def _mean(values: Array) -> tuple[float, float]:
    """Mean and its standard error; the error of fewer than two values is infinite."""
    if len(values) < 2:
        return float(np.mean(values)) if len(values) else float("nan"), float("inf")
    return float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(len(values)))
