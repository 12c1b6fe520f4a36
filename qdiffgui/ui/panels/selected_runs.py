"""The selected runs side by side: metrics, distributions, curves, settings, reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.evaluation.run_table import comparison_basis
from qdiffgui.plots.metric import LINEAR
from qdiffgui.ui.area import Host
from qdiffgui.ui.labels import metric_label
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import (
    INLINE,
    box,
    bullets,
    card,
    empty,
    note,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.comparability import explain_difference, groups, in_words
from qdiffgui.ui.panels.distributions_card import DistributionsCard, wide
from qdiffgui.ui.panels.report_card import report_card
from qdiffgui.ui.panels.settings_table import settings_table
from qdiffgui.ui.panels.table_card import TableCard
from qdiffgui.ui.widgets import Plot

_APART = (
    "A plot shows only runs with the same data, representation and number of evaluation "
    "samples, because their floors and scales differ otherwise. Left out:"
)
_ALONE = (
    "These runs use different data or representations. Compare each curve with its own "
    "floor (dotted, same color), not with the other curves."
)
_LOSSES = "Models, losses or data differ: compare how each loss falls, not the values."


class SelectedRuns:
    """``show(runs, baseline)`` draws the runs; ``baseline`` is the id of one of them or ""."""

    def __init__(self, host: Host | None = None) -> None:
        self._runs: dict[str, LiveRun] = {}
        self._baseline = ""
        self._groups: dict[str, dict[str, LiveRun]] = {}
        self.hint = view(
            empty(
                "Select one or more finished runs to compare them with the floor and the "
                "trivial generators."
            )
        )
        self.group = _menu("Evaluated on", self._draw_group)
        self.left_out = view("")
        self.table = TableCard()
        self.distributions = DistributionsCard(host)
        self.basis = card(self.group, self.left_out)
        self.cards = box(
            [
                self.basis,
                self.table.root,
                self._metrics_card(),
                self.distributions.root,
                self._curves_card(),
                self._settings_card(),
            ],
            "qd-panel",
        )
        self.reports = box([], "qd-panel")
        self.root = box([self.hint, self.cards, self.reports], "qd-panel")
        self.show([], "")

    # ---- the cards

    def _metrics_card(self) -> w.Widget:
        self.column = _menu("Metric", self._draw_metrics)
        self.metrics = Plot(
            height=380,
            label="Metrics of the selected runs, with the floor and the trivial generators",
        )
        about = title("Side by side", "floor in green, trivial generators in gray")
        menus = box([self.column], "qd-row")
        self.metrics_box = box([self.metrics], "qd-panel")
        self.metrics_card = card(about, menus, self.metrics_box)
        return self.metrics_card

    def _curves_card(self) -> w.Widget:
        self.smoothing = w.FloatSlider(
            value=0,
            min=0,
            max=0.98,
            step=0.02,
            description="Smoothing",
            readout_format=".2f",
            continuous_update=False,
            style={"description_width": "initial"},
        )
        self.smoothing.add_class("qd-smoothing")
        self.smoothing.observe(lambda _: self._draw_curves(), "value")
        self.live = _menu("Training metric", self._draw_live)
        self.losses = Plot(height=300, label="Losses of the selected runs")
        self.metric = Plot(height=300, label="Training metric of the selected runs")
        self.losses_about, self.live_about = view(""), view("")
        left = box(
            [title("Loss", level=3), self.smoothing, self.losses, self.losses_about], "qd-panel"
        )
        self.live_card = box(
            [title("Quality", level=3), box([self.live], "qd-row"), self.metric, self.live_about],
            "qd-panel",
        )
        self.curves_card = card(title("Curves"), box([left, self.live_card], "qd-grid-2"))
        return self.curves_card

    def _settings_card(self) -> w.Widget:
        self.everything = w.Checkbox(
            value=False, description="Show all settings, not only differences", indent=False
        )
        self.everything.observe(lambda _: self._draw_settings(), "value")
        self.settings = view("", "qd-settings-diff")
        self.settings_card = card(title("Settings"), self.everything, self.settings)
        return self.settings_card

    # ---- showing

    def show(self, runs: Sequence[LiveRun], baseline: str) -> None:
        """Draw these runs relative to the run with the id ``baseline``."""
        self._runs = named(runs)
        old, self._baseline = (
            self._baseline,
            next((name for name, run in self._runs.items() if run.id == baseline), ""),
        )
        visible(self.hint, not runs)
        visible(self.cards, bool(runs))
        if runs:
            self._offer_groups(follow_baseline=self._baseline != old)
            self._offer(
                self.live,
                {key: metric_label(key) for run in self._runs.values() for key in run.metrics},
            )
            for draw in (self._draw_group, self._draw_curves, self._draw_live, self._draw_settings):
                draw()
        self.reports.children = [
            report_card(name, run.report, is_open=len(runs) == 1)
            for name, run in self._runs.items()
        ]

    def _offer_groups(self, *, follow_baseline: bool) -> None:
        self._groups = groups(self._reported())
        words = {
            key: f"{in_words(next(iter(group.values())).config)}: {', '.join(group)}"
            for key, group in self._groups.items()
        }
        self._offer(self.group, words)
        of_baseline = next(
            (key for key, group in self._groups.items() if self._baseline in group), None
        )
        if follow_baseline and of_baseline is not None:
            self.group.value = of_baseline

    @staticmethod
    def _offer(menu: w.Dropdown, entries: Mapping[str, str]) -> None:
        options = tuple((label, key) for key, label in entries.items())
        if options != tuple(menu.options):
            kept = menu.value
            menu.options = options
            menu.value = kept if kept in entries else next(iter(entries), None)
        visible(menu, len(options) > 1)

    def _trained(self) -> dict[str, LiveRun]:
        """The runs without the files of samples among them."""
        return {name: run for name, run in self._runs.items() if not run.is_file}

    def _reported(self) -> dict[str, LiveRun]:
        return {name: run for name, run in self._runs.items() if run.report is not None}

    def _together(self) -> dict[str, LiveRun]:
        """The runs of the chosen group: their metrics are comparable."""
        return self._groups.get(str(self.group.value), {})

    def _colored(self, together: Mapping[str, LiveRun]) -> dict[str, dict[str, Any] | None]:
        """Reports of this group, ``None`` for other runs: each run keeps its position, and so
        its color, in all plots.
        """
        return {name: run.report if name in together else None for name, run in self._runs.items()}

    def _draw_group(self) -> None:
        together = self._together()
        self._offer(self.column, _columns(together))
        for part in (self.metrics_card, self.table.root):
            visible(part, bool(together))
        visible(self.basis, len(self._groups) > 1)
        self.table.show(together, self._baseline)
        self.left_out.value = apart(together, self._reported()) if together else ""
        self._draw_metrics()
        self.distributions.show(self._colored(together))

    def _draw_metrics(self) -> None:
        together = self._together()
        if not together:
            return
        plot = plots.comparison(self._colored(together), self.column.value)
        self.metrics.height = int(plot.layout.height or 380)
        wide(self.metrics_box, plot)
        self.metrics.show(plot)

    def _draw_curves(self) -> None:
        self.losses.show(
            plots.loss(
                {name: run.losses for name, run in self._trained().items()},
                smoothing=self.smoothing.value,
            )
        )
        self.losses_about.value = (
            note(_LOSSES) if len({_learns(run) for run in self._trained().values()}) > 1 else ""
        )

    def _draw_live(self) -> None:
        key = self.live.value
        visible(self.live_card, key is not None)
        if key is None:
            return
        runs = {name: run for name, run in self._runs.items() if key in run.metrics}
        series = {name: run.metrics.get(key, ([], [])) for name, run in self._runs.items()}
        floor, spread = (
            {
                name: found[key]
                for name, run in runs.items()
                if key in (found := getattr(run.last_metrics, part))
            }
            for part in ("floor", "spread")
        )
        self.metric.show(
            plots.metric(
                series,
                floor,
                {},
                spread=spread,
                n={name: run.last_metrics.n for name, run in runs.items()},
                linear=key in LINEAR,
            )
        )
        without = [name for name in self._trained() if name not in runs]
        lines = [_ALONE] if len(groups(runs)) > 1 else []
        if without:
            names = ", ".join(without)
            lines.append(f"Not reported by {names} (the metric depends on the data).")
        self.live_about.value = "".join(note(line) for line in lines)

    def _draw_settings(self) -> None:
        configs = {name: run.config for name, run in self._trained().items()}
        self.settings.value = settings_table(
            configs, self._baseline, everything=self.everything.value
        )


def _menu(label: str, changed: Any) -> w.Dropdown:
    made = w.Dropdown(options=[], description=label, **INLINE)
    made.observe(lambda _: changed(), "value")
    return made


def _learns(run: LiveRun) -> tuple[Any, ...]:
    """What determines whether two losses measure the same quantity."""
    config = run.config
    return config.model.kind, getattr(config.model, "loss", ""), *comparison_basis(config)[:2]


def _reports(runs: Mapping[str, LiveRun]) -> dict[str, dict[str, Any]]:
    return {name: run.report for name, run in runs.items() if run.report is not None}


def _columns(runs: Mapping[str, LiveRun]) -> dict[str, str]:
    """Column -> label with unit of every metric that some run reports."""
    return {
        c["key"]: f"{c['label']}{' / ' + c['unit'] if c.get('unit') else ''}"
        for report in _reports(runs).values()
        for c in report["columns"]
    }


def apart(together: Mapping[str, LiveRun], reported: Mapping[str, LiveRun]) -> str:
    """The runs that are not comparable with the shown group, and how each differs."""
    first = next(iter(together.values())).config
    lines = [
        f"{name}: {explain_difference(first, run.config)}."
        for name, run in reported.items()
        if name not in together
    ]
    return note(_APART) + bullets(lines, "qd-note") if lines else ""


def named(runs: Sequence[LiveRun]) -> dict[str, LiveRun]:
    """The runs under unique names: equal names get the seed, then the id, appended."""
    made: dict[str, LiveRun] = {}
    for run in runs:
        name = run.state.name
        twins = [other for other in runs if other.state.name == name]
        if len(twins) > 1:
            seeds = {other.state.seed for other in twins}
            name += f" (seed {run.state.seed})" if len(seeds) == len(twins) else f" ({run.id[:15]})"
        made[name if name not in made else f"{name} {run.id}"] = run
    return made
