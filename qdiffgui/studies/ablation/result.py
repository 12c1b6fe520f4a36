"""What an ablation study found."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from qdiffgui import html_table
from qdiffgui.evaluation.columns import MEAN
from qdiffgui.evaluation.model_metric import HELD_OUT_LOSS
from qdiffgui.evaluation.number_format import format_with_error

Cell = dict[str, float]
LOSS = HELD_OUT_LOSS


@dataclass(repr=False)
class AblationStudy:
    """The result of an ablation study.

    Attributes
    ----------
    name, kind, data, data_digest : str
        Name of the run, kind of its model, and its data.
    seeds : list of int
        Seeds of every variant.
    effort : float
        Share of the run's optimizer steps that was trained.
    columns : list of dict
        As in ``metrics.json``.
    rows : list of dict
        The unchanged model, then its variants: ``key``, ``label``, ``n_parameters``, ``seconds``
        (time of a training), ``runs``, ``values`` (for each metric the mean over seeds, its
        standard deviation ``error`` and the number of seeds ``n``) and ``changes``.

        A change is that of a metric from the unchanged model, for runs of equal seeds: positive is
        worse. Its ``error`` is the standard deviation over seeds, or the error of a measurement
        where that is larger.
    baselines : dict
        Key of the floor and of each trivial generator to its values.
    labels : dict
        Their labels.
    left_out : list of str
        Why variants do not apply, and what failed.
    goal : str
        Key of the headline metric.
    verdict : list of str
        The conclusions in words.
    """

    name: str
    kind: str = ""
    data: str = ""
    data_digest: str = ""
    seeds: list[int] = field(default_factory=list)
    effort: float = 1.0
    iterations: int = 0
    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    baselines: dict[str, dict[str, Cell]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    goal: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    verdict: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        variants = ", ".join(row["key"] for row in self.rows)
        return (
            f"<AblationStudy '{self.name}': {variants}; {len(self.seeds)} seeds; "
            f"{' '.join(self.verdict[:1])}>"
        )

    def _repr_html_(self) -> str:
        shown = self.shown()
        rows = [(row["label"], row["values"]) for row in self.rows]
        rows += [(self.labels[key], cells) for key, cells in self.baselines.items()]
        table = html_table.grid(
            ["variant", *(column["label"] for column in shown)],
            [
                (name, *(_text(cells.get(column["key"])) for column in shown))
                for name, cells in rows
            ],
            f"{self.name}: ablation",
        )
        return table + html_table.sentences(self.verdict)

    def column(self, key: str) -> dict[str, str]:
        """The column of a metric."""
        return next(column for column in self.columns if column["key"] == key)

    def shown(self) -> list[dict[str, str]]:
        """The columns of a table: the headline metric, the held-out loss, and those of whole
        samples; without those of one observable, and without those that no variant has.
        """
        known = {key for row in self.rows for key in row["values"]}
        first = [key for key in (self.goal, LOSS) if key]
        others = [
            column["key"]
            for column in self.columns
            if column["key"] == MEAN or ":" not in column["key"]
        ]
        return [self.column(key) for key in dict.fromkeys([*first, *others]) if key in known]

    def plain(self) -> dict[str, Any]:
        """All of it as JSON."""
        return asdict(self)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else format_with_error(cell)
