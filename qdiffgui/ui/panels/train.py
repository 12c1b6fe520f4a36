"""While it trains: progress, loss, figure of merit against its floor, samples as they improve."""

from __future__ import annotations

from qdiffgui import plots
from qdiffgui.runs.state import ACTIVE
from qdiffgui.ui import markup as m
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.markup import box, button, card, esc, note, title, view, visible
from qdiffgui.ui.widgets import Film, Plot

METRIC_NAMES = {"w1": "W1 / σ of the data", "wasserstein": "Wasserstein distance"}


class Train(Area):
    """The open run while it trains, and what can be done with it; ``update`` draws what a poll brought."""

    name = "Train"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._log_axis = True
        self.none = view(m.empty("No run is open. Choose a preset on the left and press Start training."))
        self.head = view("")
        self.bar = view("")
        self.figures = view("")
        self.message = view("")
        self.buttons = {
            "pause": button("Pause", lambda: self._act("pause")),
            "resume": button("Resume", lambda: self._act("resume"), "qd-primary"),
            "cancel": button("Stop", lambda: self._act("cancel"), "qd-danger"),
            "copy": button("Use these settings", lambda: self._act("copy")),
        }
        for name, made in self.buttons.items():
            made.add_class(f"qd-do-{name}")
        controls = box(list(self.buttons.values()), "qd-row")
        self.loss = Plot(height=300, label="Loss against training step")
        self.metric = Plot(height=300, label="Figure of merit against training step, with its floor")
        self.samples = Film(label="Generated samples")
        self.samples_note = view("")
        self.log = view("")
        self.body = box(
            [
                card(self.head, self.bar, self.figures, self.message, controls, css="qd-run-card"),
                box([card(title("Loss"), self.loss), card(title("Quality", "lower is better"), self.metric)], "qd-grid-2"),
                card(title("What the model generates now"), self.samples_note, self.samples),
                card(self.log),
            ],
            "qd-panel",
        )
        visible(self.body, False)
        self.root = box([self.none, self.body], "qd-panel")

    def open(self, run: Following | None) -> None:
        """Show ``run`` from the beginning, or none."""
        visible(self.none, run is None)
        visible(self.body, run is not None)
        self.samples.film = {}
        self.samples_note.value = note("The first samples appear a second after training begins.")

    def _act(self, op: str) -> None:
        self.host.act(op, self.host.run.id if self.host.run else "")

    def update(self, run: Following, changes: Changes) -> None:
        self._curve(run, changes)
        if changes.metrics or changes.reset:
            self.metric.show(plots.metric(run.metrics, run.floor, METRIC_NAMES))
        if (changes.samples or changes.film) and run.samples is not None:
            truth = self.host.truth(run)
            self.samples.picture(run.samples, truth if truth and truth["kind"] == run.samples["kind"] else None)
            self.samples_note.value = note(f"Drawn at step {run.samples_step}.")
        if changes.state or changes.reset:
            self._status(run)
        if changes.log or changes.state or changes.reset:
            self._log(run)

    def _curve(self, run: Following, changes: Changes) -> None:
        """Points are added to the curve; it is drawn anew where it begins, or where a loss of zero or below ends its logarithmic axis."""
        fresh = changes.losses[1]
        begins = len(run.losses[0]) == len(fresh)
        leaves_log = self._log_axis and min(fresh, default=1.0) <= 0
        if changes.reset or (fresh and (begins or leaves_log)):
            figure = plots.loss({"": run.losses})
            self._log_axis = figure.layout.yaxis.type == "log"
            self.loss.show(figure)
        elif fresh:
            self.loss.extend({0: changes.losses})

    def _status(self, run: Following) -> None:
        state = run.state
        phase = f" · {esc(state.phase)}" if state.phase and state.status in ACTIVE else ""
        name = f"<span>{esc(state.name)}</span><small>{esc(run.id)}{phase}</small>"
        self.head.value = f'<h2 class="qd-title">{m.pill(state.status)}{name}</h2>'
        self.bar.value = m.progress(state.fraction, "Training")
        pairs = [
            ("Step", f"{state.step} / {state.total or '?'}"), ("Trained for", m.duration(state.seconds)),
            ("Time left", m.duration(state.eta) if state.status == "running" and state.eta is not None else "–"),
            ("Loss", m.quantity(state.loss)), ("Parameters", str(state.n_parameters or "–")), ("Seed", str(state.seed)),
        ]  # fmt: skip
        self.figures.value = m.facts(pairs)
        kind = "" if state.status == "failed" else " is-note"
        words = f'<div class="qd-alert{kind}" role="alert"><p>{esc(state.message)}</p></div>'
        self.message.value = words if state.message else ""
        for name, made in self.buttons.items():
            shown = name in state.actions
            made.disabled = not shown
            visible(made, shown)
        self.buttons["cancel"].description = "Stop"
        if state.status == "cancelling":
            self.stopping()

    def stopping(self) -> None:
        """The wish to stop is on its way: said at once, before the worker has finished what it was drawing."""
        visible(self.buttons["cancel"], True)
        self.buttons["cancel"].disabled = True
        self.buttons["cancel"].description = "Stopping …"

    def _log(self, run: Following) -> None:
        text = "\n".join([*run.notes, *([run.failure] if run.failure else [])])
        tail = run.run.log(4000)
        self.log.value = m.drawer("Log", "\n\n".join(part for part in (text, tail) if part) or "Nothing yet.")
