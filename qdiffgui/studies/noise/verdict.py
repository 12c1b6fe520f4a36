"""The verdict of a noise study in plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qdiffgui.evaluation.metric_value import distance_from_best
from qdiffgui.evaluation.verdict import compare
from qdiffgui.studies.noise.result import Cell, NoiseStudy


def verdict(found: NoiseStudy) -> list[str]:
    """One or two sentences for each kind of noise and for shots: up to which strength the model is
    as good as without noise, and better than the best trivial generator.
    """
    goal = found.goal
    column = next((c for c in found.columns if c["key"] == goal), None)
    exact = found.rows[0]["values"].get(goal) if found.rows else None
    if column is None or exact is None:
        return ["There are too few samples for a verdict: raise --samples."]
    best = _best_trivial(found, goal, column["better"])
    return [
        *(
            f"{column['label']}, {sentence}"
            for sentence in _sentences(found, goal, column["better"], exact, best)
        ),
        *_other_size(found),
    ]


def _other_size(found: NoiseStudy) -> Iterator[str]:
    """Whether the report of the run compares other numbers of samples than this study."""
    in_report = min(found.n_report, found.n_held_out)
    if in_report and in_report != found.n_compared:
        yield (
            f"All values here, also without noise, are of {found.n_compared} samples; the report "
            f"of the run compares {in_report}. Distances depend on the number of samples: compare "
            "them with the floor of this study, not with the report."
        )


def _best_trivial(found: NoiseStudy, goal: str, better: str) -> tuple[str, Cell] | None:
    cell = found.baselines.get("floor", {}).get(goal)
    floor = None if cell is None else cell["value"]
    real = ("floor", "bootstrap")  # samples of the data, which nothing can beat
    known = [
        (found.labels[key], cells[goal])
        for key, cells in found.baselines.items()
        if key not in real and goal in cells
    ]
    return min(
        known, key=lambda pair: distance_from_best(pair[1]["value"], floor, better), default=None
    )


def _sentences(
    found: NoiseStudy, goal: str, better: str, exact: Cell, trivial: tuple[str, Cell] | None
) -> Iterator[str]:
    series: dict[tuple[str, bool], list[tuple[float, Cell]]] = {}
    for row in found.rows[1:]:
        if goal in row["values"]:
            key = (row["kind"] or "shots", row["mitigated"])
            series.setdefault(key, []).append(
                (row["strength"] or row["shots"], row["values"][goal])
            )
    for (kind, mitigated), known in series.items():
        ordered = sorted(known, reverse=kind == "shots")  # from the mildest on
        level = _before(ordered, lambda cell: compare(cell, exact, better) >= 0)
        words = {"shots": "shots"}.get(kind, kind.replace("_", " ")) + (
            " with zero-noise extrapolation" if mitigated else ""
        )
        mildest = ordered[0][0]
        side = "down" if kind == "shots" else "up"
        if level is None:
            yield f"{words}: worse than without noise even at {mildest:g}."
        else:
            yield (f"{words}: as good as without noise {side} to {level:g}.")
        if trivial is not None:
            ahead = _before(ordered, lambda cell: compare(cell, trivial[1], better) > 0)
            name = trivial[0]
            if ahead is None:
                yield f"{words}: no better than {name} (trivial) even at {mildest:g}."
            elif ahead != ordered[-1][0]:
                yield f"{words}: better than {name} (trivial) only {side} to {ahead:g}."


def _before(ordered: Sequence[tuple[float, Cell]], holds: Callable[[Cell], bool]) -> float | None:
    """The last of the leading settings for which ``holds`` is true."""
    last = None
    for at_, cell in ordered:
        if not holds(cell):
            break
        last = at_
    return last
