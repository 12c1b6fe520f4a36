"""The open run. During training: progress, loss and gradient norm, metrics with their floor,
current samples and the queue. Afterwards: the result.
"""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as w

from qdiffgui import plots
from qdiffgui.plots.metric import LINEAR, LIVE
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui import markup as m
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.form.validation_messages import in_words
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.logbook import about_run
from qdiffgui.ui.markup import box, bullets, button, card, esc, note, title, view, visible
from qdiffgui.ui.panels.ablation_card import Ablation
from qdiffgui.ui.panels.queue_card import QueueCard
from qdiffgui.ui.panels.report_card import conclusions
from qdiffgui.ui.widgets import Animation, Plot

_OPERATIONS = [
    ("pause", "Pause", ""),
    ("resume", "Resume", "qd-primary"),
    ("step", "Step once", ""),
    ("cancel", "Stop", "qd-danger"),
    ("copy", "Use these settings", ""),
]
_WHOLE, _HALF = 400, 250  # heights of the plots of the quality, alone and with the AUC
_CURVES, _TALL = 440, 700  # of the loss and its gradient next to them
_AUC = (
    "0.5: the classifier cannot tell generated from held-out samples. It is asked at a few "
    "checkpoints, with the same random numbers each time. The classifiers of the report are "
    "stronger and see more samples: expect a larger AUC there."
)
_WHAT_NOW = {
    "failed": (
        "Fix the named setting with “Use these settings”, or resume from the last "
        "checkpoint. The report has the details."
    ),
    "interrupted": "Resume continues from the last checkpoint.",
}


class Train(Area):
    """The open run and its controls; ``update`` draws what a poll found."""

    name = "Train"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._log_axis = True
        self.queue_card = QueueCard(host)
        self.none = view(m.empty("No run is open. Press Start training, or open a run in Compare."))
        self.head = view("")
        self.bar = view("")
        self.facts = view("")
        self.message = view("")
        self.stale = view("")
        self.buttons = {
            op: button(text, lambda op=op: self._act(op), f"{css} qd-do-{op}")
            for op, text, css in _OPERATIONS
        }
        self.outcome = view("")
        self.curves = Plot(height=_CURVES, label="Loss and gradient norm versus training step")
        self.metric = Plot(
            height=_WHOLE,
            label="Metric versus training step, with the floor and the trivial generators",
        )
        self.metric_note = view("")
        self.auc = Plot(height=_HALF, label="AUC of a small classifier versus training step")
        self.auc_note = view("")
        self.auc_box = box([self.auc, self.auc_note], "qd-panel")
        self.samples = Animation(label="Generated samples")
        self.samples_note = view("")
        self.log = view("")
        self.body = box(self._cards(), "qd-panel")
        visible(self.body, False)
        self.root = box([self.queue_card.root, self.none, self.body], "qd-panel")

    def _cards(self) -> list[w.Widget]:
        controls = box(list(self.buttons.values()), "qd-row")
        curves = card(title("Loss and gradient norm"), self.curves)
        quality = card(
            title("Quality", "lower is better"), self.metric, self.metric_note, self.auc_box
        )
        further = [
            button("Show samples", lambda: self.host.show("Samples")),
            button("Show full report", self._to_report),
        ]
        self.outcome_card = card(
            title("Result"), self.outcome, box(further, "qd-row"), css="qd-outcome"
        )
        visible(self.outcome_card, False)
        self.ablation = Ablation(self.host)
        self.ablation_card = card(
            title("Ablation", "what the circuit, its entanglement and its training are worth"),
            self.ablation.root,
        )
        visible(self.ablation_card, False)
        return [
            card(
                self.head,
                self.bar,
                self.facts,
                self.message,
                controls,
                self.stale,
                css="qd-run-card",
            ),
            self.outcome_card,
            box([curves, quality], "qd-grid-2"),
            self.ablation_card,
            card(title("Current samples"), self.samples_note, self.samples),
            card(self.log),
        ]

    def open(self, run: LiveRun | None) -> None:
        """Show ``run`` from its start, or the empty state."""
        visible(self.none, run is None)
        visible(self.body, run is not None)
        visible(self.outcome_card, False)
        self.ablation.open(run)
        visible(self.ablation_card, False)
        self.samples.trajectory = {}
        self.samples_note.value = note("The first samples appear shortly after training starts.")
        self.choice_changed()

    def choice_changed(self) -> None:
        """Note when the form differs from the settings of the open run."""
        run, choice = self.host.run, self.host.form.experiment
        other = run is not None and choice is not None and choice.digest() != run.config.digest()
        words = (
            note("This run was trained with settings that differ from the form.") if other else ""
        )
        if self.stale.value != words:
            self.stale.value = words

    def runs_listed(self, states: Sequence[RunState]) -> None:
        self.queue_card.show(states, self.host.run.id if self.host.run else "")
        if "is-hidden" not in self.ablation_card._dom_classes:
            self.ablation.refresh()

    def _act(self, op: str) -> None:
        self.host.act(op, self.host.run.reference if self.host.run else "")

    def _to_report(self) -> None:
        """Show the report in Compare; that of a run of a sweep or a study in Export."""
        run = self.host.run
        if run is not None and run.reference != run.id:
            return self.host.show("Export")
        for name, area in self.host.areas.items():
            if run is not None and area.show_report(run.id):
                self.host.show(name)

    def update(self, run: LiveRun, changes: Changes) -> None:
        self._curves(run, changes)
        if changes.report or changes.reset:
            visible(self.outcome_card, run.report is not None)
            self._offer_ablation(run)
            self.outcome.value = (
                bullets(conclusions(run.report), "qd-verdict") if run.report else ""
            )
        if changes.metrics or changes.reset:
            self._quality(run)
        if (changes.samples or changes.trajectory) and run.samples is not None:
            truth = self.host.truth(run)
            self.samples.picture(
                run.samples, truth if truth and truth["kind"] == run.samples["kind"] else None
            )
            self.samples_note.value = note(f"Sampled at step {m.plain(run.samples_step)}.")
        if changes.state or changes.reset:
            self._status(run)
        if changes.log or changes.state or changes.reset:
            self._log(run)

    def _offer_ablation(self, run: LiveRun) -> None:
        """Only a finished run with a circuit can be ablated."""
        shown = run.report is not None and run.config.model.has_circuit
        if shown:
            self.ablation.open(run)
        visible(self.ablation_card, shown)

    def _curves(self, run: LiveRun, changes: Changes) -> None:
        """Add points to the curves; redraw at the start, and when a loss of zero or less rules
        out a logarithmic axis.
        """
        fresh = changes.losses[1]
        begins = len(run.losses[0]) == len(fresh)
        leaves_log = self._log_axis and min(fresh, default=1.0) <= 0
        if changes.reset or (fresh and (begins or leaves_log)):
            curves = plots.training(run.losses, run.norms)
            self._log_axis = curves.layout.yaxis.type == "log"
            self.curves.show(curves)
        elif fresh:
            self.curves.extend({0: changes.losses, 1: changes.norms})

    def _quality(self, run: LiveRun) -> None:
        live = run.last_metrics
        series = {key: curve for key, curve in run.metrics.items() if key not in LINEAR}
        aucs = {key: curve for key, curve in run.metrics.items() if key in LINEAR}
        visible(self.auc_box, bool(aucs))
        self.metric.height = _HALF if aucs else _WHOLE
        self.curves.height = _TALL if aucs else _CURVES
        self.metric.show(
            plots.metric(
                series, live.floor, LIVE, spread=live.spread, trivial=live.trivial, n=live.n
            )
        )
        if aucs:
            self.auc.show(
                plots.metric(aucs, live.floor, LIVE, spread=live.spread, n=live.n, linear=True)
            )
        words = ""
        if live.n:
            words = (
                f"Each point compares {live.n} generated with {live.n} held-out samples, and so do "
                f"the floor and the trivial generators. Expect scatter. {_report_differs(run)}"
            )
        for widget, text in ((self.metric_note, words), (self.auc_note, _AUC if aucs else "")):
            if widget.value != note(text):
                widget.value = note(text)

    def _status(self, run: LiveRun) -> None:
        state = run.state
        phase = f" · {esc(state.phase)}" if state.phase and state.status in ACTIVE else ""
        name = f"<span>{esc(state.name)}</span><small>{esc(run.reference)}{phase}</small>"
        self.head.value = f'<h2 class="qd-title">{m.pill(state.status)}{name}</h2>'
        self.bar.value = m.progress(state.fraction, "Training")
        pairs = [
            ("Step", f"{m.plain(state.step)} / {m.plain(state.total) if state.total else '?'}"),
            ("Training time", m.duration(state.seconds)),
            *([("Time left", m.duration(state.eta))] if state.status == "running" else []),
            ("Loss", m.format_number(state.loss)),
            ("Parameters", m.format_number(state.n_parameters or None)),
            ("Seed", m.plain(state.seed)),
        ]
        self.facts.value = m.facts(pairs)
        self.message.value = self._message(run)
        for name, made in self.buttons.items():
            shown = name in state.actions
            made.disabled = not shown
            visible(made, shown)
        self.buttons["cancel"].description = "Stop"
        if state.status == "cancelling":
            self.stopping()

    def _message(self, run: LiveRun) -> str:
        state = run.state
        if state.status == "failed":
            panel = m.panel(
                in_words(state.message) or "Training failed.",
                _WHAT_NOW["failed"],
                about_run(run),
            )
            return f'<div class="qd-alert">{panel}</div>'
        if state.status == "queued" and not state.message:
            return m.note("Queued: waiting for a free CPU thread.")
        words = in_words(state.message)
        if state.status in _WHAT_NOW and "esume" not in words:
            words = f"{words} {_WHAT_NOW[state.status]}".strip()
        return (
            f'<div class="qd-alert is-note" role="alert"><p>{esc(words)}</p></div>' if words else ""
        )

    def stopping(self) -> None:
        """Show at once that a stop was requested; the worker may still finish a step."""
        visible(self.buttons["cancel"], True)
        self.buttons["cancel"].disabled = True
        self.buttons["cancel"].description = "Stopping …"

    def _log(self, run: LiveRun) -> None:
        text = "\n".join([*run.notes, *([run.failure] if run.failure else [])])
        tail = run.run.log(4000)
        self.log.value = m.drawer(
            "Run log",
            "\n\n".join(part for part in (text, tail) if part) or "No messages yet.",
            keep="run-log",
        )


def _report_differs(run: LiveRun) -> str:
    """How the metrics of the final report differ from those during training."""
    if "wasserstein" in run.last_metrics.values:
        return (
            "The final report uses more samples: distances and their floor are smaller there, so "
            "compare each with its own floor."
        )
    return (
        "The final report measures other quantities, with more samples: do not compare its values "
        "with these."
    )
