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
from qdiffgui.ui.markup import box, bullets, card, empty, esc, note, table, title, view, visible
from qdiffgui.ui.panels.judged import groups, in_words, judged_on, why_apart
from qdiffgui.ui.panels.report_card import report_card
from qdiffgui.ui.panels.settings_table import settings_table
from qdiffgui.ui.widgets import Plot

_APART = (
    "Only runs on the same data, in the same representation and judged on as many samples are in one picture: floor, trivial generators "
    "and scales are others elsewhere. Not in it:"
)
_ALONE = (
    "These runs are not all on the same data and representation: read each curve against its own floor, dotted in its colour, and not "
    "against the other curves."
)
_LOSSES = "Models, losses or data differ: see how each loss falls, not which one is lower."
_AUTO = {"layout": {"width": "auto"}, "style": {"description_width": "initial"}}


class Chosen:
    """``show(runs, baseline)`` draws them; ``baseline`` is the id of one of them, or of none."""

    def __init__(self) -> None:
        self._runs: dict[str, Following] = {}
        self._baseline = ""
        self._groups: dict[str, dict[str, Following]] = {}
        self.hint = view(empty("Tick one or more finished runs to see them beside the floor and the trivial generators."))
        self.cards = box(
            [self._figures_card(), self._distributions_card(), self._curves_card(), self._settings_card()], "qd-panel"
        )
        self.reports = box([], "qd-panel")
        self.root = box([self.hint, self.cards, self.reports], "qd-panel")
        self.show([], "")

    # ---- the cards

    def _figures_card(self) -> w.Widget:
        self.group = _menu("Judged on", self._draw_group)
        self.column = _menu("Figure of merit", self._draw_figures)
        self.figures = Plot(height=380, label="Figures of merit of the chosen runs, beside floor and trivial generators")
        self.left_out, self.differences = view(""), view("")
        about = title("Side by side", "floor and trivial generators in green and grey")
        menus = box([self.group, self.column], "qd-row")
        self.figures_card = card(about, menus, self.left_out, box([self.figures], "qd-wide-plot"), self.differences)
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
        self.losses_about, self.live_about = view(""), view("")
        left = box([title("Loss", level=3), self.smoothing, self.losses, self.losses_about], "qd-panel")
        self.live_card = box([title("Quality", level=3), box([self.live], "qd-row"), self.metric, self.live_about], "qd-panel")
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
        old, self._baseline = self._baseline, next((name for name, run in self._runs.items() if run.id == baseline), "")
        visible(self.hint, not runs)
        visible(self.cards, bool(runs))
        if runs:
            self._offer_groups(follow_baseline=self._baseline != old)
            self._offer(self.live, {key: metric_label(key) for run in self._runs.values() for key in run.metrics})
            for draw in (self._draw_group, self._draw_curves, self._draw_live, self._draw_settings):
                draw()
        self.reports.children = [report_card(name, run.report, is_open=len(runs) == 1) for name, run in self._runs.items()]

    def _offer_groups(self, *, follow_baseline: bool) -> None:
        self._groups = groups(self._reported())
        words = {key: f"{in_words(next(iter(group.values())).config)}: {', '.join(group)}" for key, group in self._groups.items()}
        self._offer(self.group, words)
        of_baseline = next((key for key, group in self._groups.items() if self._baseline in group), None)
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

    def _reported(self) -> dict[str, Following]:
        return {name: run for name, run in self._runs.items() if run.report is not None}

    def _together(self) -> dict[str, Following]:
        """The runs of the group that is looked at: their figures may be compared."""
        return self._groups.get(str(self.group.value), {})

    def _coloured(self, together: Mapping[str, Following]) -> dict[str, dict[str, Any] | None]:
        """Their reports, and none of the others: each run has its place, and so its colour, in all figures."""
        return {name: run.report if name in together else None for name, run in self._runs.items()}

    def _draw_group(self) -> None:
        together = self._together()
        self._offer(self.column, _columns(together))
        self._offer(self.observable, observables_of(_reports(together)))
        visible(self.figures_card, bool(together))
        visible(self.distributions_card, bool(together) and self.observable.value is not None)
        self.left_out.value = apart(together, self._reported()) if together else ""
        self._draw_figures()
        self._draw_distributions()

    def _draw_figures(self) -> None:
        together = self._together()
        if not together:
            return
        figure = plots.comparison(self._coloured(together), self.column.value)
        self.figures.height = int(figure.layout.height or 380)
        self.figures.show(figure)
        self.differences.value = differences(_reports(together), self.column.value, self._baseline)

    def _draw_distributions(self) -> None:
        if self.observable.value is not None:
            self.distributions.show(plots.overlaid(self._coloured(self._together()), self.observable.value))

    def _draw_curves(self) -> None:
        self.losses.show(plots.loss({name: run.losses for name, run in self._runs.items()}, smoothing=self.smoothing.value))
        self.losses_about.value = note(_LOSSES) if len({_learns(run) for run in self._runs.values()}) > 1 else ""

    def _draw_live(self) -> None:
        key = self.live.value
        visible(self.live_card, key is not None)
        if key is None:
            return
        runs = {name: run for name, run in self._runs.items() if key in run.metrics}
        series = {name: run.metrics.get(key, ([], [])) for name, run in self._runs.items()}
        floor, spread = (
            {name: found[key] for name, run in runs.items() if key in (found := getattr(run.beside, part))}
            for part in ("floor", "spread")
        )
        self.metric.show(plots.metric(series, floor, {}, spread=spread, n={name: run.beside.n for name, run in runs.items()}))
        without = [name for name in self._runs if name not in runs]
        lines = [_ALONE] if len(groups(runs)) > 1 else []
        lines += [f"Of {', '.join(without)} there is no such figure: other data are followed by another one."] if without else []
        self.live_about.value = "".join(note(line) for line in lines)

    def _draw_settings(self) -> None:
        configs = {name: run.config for name, run in self._runs.items()}
        self.settings.value = settings_table(configs, self._baseline, everything=self.everything.value)


def _menu(label: str, changed: Any) -> w.Dropdown:
    made = w.Dropdown(options=[], description=label, **_AUTO)
    made.observe(lambda _: changed(), "value")
    return made


def _learns(run: Following) -> tuple[Any, ...]:
    """What the number that is called loss is of."""
    config = run.config
    return config.model.kind, getattr(config.model, "loss", ""), *judged_on(config)[:2]


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


def apart(together: Mapping[str, Following], reported: Mapping[str, Following]) -> str:
    """Which runs are not in the picture of those that may be compared, and what is different about each."""
    first = next(iter(together.values())).config
    lines = [f"{name}: {why_apart(first, run.config)}." for name, run in reported.items() if name not in together]
    return note(_APART) + bullets(lines, "qd-note") if lines else ""


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
