"""While it trains: progress, loss and gradient, figure of merit against its floor, samples as they improve, and what else is at work.
Afterwards: what came out."""

from __future__ import annotations

from collections.abc import Sequence

from qdiffgui import plots
from qdiffgui.plots.metric import LIVE
from qdiffgui.runs.record import RunState
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui import markup as m
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.form.complaints import in_words
from qdiffgui.ui.logbook import about_run
from qdiffgui.ui.markup import box, bullets, button, card, esc, note, title, view, visible
from qdiffgui.ui.panels.at_work import AtWork
from qdiffgui.ui.panels.report_card import conclusions
from qdiffgui.ui.widgets import Film, Plot

_OPERATIONS = [
    ("pause", "Pause", ""), ("resume", "Resume", "qd-primary"), ("step", "One step", ""), ("cancel", "Stop", "qd-danger"),
    ("copy", "Use these settings", ""),
]  # fmt: skip
_WHAT_NOW = {
    "failed": "Change what the sentence names with “Use these settings”, or resume from the last checkpoint. The report says the rest.",
    "interrupted": "Resume goes on from the last checkpoint.",
}


class Train(Area):
    """The open run while it trains, and what can be done with it; ``update`` draws what a poll brought."""

    name = "Train"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._log_axis = True
        self.at_work = AtWork(host)
        self.none = view(m.empty("No run is open. Press Start training, or open a run in Compare."))
        self.head = view("")
        self.bar = view("")
        self.figures = view("")
        self.message = view("")
        self.stale = view("")
        self.buttons = {op: button(text, lambda op=op: self._act(op), f"{css} qd-do-{op}") for op, text, css in _OPERATIONS}
        self.outcome = view("")
        self.curves = Plot(height=440, label="Loss and norm of the gradient against training step")
        self.metric = Plot(height=400, label="Figure of merit against training step, with its floor and trivial generators")
        self.metric_note = view("")
        self.samples = Film(label="Generated samples")
        self.samples_note = view("")
        self.log = view("")
        self.body = box(self._cards(), "qd-panel")
        visible(self.body, False)
        self.root = box([self.at_work.root, self.none, self.body], "qd-panel")

    def _cards(self) -> list:
        controls = box(list(self.buttons.values()), "qd-row")
        curves = card(title("Loss, and the norm of its gradient"), self.curves)
        quality = card(title("Quality", "lower is better"), self.metric, self.metric_note)
        further = [button("See its samples", lambda: self.host.show("Samples")), button("Whole report", self._to_report)]
        self.outcome_card = card(title("What came out"), self.outcome, box(further, "qd-row"), css="qd-outcome")
        visible(self.outcome_card, False)
        return [
            card(self.head, self.bar, self.figures, self.message, controls, self.stale, css="qd-run-card"),
            self.outcome_card,
            box([curves, quality], "qd-grid-2"),
            card(title("What the model generates now"), self.samples_note, self.samples),
            card(self.log),
        ]

    def open(self, run: Following | None) -> None:
        """Show ``run`` from the beginning, or none."""
        visible(self.none, run is None)
        visible(self.body, run is not None)
        visible(self.outcome_card, False)
        self.samples.film = {}
        self.samples_note.value = note("The first samples appear a second after training begins.")
        self.chosen()

    def chosen(self) -> None:
        """Say where the form has gone on from the settings of the open run."""
        run, choice = self.host.run, self.host.form.experiment
        other = run is not None and choice is not None and choice.digest() != run.config.digest()
        words = note("Trained with other settings than those that stand on the left now.") if other else ""
        if self.stale.value != words:
            self.stale.value = words

    def listed(self, states: Sequence[RunState]) -> None:
        self.at_work.show(states, self.host.run.id if self.host.run else "")

    def _act(self, op: str) -> None:
        self.host.act(op, self.host.run.id if self.host.run else "")

    def _to_report(self) -> None:
        self.host.areas["Compare"].tick(self.host.run.id if self.host.run else "")
        self.host.show("Compare")

    def update(self, run: Following, changes: Changes) -> None:
        self._curves(run, changes)
        if changes.report or changes.reset:
            visible(self.outcome_card, run.report is not None)
            self.outcome.value = bullets(conclusions(run.report), "qd-verdict") if run.report else ""
        if changes.metrics or changes.reset:
            self._quality(run)
        if (changes.samples or changes.film) and run.samples is not None:
            truth = self.host.truth(run)
            self.samples.picture(run.samples, truth if truth and truth["kind"] == run.samples["kind"] else None)
            self.samples_note.value = note(f"Drawn at step {run.samples_step}.")
        if changes.state or changes.reset:
            self._status(run)
        if changes.log or changes.state or changes.reset:
            self._log(run)

    def _curves(self, run: Following, changes: Changes) -> None:
        """Points are added to a curve; it is drawn anew where it begins, or where a loss of zero or below ends its logarithmic axis."""
        fresh = changes.losses[1]
        begins = len(run.losses[0]) == len(fresh)
        leaves_log = self._log_axis and min(fresh, default=1.0) <= 0
        if changes.reset or (fresh and (begins or leaves_log)):
            figure = plots.training(run.losses, run.norms)
            self._log_axis = figure.layout.yaxis.type == "log"
            self.curves.show(figure)
        elif fresh:
            self.curves.extend({0: changes.losses, 1: changes.norms})

    def _quality(self, run: Following) -> None:
        beside = run.beside
        figure = plots.metric(
            run.metrics, beside.floor, LIVE, spread=beside.spread, trivial=beside.trivial, n=beside.n
        )  # fmt: skip
        self.metric.show(figure)
        counted = f"{beside.n} generated against {beside.n} held-out samples, and so for the floor (with its spread over draws) and the "
        words = counted + "trivial generators: so few scatter. The final report looks at many more." if beside.n else ""
        if self.metric_note.value != note(words):
            self.metric_note.value = note(words)

    def _status(self, run: Following) -> None:
        state = run.state
        phase = f" · {esc(state.phase)}" if state.phase and state.status in ACTIVE else ""
        name = f"<span>{esc(state.name)}</span><small>{esc(run.id)}{phase}</small>"
        self.head.value = f'<h2 class="qd-title">{m.pill(state.status)}{name}</h2>'
        self.bar.value = m.progress(state.fraction, "Training")
        pairs = [
            ("Step", f"{state.step} / {state.total or '?'}"), ("Trained for", m.duration(state.seconds)),
            *([("Time left", m.duration(state.eta))] if state.status == "running" else []),
            ("Loss", m.quantity(state.loss)), ("Parameters", m.quantity(state.n_parameters or None)), ("Seed", str(state.seed)),
        ]  # fmt: skip
        self.figures.value = m.facts(pairs)
        self.message.value = self._message(run)
        for name, made in self.buttons.items():
            shown = name in state.actions
            made.disabled = not shown
            visible(made, shown)
        self.buttons["cancel"].description = "Stop"
        if state.status == "cancelling":
            self.stopping()

    def _message(self, run: Following) -> str:
        state = run.state
        if state.status == "failed":
            panel = m.panel(in_words(state.message) or "The training failed.", _WHAT_NOW["failed"], about_run(run))
            return f'<div class="qd-alert">{panel}</div>'
        if state.status == "queued" and not state.message:
            return m.note("It waits for a free CPU thread: the runs before it come first.")
        words = in_words(state.message)
        if state.status in _WHAT_NOW and "esume" not in words:
            words = f"{words} {_WHAT_NOW[state.status]}".strip()
        return f'<div class="qd-alert is-note" role="alert"><p>{esc(words)}</p></div>' if words else ""

    def stopping(self) -> None:
        """The wish to stop is on its way: said at once, before the worker has finished what it was drawing."""
        visible(self.buttons["cancel"], True)
        self.buttons["cancel"].disabled = True
        self.buttons["cancel"].description = "Stopping …"

    def _log(self, run: Following) -> None:
        text = "\n".join([*run.notes, *([run.failure] if run.failure else [])])
        tail = run.run.log(4000)
        self.log.value = m.drawer(
            "Log of the run", "\n\n".join(part for part in (text, tail) if part) or "Nothing yet.", keep="run-log"
        )
