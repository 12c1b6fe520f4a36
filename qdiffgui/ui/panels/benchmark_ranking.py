"""The ranking of a benchmark: rows fill in as runs end, between the floor and the trivial
generators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qdiffgui.evaluation.number_format import format_with_error
from qdiffgui.studies.benchmark.lineup import ROLES
from qdiffgui.studies.benchmark.standings import Ranked, Standings
from qdiffgui.ui.markup import card, esc, note, table, title, view, visible

_ROLES = {**ROLES, "floor": "training against held-out samples", "trivial": "trivial generator"}
_CSS = {"quantum": "is-model", "floor": "is-floor"}
_PROVISIONAL = (
    "Provisional: from the reports of the finished runs. At the end all models are judged again on "
    "equal numbers of the same samples."
)
_RULE = (
    "Level: at most two combined errors apart. Errors are standard deviations over seeds, and for "
    "one seed those of the sampling. A model that does not beat the trivial generators has learned "
    "nothing useful."
)
_ONE_SEED = "One seed proves nothing: differences between models need at least 3 seeds."


class RankingCard:
    """``show(found, is_final)`` draws a ranking; ``show(None)`` hides the card."""

    def __init__(self) -> None:
        self.table = view("")
        self.root = card(title("Ranking", "the best model first"), self.table, css="qd-ranking")
        visible(self.root, False)

    def show(self, found: Standings | None, *, is_final: bool = False) -> None:
        """Draw it; only changes are sent."""
        visible(self.root, found is not None)
        markup = "" if found is None else ranking_table(found, is_final=is_final)
        if self.table.value != markup:
            self.table.value = markup


def ranking_table(found: Standings, *, is_final: bool) -> str:
    """The ranking as a table, with the rules of the comparison below it."""
    head = [
        "Generator",
        "Seeds",
        *(esc(found.metric if name == "all" else name.capitalize()) for name in found.classes),
        "Against the best",
        "Against trivial generators",
    ]
    rows = []
    place = 0
    for row in found.rows:
        is_model = row.role in ROLES
        place += is_model and bool(row.n_seeds)
        number = f"{place}. " if is_model and row.n_seeds else ""
        name = f"{esc(number + row.label)}<small>{esc(_ROLES.get(row.role, row.role))}</small>"
        seeds = (str(row.n_seeds) if row.n_seeds else "none yet") if is_model else ""
        values = [
            esc(format_with_error(cell)) if (cell := row.cells.get(name_of_class)) else "–"
            for name_of_class in found.classes
        ]
        cells = [name, seeds, *values, *_verdicts(row, is_model=is_model)]
        rows.append((_CSS.get(row.role, ""), cells))
    few = max((row.n_seeds for row in found.models), default=0) == 1
    notes = [] if is_final else [_PROVISIONAL]
    notes += [_ONE_SEED] if few else []
    classes = ", mean over classes" if len(found.classes) > 1 else ""
    return table(head, rows, f"By {found.metric}{classes}") + "".join(map(note, [*notes, _RULE]))


def _verdicts(row: Ranked, *, is_model: bool) -> list[str]:
    if not is_model or not row.against_best:
        return ["", ""]
    best = _by_class({name: [side] for name, side in row.against_best.items()})
    against = ", ".join(
        f'<span class="qd-{esc(side)}">{esc(side + aside)}</span>' for (side,), aside in best
    )
    lost = _by_class(row.unbeaten)
    trivial = "; ".join(
        f"does not beat {' and '.join([', '.join(names[:-1]), names[-1]] if names[1:] else names)}"
        f"{aside}"
        if names
        else f"beats all{aside}"
        for names, aside in lost
    )
    return [against, esc(trivial)]


def _by_class(found: Mapping[str, Sequence[str]]) -> list[tuple[tuple[str, ...], str]]:
    """Equal findings of several classes as one, with the names of the classes where they differ.

    >>> _by_class({"gluon": ["level"], "quark": ["level"]})
    [(('level',), '')]
    >>> _by_class({"gluon": ["level"], "quark": ["worse"]})
    [(('level',), ' (gluon)'), (('worse',), ' (quark)')]
    """
    classes: dict[tuple[str, ...], list[str]] = {}
    for name, finding in found.items():
        classes.setdefault(tuple(finding), []).append(name)
    if len(classes) == 1:
        return [(finding, "") for finding in classes]
    return [(finding, f" ({', '.join(names)})") for finding, names in classes.items()]
