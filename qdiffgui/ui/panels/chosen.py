"""The runs that are ticked, side by side: figures of merit, distributions, curves, settings, reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.evaluation.number import number
from qdiffgui.plots.overlaid import observables_of
from qdiffgui.ui.following import Following
from qdiffgui.ui.labels import metric_label
from qdiffgui.ui.markup import box, card, empty, esc, note, table, title, view, visible
from qdiffgui.ui.panels.report_card import report_card
from qdiffgui.ui.panels.settings_table import settings_table
from qdiffgui.ui.widgets import Plot

_AUTO = {"layout": {"width": "auto"}, "style": {"description_width": "initial"}}


class Chosen:
    """``show(runs, baseline)`` draws them; ``baseline`` is the id of one of them, or of none."""

    def __init__(self) -> None:
        self._runs: dict[str, Following] = {}
        self._baseline = ""
        self.hint = view(empty("Tick one or more finished runs to see them beside the floor and the trivial generators."))
        self.cards = box(
            [self._figures_card(), self._distributions_card(), self._curves_card(), self._settings_card()], "qd-panel"
        )
        self.reports = box([], "qd-panel")
        self.root = box([self.hint, self.cards, self.reports], "qd-panel")
        self.show([], "")

    # ---- the cards

    def _figures_card(self) -> w.Widget:
        self.column = _menu("Figure of merit", self._draw_figures)
        self.figures = Plot(height=380, label="Figures of merit of the chosen runs, beside floor and trivial generators")
        self.left_out, self.differences = view(""), view("")
        about = title("Side by side", "floor and trivial generators in green and grey")
        self.figures_card = card(
            about, box([self.column], "qd-row"), box([self.figures], "qd-wide-plot"), self.differences, self.left_out
        )
        return self.figures_card

    def _distributions_card(self) -> w.Widget:
        self.observable = _menu("Observable", self._draw_distributions)
        self.distributions = Plot(height=440, label="Distributions of the chosen runs, and below the ratios to held-out samples")
        about = title("Distributions", "held-out samples and band of the first run; ratios each to its own held-out samples")
        row = box([self.observable], "qd-row")
        self.distributions_card = card(about, row, box([self.distributions], "qd-wide-plot"))
        return self.distributions_card

    def _curves_card(self) -> w.Widget:
        self.smoothing = w.FloatSlider(
            value=0, min=0, max=0.98, step=0.02, description="Smoothing", readout_format=".2f", continuous_update=False,
            style={"description_width": "initial"},
        )  # fmt: skip
        self.smoothing.add_class("qd-smoothing")
        self.smoothing.observe(lambda _: self._draw_curves(), "value")
        self.live = _menu("While training", self._draw_live)
        self.losses = Plot(height=300, label="Losses of the chosen runs")
        self.metric = Plot(height=300, label="A figure of merit of the chosen runs while they trained")
        left = box([title("Loss", level=3), self.smoothing, self.losses], "qd-panel")
        self.live_card = box([title("Quality", level=3), box([self.live], "qd-row"), self.metric], "qd-panel")
        self.curves_card = card(title("Curves"), box([left, self.live_card], "qd-grid-2"))
        return self.curves_card

    def _settings_card(self) -> w.Widget:
        self.everything = w.Checkbox(value=False, description="All settings, not only those that differ", indent=False)
        self.everything.observe(lambda _: self._draw_settings(), "value")
        self.settings = view("", "qd-settings-diff")
        self.settings_card = card(title("Settings"), self.everything, self.settings)
        return self.settings_card

    # ---- showing

    def show(self, runs: Sequence[Following], baseline: str) -> None:
        """Draw these runs, measured by the one whose id is ``baseline``."""
        self._runs = named(runs)
        self._baseline = next((name for name, run in self._runs.items() if run.id == baseline), "")
        visible(self.hint, not runs)
        visible(self.cards, bool(runs))
        if runs:
            together = self._comparable()
            self._offer(self.column, _columns(together))
            self._offer(self.observable, observables_of(_reports(together)))
            self._offer(self.live, {key: metric_label(key) for run in self._runs.values() for key in run.metrics})
            for draw in (self._draw_figures, self._draw_distributions, self._draw_curves, self._draw_live, self._draw_settings):
                draw()
        self.reports.children = [report_card(name, run.report, is_open=len(runs) == 1) for name, run in self._runs.items()]

    @staticmethod
    def _offer(menu: w.Dropdown, entries: Mapping[str, str]) -> None:
        options = tuple((label, key) for key, label in entries.items())
        if options != tuple(menu.options):
            kept = menu.value
            menu.options = options
            menu.value = kept if kept in entries else next(iter(entries), None)
        visible(menu, len(options) > 1)

    def _comparable(self) -> dict[str, Following]:
        return comparable({name: run for name, run in self._runs.items() if run.report is not None})[0]

    def _draw_figures(self) -> None:
        reported = {name: run for name, run in self._runs.items() if run.report is not None}
        together, others = comparable(reported)
        visible(self.figures_card, bool(together))
        if not together:
            return
        self.left_out.value = note(_apart(others)) if others else ""
        figure = plots.comparison(_reports(together), self.column.value)
        self.figures.height = int(figure.layout.height or 380)
        self.figures.show(figure)
        self.differences.value = differences(_reports(together), self.column.value, self._baseline)

    def _draw_distributions(self) -> None:
        together = self._comparable()
        visible(self.distributions_card, bool(together) and self.observable.value is not None)
        if self.observable.value is not None:
            self.distributions.show(plots.overlaid(_reports(together), self.observable.value))

    def _draw_curves(self) -> None:
        self.losses.show(plots.loss({name: run.losses for name, run in self._runs.items()}, smoothing=self.smoothing.value))

    def _draw_live(self) -> None:
        key = self.live.value
        visible(self.live_card, key is not None)
        if key is None:
            return
        series = {name: run.metrics[key] for name, run in self._runs.items() if key in run.metrics}
        first = next(iter(series))
        beside = self._runs[first].beside  # what stands beside one belongs to its data: that of the first run is shown
        known = {
            part: {first: found[key]} for part, found in (("floor", beside.floor), ("spread", beside.spread)) if key in found
        }
        self.metric.show(plots.metric(series, known.get("floor", {}), {}, spread=known.get("spread"), n=beside.n))

    def _draw_settings(self) -> None:
        configs = {name: run.config for name, run in self._runs.items()}
        self.settings.value = settings_table(configs, self._baseline, everything=self.everything.value)


def _menu(label: str, changed: Any) -> w.Dropdown:
    made = w.Dropdown(options=[], description=label, **_AUTO)
    made.observe(lambda _: changed(), "value")
    return made


def _reports(runs: Mapping[str, Following]) -> dict[str, dict[str, Any] | None]:
    return {name: run.report for name, run in runs.items()}


def _columns(runs: Mapping[str, Following]) -> dict[str, str]:
    """Column -> label with unit of every figure that some run has."""
    return {
        c["key"]: f"{c['label']}{' / ' + c['unit'] if c.get('unit') else ''}" for run in runs.values() for c in run.report["columns"]
    }  # fmt: skip


def differences(reports: Mapping[str, Mapping[str, Any]], column: str | None, baseline: str) -> str:
    """A table: each run's figure less the baseline's, class by class, with the combined error and whether that is a difference."""
    if baseline not in reports or len(reports) < 2 or column is None:
        return ""
    about = next((c for report in reports.values() for c in report["columns"] if c["key"] == column), None)
    cells = {
        name: {row["class"]: row["values"].get(column) for row in report["rows"] if row["key"] == "model"}
        for name, report in reports.items()
    }
    classes = list(cells[baseline])
    rows = []
    for name in reports:
        if name != baseline:
            rows.append(("", [esc(name), *(_difference(cells[name].get(c), cells[baseline].get(c), about) for c in classes)]))
    head = ["Less the baseline", *(esc("all samples" if c == "all" else c) for c in classes)]
    return table(head, rows, f"{about['label'] if about else column}: difference to {baseline}")


def _difference(own: Mapping[str, float] | None, base: Mapping[str, float] | None, about: Mapping[str, str] | None) -> str:
    if own is None or base is None:
        return "–"
    gap = {"value": own["value"] - base["value"], "error": (own["error"] ** 2 + base["error"] ** 2) ** 0.5}
    better = about["better"] if about else ""
    a, b = (abs(c["value"] - 0.5) if better == "half" else c["value"] for c in (own, base))
    if abs(a - b) <= 2 * gap["error"] or better not in ("lower", "higher", "half"):
        verdict = "level" if better != "floor" else ""
    else:
        verdict = "better" if (a < b) != (better == "higher") else "worse"
    sign = "+" if gap["value"] >= 0 else ""
    return f'{esc(sign + number(gap))} <span class="qd-{verdict or "level"}">{verdict}</span>'


def comparable(runs: Mapping[str, Following]) -> tuple[dict[str, Following], list[str]]:
    """The runs on the data and representation of the first, which floor and trivial generators belong to, and the names of the others."""
    first = next(iter(runs.values()), None)
    same = {
        name: run
        for name, run in runs.items()
        if first is not None and (run.config.data, run.config.representation) == (first.config.data, first.config.representation)
    }
    return same, [name for name in runs if name not in same]


def _apart(names: Sequence[str]) -> str:
    stand = "stands" if len(names) == 1 else "stand"
    return f"{', '.join(names)} {stand} apart, below: trained on other data or another representation, and so not comparable."


def named(runs: Sequence[Following]) -> dict[str, Following]:
    """The runs under names that differ: the seed, then the id, tells equal ones apart."""
    made: dict[str, Following] = {}
    for run in runs:
        name = run.state.name
        twins = [other for other in runs if other.state.name == name]
        if len(twins) > 1:
            seeds = {other.state.seed for other in twins}
            name += f" (seed {run.state.seed})" if len(seeds) == len(twins) else f" ({run.id[:15]})"
        made[name if name not in made else f"{name} {run.id}"] = run
    return made
