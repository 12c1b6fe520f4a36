"""Results of published tasks as JSON and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from qdiffgui.studies.reproduction.judge import BarResult, TaskResult

HEADS = ("metric", "bar", "paper", "ours: best", "ours: mean ± std", "floor", "start", "verdict")


def plain(result: TaskResult) -> dict[str, Any]:
    """One task as JSON: its bars with verdicts, and the outcome of every seed."""
    return {
        "name": result.key,
        "label": result.label,
        "paper": result.paper,
        "passed": result.passed,
        "failures": {str(seed): why for seed, why in result.failures.items()},
        "bars": [
            {
                **asdict(row.bar),
                "required_best": row.bar.best,
                "required_mean": row.bar.mean,
                "best": row.best,
                "mean": row.mean,
                "std": row.std,
                "floor": row.floor,
                "start": row.start,
                "baselines": dict(row.baselines),
                "passed": row.passed,
                "verdict": row.verdict,
            }
            for row in result.bars
        ],
        "seeds": [
            {"seed": seed, "seconds": seconds, "cpu_seconds": cpu, **asdict(outcome)}
            for seed, (outcome, seconds, cpu) in enumerate(
                zip(result.outcomes, result.seconds, result.cpu_seconds)
            )
        ],
    }


def cells(row: BarResult) -> tuple[str, ...]:
    """The cells of a bar under ``HEADS``."""
    return (
        row.bar.label,
        required(row),
        number(row.bar.paper),
        number(row.best),
        f"{number(row.mean)} ± {number(row.std)}",
        number(row.floor),
        number(row.start),
        row.verdict,
    )


def required(row: BarResult) -> str:
    """What the bar requires, such as ``best ≤ 0.0036, mean ≤ 0.01``, or a dash."""
    bar = row.bar
    if bar.better == "near":
        return f"mean {number(bar.mean)} ± {number(bar.tolerance)}"
    sign = "≤" if bar.better == "lower" else "≥"
    aside = " by more than 1 std" if bar.beyond_noise else ""
    asked = [
        f"{name} {sign} {number(bound)}"
        for name, bound in (("best", bar.best), ("mean", bar.mean))
        if bound is not None
    ]
    return ", ".join(asked) + aside or "—"


def number(value: float | None) -> str:
    """Three digits, or a dash for None.

    >>> number(0.00359)
    '0.00359'
    """
    return "—" if value is None else f"{value:.3g}"


def sentences(result: TaskResult) -> list[str]:
    """The sentences below the table of a task: other generators, misses with what was tried,
    notes.
    """
    lines = [f"Seed {seed} failed: {why}" for seed, why in result.failures.items()]
    for row in result.bars:
        if row.baselines:
            lines.append(
                f"{row.bar.label}, other generators: "
                f"{', '.join(f'{n} {number(v)}' for n, v in row.baselines.items())}."
            )
        if row.bar.paper_note:
            lines.append(f"{row.bar.label}, column 'paper': {row.bar.paper_note}")
        if not row.passed:
            lines.append(
                f"Missed: {row.bar.label}. {row.bar.tried or 'Nothing else has been tried yet.'}"
            )
    lines += [f"How the settings were chosen: {result.chosen}"] if result.chosen else []
    return lines + list(
        dict.fromkeys(note for outcome in result.outcomes for note in outcome.notes)
    )


def markdown(results: Sequence[TaskResult], machine: Mapping[str, Any], seconds: float) -> str:
    """All results as one Markdown page.

    ``machine`` is from ``runs.environment``, ``seconds`` the wall-clock time of the whole.
    """
    n_seeds = max((len(result.outcomes) + len(result.failures) for result in results), default=0)
    bars = [row for result in results for row in result.bars if row.verdict != "reported"]
    passed = sum(row.passed for row in bars)
    lines = [
        "# Reproduction of published tasks",
        "",
        (
            f"`qdiffgui reproduce --seeds {n_seeds}` wrote this page: {passed} of {len(bars)} bars "
            f"passed, {len(bars) - passed} missed."
        ),
        "Metrics without a bar are *reported*.",
        f"Every value is over seeds 0 to {n_seeds - 1}, on held-out data; no seed was left out.",
        "*Floor*: training against held-out samples. *Start*: the noise that sampling starts from.",
        "",
        (
            f"Machine: {machine['processor']}, {machine['cpus']} CPUs, one thread per task; "
            f"{_versions(machine)};"
        ),
        f"{machine['started'][:10]}. The whole run took {seconds / 60:.0f} minutes.",
    ]
    for result in results:
        lines += ["", *_section(result)]
    return "\n".join(lines) + "\n"


def _section(result: TaskResult) -> list[str]:
    head = [f"## {result.label} (`{result.key}`)", ""]
    if result.paper and result.seconds:
        head += [
            (
                f"{result.paper}. One seed took {fmean(result.seconds):.0f} s "
                f"({fmean(result.cpu_seconds):.0f} CPU s)."
            ),
            "",
        ]
    table = [
        f"| {' | '.join(HEADS)} |",
        "|" + "---|" * len(HEADS),
        *(f"| {' | '.join(map(_safe, cells(row)))} |" for row in result.bars),
    ]
    return [*head, *table, "", *(f"- {_safe(line)}" for line in sentences(result))]


def _safe(text: str) -> str:
    """Text that neither ends a cell of a Markdown table nor starts a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _versions(machine: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {machine['versions'][name]}"
        for name in ("qdiffgui", "torch", "pennylane", "numba")
    )
