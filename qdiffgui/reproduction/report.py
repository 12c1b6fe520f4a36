"""Results of published tasks as plain data and as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import fmean
from typing import Any

from qdiffgui.reproduction.judge import BarResult, TaskResult

HEADS = ("figure", "bar", "paper", "ours: best", "ours: mean ± std", "floor", "start", "verdict")


def plain(result: TaskResult) -> dict[str, Any]:
    """One task as JSON: its bars with verdicts, and what every seed gave."""
    return {
        "name": result.key, "label": result.label, "paper": result.paper, "passed": result.passed,
        "failures": {str(seed): why for seed, why in result.failures.items()},
        "bars": [
            {**asdict(row.bar), "required_best": row.bar.best, "required_mean": row.bar.mean, "best": row.best, "mean": row.mean,
             "std": row.std, "floor": row.floor, "start": row.start, "beside": dict(row.beside), "passed": row.passed,
             "verdict": row.verdict}
            for row in result.bars
        ],
        "seeds": [
            {"seed": seed, "seconds": seconds, "cpu_seconds": cpu, **asdict(outcome)}
            for seed, (outcome, seconds, cpu) in enumerate(zip(result.outcomes, result.seconds, result.cpu_seconds))
        ],
    }  # fmt: skip


def cells(row: BarResult) -> tuple[str, ...]:
    """A bar as a row under ``HEADS``."""
    return (
        row.bar.label, required(row), number(row.bar.paper), number(row.best), f"{number(row.mean)} ± {number(row.std)}",
        number(row.floor), number(row.start), row.verdict,
    )  # fmt: skip


def required(row: BarResult) -> str:
    """What the bar asks for, such as ``best ≤ .0036, mean ≤ .01``; a figure that is only reported asks for nothing."""
    bar = row.bar
    if bar.better == "near":
        return f"mean {number(bar.mean)} ± {number(bar.tolerance)}"
    sign = "≤" if bar.better == "lower" else "≥"
    aside = " beyond 1 std" if bar.beyond_noise else ""
    asked = [f"{name} {sign} {number(bound)}" for name, bound in (("best", bar.best), ("mean", bar.mean)) if bound is not None]
    return ", ".join(asked) + aside or "—"


def number(value: float | None) -> str:
    """Three digits, or a dash for None."""
    return "—" if value is None else f"{value:.3g}"


def sentences(result: TaskResult) -> list[str]:
    """What stands below the table of a task: other generators, misses with what was tried, notes."""
    lines = [f"Seed {seed} failed: {why}" for seed, why in result.failures.items()]
    for row in result.bars:
        if row.beside:
            lines.append(f"{row.bar.label} of others: {', '.join(f'{n} {number(v)}' for n, v in row.beside.items())}.")
        if not row.passed:
            lines.append(f"Missed: {row.bar.label}. {row.bar.tried or 'Nothing further has been tried yet.'}")
    lines += [f"How the settings were chosen: {result.chosen}"] if result.chosen else []
    return lines + list(dict.fromkeys(note for outcome in result.outcomes for note in outcome.notes))


def markdown(results: Sequence[TaskResult], machine: Mapping[str, Any], seconds: float) -> str:
    """All of it as one page. machine : of ``runs.environment``; seconds : wall time of the whole."""
    n_seeds = max((len(result.outcomes) + len(result.failures) for result in results), default=0)
    bars = [row for result in results for row in result.bars if row.verdict != "reported"]
    passed = sum(row.passed for row in bars)
    lines = [
        "# Published tasks, rerun", "",
        f"`qdiffgui reproduce --seeds {n_seeds}` wrote this page: {passed} of {len(bars)} bars passed, {len(bars) - passed} missed.",
        "Figures that the papers set no bar for are *reported*.",
        f"Every figure is over the seeds 0 to {n_seeds - 1}, on held-out data; none was left out.",
        "*Floor* is real against real, *start* what sampling starts from.", "",
        f"Machine: {machine['processor']}, {machine['cpus']} CPUs, one thread a task; {_versions(machine)};",
        f"{machine['started'][:10]}. The whole took {seconds / 60:.0f} minutes.",
    ]  # fmt: skip
    for result in results:
        lines += ["", *_section(result)]
    return "\n".join(lines) + "\n"


def _section(result: TaskResult) -> list[str]:
    head = [f"## {result.label} (`{result.key}`)", ""]
    if result.paper and result.seconds:
        head += [f"{result.paper}. A seed took {fmean(result.seconds):.0f} s ({fmean(result.cpu_seconds):.0f} CPU s).", ""]
    table = [
        f"| {' | '.join(HEADS)} |",
        "|" + "---|" * len(HEADS),
        *(f"| {' | '.join(map(_safe, cells(row)))} |" for row in result.bars),
    ]
    return [*head, *table, "", *(f"- {_safe(line)}" for line in sentences(result))]


def _safe(text: str) -> str:
    """Text that neither ends a cell of a Markdown table nor begins a tag."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def _versions(machine: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {machine['versions'][name]}" for name in ("qdiffgui", "torch", "pennylane", "numba"))
