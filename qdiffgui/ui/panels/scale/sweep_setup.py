"""Set up a sweep over settings of the form; the number of runs and their time are shown before
it starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as w
import numpy as np

from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.slots import n_cpus
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.plan import Plan, SweepPoint, list_points, make_plan
from qdiffgui.studies.sweep.suggestions import Suggestion, suggest_axes
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    duration,
    esc,
    folded,
    labeled,
    note,
    title,
    view,
    visible,
)
from qdiffgui.ui.panels.scale.sweep_card import SweepCard

N_AXES = 3
NONE = ""
_LOOKED_AT = 3
_HELP = (
    "Values are a list (2,4,8), an integer range (1..6), or a range with a number of points "
    "(0.001..0.1:log:5, where :log spaces them logarithmically). Random and Optuna "
    "searches draw from lists and ranges and train each point with all seeds. A kind of model, "
    "noise or representation comes first: it resets the settings of its part."
)


class Chips:
    """Several of a few words, as toggle buttons. ``value`` holds the chosen ones."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._is_filling = False
        self.options: tuple[tuple[str, str], ...] = ()
        self.root = w.Box()
        self.root.add_class("qd-chips")
        visible(self.root, False)

    def offer(self, options: tuple[tuple[str, str], ...]) -> None:
        """Offer (label, value) pairs; hidden if there are none."""
        if options != self.options:
            self.options = options
            chips = [w.ToggleButton(description=label, tooltip=value) for label, value in options]
            for chip in chips:
                chip.observe(lambda _: self._pressed(), "value")
            self.root.children = chips
        visible(self.root, bool(options))

    @property
    def value(self) -> tuple[str, ...]:
        chosen = zip(self.options, self.root.children)
        return tuple(value for (_, value), chip in chosen if chip.value)

    @value.setter
    def value(self, wanted: Sequence[str]) -> None:
        self._is_filling = True
        for (_, value), chip in zip(self.options, self.root.children):
            chip.value = value in wanted
        self._is_filling = False
        self._changed()

    def _pressed(self) -> None:
        if not self._is_filling:
            self._changed()


class SweepSetupCard:
    """``follow`` is the card that starts and shows the sweep."""

    def __init__(self, host: Host, queue: Any, follow: SweepCard) -> None:
        self.host, self._queue, self._follow = host, queue, follow
        self.base: Experiment | None = None
        self.axes = [(self._dropdown(), self._text()) for _ in range(N_AXES)]
        self.choices = [Chips(self._changed) for _ in range(N_AXES)]
        self._offered: dict[str, Suggestion] = {}
        self._is_filling = False
        self.seeds = self._text("0..2")
        self.search = w.Dropdown(
            options=[
                ("Grid: all combinations", "grid"),
                ("Random", "random"),
                ("Optuna (TPE)", "optuna"),
            ]
        )
        self.trials = w.BoundedIntText(value=12, min=1, max=10_000)
        self.workers = w.BoundedIntText(value=n_cpus(), min=1, max=1024)
        self.scheduler = self._text("", "tcp://HOST:PORT (empty: this machine)")
        self.about = view("", "qd-scale-count")
        self.start = button(
            "Start sweep", lambda: host.alerts.catch(self._start), "qd-primary qd-sweep-start"
        )
        how = (self.seeds, self.search, self.trials, self.workers, self.scheduler)
        for k, (field, _) in enumerate(self.axes):
            field.observe(lambda _, k=k: self._field_chosen(k), "value")
        for widget in (*(values for _, values in self.axes), *how):
            widget.observe(lambda _: self._changed(), "value")
        self.root = self._card()

    def _card(self) -> w.Widget:
        rows = [
            box(
                [labeled(f"Setting {i + 1}", field, values, css="is-axis"), choices.root],
                "qd-group",
            )
            for i, ((field, values), choices) in enumerate(zip(self.axes, self.choices))
        ]
        for row in rows:
            row.layout.grid_gap = "7px"
        self.trials_row = labeled("Trials", self.trials)
        visible(self.trials_row, False)
        left = box([*rows, labeled("Seeds", self.seeds)], "qd-scale-axes")
        right = box(
            [
                labeled("Search", self.search),
                self.trials_row,
                labeled("Workers", self.workers),
                labeled("Scheduler", self.scheduler),
            ],
            "qd-scale-how",
        )
        words = view(folded("Value syntax", note(_HELP), keep="sweep-help"))
        about = title(
            "Sweep over these settings",
            "each training is an ordinary run that opens below; resumes after a crash",
        )
        return card(
            about,
            box([left, right], "qd-grid-2"),
            box([self.start, self.about], "qd-row"),
            words,
            css="qd-changes",
        )

    @staticmethod
    def _dropdown() -> w.Dropdown:
        return w.Dropdown(options=[("none", NONE)], value=NONE)

    @staticmethod
    def _text(value: str = "", placeholder: str = "") -> w.Text:
        return w.Text(value=value, placeholder=placeholder, continuous_update=False)

    # ---- the choice

    def show(self, config: Experiment | None) -> None:
        """Offer the settings of ``config``; choices that still exist are kept."""
        self.base = config
        if config is None:
            return self._say(["The settings are incomplete: see the form."])
        known = suggest_axes(config)
        options = [
            ("none", NONE),
            *((f"{offer.label} · {offer.field}", offer.field) for offer in known),
        ]
        self._offered = {offer.field: offer for offer in known}
        self._is_filling = True
        try:
            for k, (field, _) in enumerate(self.axes):
                before = field.value
                if list(field.options) != options:
                    field.options = options
                    first = self._first() if k == 0 else NONE
                    field.value = before if before in self._offered else first
                self._offer_values(k, keep=field.value == before)
        finally:
            self._is_filling = False
        self._changed()

    def _first(self) -> str:
        return next(
            (name for name in ("model.n_layers", "model.n_parameters") if name in self._offered),
            NONE,
        )

    def _field_chosen(self, k: int) -> None:
        if self._is_filling:
            return
        self._is_filling = True
        try:
            self._offer_values(k)
        finally:
            self._is_filling = False
        self._changed()

    def _offer_values(self, k: int, *, keep: bool = False) -> None:
        """A setting that is a word has a list to choose from, the others a text. Without ``keep``
        the values given so far are those of another setting.
        """
        (field, values), choices = self.axes[k], self.choices[k]
        offer = self._offered.get(field.value)
        options = offer.choices if offer is not None else ()
        chosen = choices.value if keep else ()
        if not keep:
            values.value = ""
        choices.offer(options)
        if offer is not None and options:
            known = {value for _, value in options}
            choices.value = [v for v in chosen if v in known] or offer.values.split(",")
        visible(values, not options)

    def over(self) -> list[str]:
        """The axes in the syntax of ``--over``; a setting without values gets the suggested
        ones.
        """
        found = []
        for (field, values), choices in zip(self.axes, self.choices):
            if field.value:
                offer = self._offered[field.value]
                values.placeholder = offer.values
                given = ",".join(choices.value) if offer.choices else values.value.strip()
                found.append(f"{field.value}={given or offer.values}")
        return found + ([f"seed={self.seeds.value.strip()}"] if self.seeds.value.strip() else [])

    def plan(self) -> tuple[Plan, list[SweepPoint]]:
        """The plan and its points; raises ``ConfigError`` with a message to show."""
        if self.base is None:
            raise UserError("The settings are incomplete: see the form.")
        trials = None if self.search.value == "grid" else self.trials.value
        made = make_plan(
            self.base, self.over(), search=self.search.value, trials=trials, name=self.base.name
        )
        return made, list_points(made)

    def _changed(self) -> None:
        if self._is_filling:
            return
        self._queue.forget(
            "sweep"
        )  # what is being worked out is of values that no longer stand here
        visible(self.trials_row, self.search.value != "grid")
        if self.base is None:
            return
        try:
            plan, found = self.plan()
        except UserError as error:
            return self._say([str(error)])
        count = len(found) or plan.n_runs
        self._say([], f"{count} run{'s' * (count > 1)}: estimating the time …")
        at = (
            np.linspace(0, max(len(found) - 1, 0), min(_LOOKED_AT, max(len(found), 1)))
            .round()
            .astype(int)
        )
        configs = [plan.config(found[i].values) for i in np.unique(at)] if found else [plan.base]
        questions = [
            {"method": "estimate", "config": config.model_dump(mode="json")} for config in configs
        ]
        at_once = 0 if self.scheduler.value.strip() else min(self.workers.value, count)
        self._queue.ask("sweep", questions, lambda answer: self._on_answer(count, at_once, answer))

    def _on_answer(self, count: int, at_once: int, answer: Mapping[str, Any]) -> None:
        if "error" in answer:
            return self._say([answer["error"]])
        mean = float(np.mean([result["seconds"] for result in answer["results"]]))
        if not at_once:
            return self._say([], f"{count} runs, about {duration(mean)} of training each.")
        whole = mean * -(-count // at_once)
        self._say(
            [],
            (
                f"{count} run{'s' * (count > 1)}, about {duration(whole)} of training, "
                f"{at_once} at a time."
            ),
        )

    def _say(self, problems: Sequence[str], words: str = "") -> None:
        self.start.disabled = bool(problems)
        self.about.value = (
            bullets(list(problems), "qd-note")
            if problems
            else f"<p class='qd-count'>{esc(words)}</p>"
        )

    def _start(self) -> None:
        plan, found = self.plan()
        sweep = directory.create(plan, found, self.host.store.root)
        self._follow.start(
            sweep, workers=self.workers.value, scheduler=self.scheduler.value.strip()
        )
        self.host.browser.announce(f"Sweep of {len(found) or plan.n_runs} runs started.")
