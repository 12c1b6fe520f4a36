"""The page: puts form, areas and runs together. Everything slow happens in other processes, every change of a widget in one thread:
the kernel's own, where the browser's messages come in and the ``writer`` works."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.inspect_client import LOST, Inspector
from qdiffgui.runs.record import RunState
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import machine
from qdiffgui.ui.acts import Acts
from qdiffgui.ui.address import follow_address
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.area import Area
from qdiffgui.ui.areas import AREAS
from qdiffgui.ui.following import Following, follow
from qdiffgui.ui.form import Form
from qdiffgui.ui.form.complaints import in_words
from qdiffgui.ui.inspection import Inspection
from qdiffgui.ui.logbook import Logbook, about_run
from qdiffgui.ui.markup import box, duration, visible
from qdiffgui.ui.panels.report_card import conclusions
from qdiffgui.ui.panels.start import Start
from qdiffgui.ui.widgets import Browser, Tabs
from qdiffgui.ui.writer import Writer


class Page:
    """One page, one kernel. ``root`` is what the notebook displays; ``close`` ends its helpers (runs go on).

    Made where an event loop is running, as in a cell. Nothing can be touched before the address of the page has been followed: the
    form is about to change until then, and would take back what a quick visitor has chosen.
    """

    def __init__(self, store: RunStore | None = None, *, runner: Runner | None = None, inspector: Any = None) -> None:
        self.store = store or RunStore()
        self._runner, self._inspector = runner, inspector
        self.logbook = Logbook(self._about)
        self.alerts = Alerts(self.logbook)
        self.writer = Writer(self.alerts.report)
        self.alerts.watch(self.writer.post)
        self.browser = Browser(self._connected, self._pressed)
        self.run: Following | None = None
        self._refused = ""
        self._idleness = machine.Idleness()
        self._acts = Acts(self)
        self.inspection = Inspection(lambda: self.inspector, self.writer.post, self._inspected)
        self.areas: dict[str, Area] = {}
        self._put_together()
        self._form_changed()
        self._every()
        self.writer.start()
        atexit.register(self.close)

    @property
    def runner(self) -> Runner:
        """Made when a browser connects, or before where the machine is idle; see ``_get_ready``."""
        if self._runner is None:
            self._runner = Runner(self.store, mode="process")
        return self._runner

    @property
    def inspector(self) -> Any:
        if self._inspector is None:
            self._inspector = Inspector()
        return self._inspector

    # ---- putting it together

    def _put_together(self) -> None:
        self.start = Start(lambda twin: self.alerts.catch(lambda: self._start(twin)), self._form_changed)
        self.form = Form(self._form_changed, lambda: self.store.root / ".uploads")
        for made in AREAS:
            self.areas[made.name] = made(self)
        names = list(self.areas)
        self.tabs = Tabs(options=names, value=names[0])
        self.tabs.observe(lambda _: self._show_tab(), "value")
        for name, area in self.areas.items():
            area.root.add_class(f"qd-area-{name.lower()}")
        self._show_tab()
        side = box([box(self.form.root_cards, "qd-choices"), self.start.root], "qd-side")
        above = [area.above for area in self.areas.values() if area.above is not None]
        main = box([self.alerts.root, *above, self.tabs, *(area.root for area in self.areas.values())], "qd-main")
        self.root = box([self.browser, box([side, main], "qd-body"), self.logbook.root], "qd-app is-arriving")

    def _every(self) -> None:
        def seen(act: Callable[[], None]) -> Callable[[], None]:
            return lambda: act() if self.browser.present else None

        self.writer.every(0.09, seen(self._poll))
        self.writer.every(0.1, seen(self.inspection.tick))
        self.writer.every(1.0, seen(self._list))
        self.writer.every(2.0, seen(lambda: self._set(self.browser, "machine", machine.lines())))
        self.writer.every(1.0, self._get_ready)

    def _get_ready(self) -> None:
        """A page kept ready for the next visitor starts its helpers while the machine has nothing else to do."""
        if not self.browser.present and self._runner is None and self._idleness.now():
            _ = self.runner, self.inspector

    def show(self, area: str) -> None:
        """Bring the tab of this name to the front."""
        self.tabs.value = area

    def readdress(self) -> None:
        """Show in the address bar what brings this page back."""
        parts = [area.query for area in self.areas.values()] + ([f"run={self.run.id}"] if self.run else [])
        self.browser.address("&".join(part for part in parts if part))

    def _show_tab(self) -> None:
        for name, area in self.areas.items():
            visible(area.root, name == self.tabs.value)

    @staticmethod
    def _set(widget: Any, name: str, value: Any) -> None:
        if getattr(widget, name) != value:
            setattr(widget, name, value)

    # ---- the browser

    def _connected(self, query: dict[str, str]) -> None:
        """A page has connected (or connected again): do what its address says, else go on with what is running."""
        self.alerts.catch(lambda: follow_address(self, query))
        self.root.remove_class("is-arriving")
        self.alerts.catch(lambda: self.runner)

    def _pressed(self, name: str) -> None:
        """A button of the header."""
        if name == "log":
            self.logbook.toggle()
        else:
            self.show("Train")

    def _about(self) -> str:
        choice = self.form.experiment
        return f"Choice: {choice.model_dump_json() if choice else self.form.settings()}\n{about_run(self.run)}"

    # ---- the form

    def _form_changed(self) -> None:
        if not self.areas:
            return
        self._refused = ""
        blockers = self._blockers()
        self.inspection.ask(None if blockers else self.form.experiment)
        for area in self.areas.values():
            area.chosen()
        if blockers:
            self._refuse(" ".join(blockers))
        self.start.wait()
        self.start.offer(self.form.experiment, self.form.twin())
        self.start.show(blockers)

    def _blockers(self) -> list[str]:
        problems = list(self.form.problems)
        config = self.form.experiment
        if config is not None and config.data.kind == "file" and not config.data.path:
            problems.append("No file is chosen: upload one, or give its path.")
        return problems or ([self._refused] if self._refused else [])

    def _refuse(self, sentence: str) -> None:
        for area in self.areas.values():
            area.refused(sentence)

    def _inspected(self, config: Experiment, result: dict[str, Any] | None, error: str | None) -> None:
        if result is not None:
            for area in self.areas.values():
                area.inspected(config, result)
            self.start.cost(result)
            self.start.show([])
            return
        sentence = in_words(error or "This choice could not be prepared.")
        lost = error == LOST  # that says nothing about the choice: it may still be trained
        self._refused = "" if lost else sentence
        self._refuse(sentence)
        self.start.show(self._blockers(), sentence if lost else "")

    # ---- runs

    def _start(self, twin: bool = False) -> None:
        config = self.form.experiment
        if config is None or self._blockers():
            raise UserError("This run cannot start yet: " + " ".join(self._blockers()))
        name = config.name or self._automatic_name(config)
        other = self.form.twin() if twin else None
        self.open(self.submit(config.model_copy(update={"name": name})).id)
        if other is not None:
            self.submit(other[1])
        self.show("Train")
        self.browser.show_results()
        self.browser.announce(f"Training of {name} has started.")

    def submit(self, config: Experiment) -> RunDirectory:
        """Queue a training; raises ``UserError``."""
        return self.runner.submit(config)

    def _automatic_name(self, config: Experiment) -> str:
        if self.form.preset.value:
            return catalog.presets[self.form.preset.value].label
        return f"{catalog.models[config.model.kind].label} on {catalog.datasets[config.data.kind].label.lower()}"

    def open(self, name: str) -> None:
        """Follow a run from now on; raises ``UserError`` where there is none of this name."""
        self.run = follow(self.store.get(name))
        for area in self.areas.values():
            area.open(self.run)
        self.readdress()
        if self.tabs.value == "Explore":
            self.show("Train")
        self.look()

    def close_run(self) -> None:
        """Follow no run any more."""
        self.run = None
        self.readdress()
        for area in self.areas.values():
            area.open(None)

    def act(self, op: str, name: str) -> None:
        """Do what a button says to the run ``name``, and show what goes wrong; see ``Acts``."""
        self.alerts.catch(lambda: self._acts(op, name))

    # ---- looking, again and again

    def look(self) -> None:
        """Look at the runs soon, without waiting for the next round."""
        self.writer.post("poll", self._poll)
        self.writer.post("list", self._list)

    def _poll(self) -> None:
        run = self.run
        if run is None:
            return
        if not run.run.exists():
            self.close_run()
            self.alerts.tell(f"The run '{run.state.name}' is not there any more: it was deleted elsewhere.")
            return
        changes = run.poll()
        for area in self.areas.values():
            area.update(run, changes)
        if changes.report and not changes.reset:
            self.browser.announce(" ".join([f"The run {run.state.name} is finished.", *conclusions(run.report or {})]))

    def truth(self, run: Following) -> dict[str, Any] | None:
        """A picture of the data of ``run``, where one is at hand."""
        return run.truth or self.inspection.data_of(run)

    def _list(self) -> None:
        states = self.store.list()
        for area in self.areas.values():
            area.listed(states)
        self._head(states)

    def _head(self, states: Sequence[RunState]) -> None:
        """The open run and the number of others at work, in the header and beside the tab of Train."""
        state = self.run.state if self.run else None
        active = [other for other in states if other.status in ACTIVE]
        others = sum(other.id != (state.id if state else "") for other in active)
        words = f"{others} other run{'s' if others > 1 else ''} at work" if others else ""
        left = f" · {duration(state.eta)} left" if state and state.status == "running" and state.eta is not None else ""
        shown = {"name": state.name, "status": str(state.status)} if state else {}
        if state and state.status in ACTIVE:
            shown["detail"] = f"{100 * state.fraction:.0f} %{left}"
        self._set(self.browser, "run", shown | ({"others": words} if words else {}))
        self._set(self.tabs, "badges", {"Train": str(len(active))} if len(active) > 1 else {})

    def close(self) -> None:
        """End the helpers of the page. Runs go on in their own processes."""
        atexit.unregister(self.close)
        for area in self.areas.values():
            area.close()
        self.writer.close()
        for helper in (self._inspector, self._runner):
            if helper is not None:
                helper.close()
