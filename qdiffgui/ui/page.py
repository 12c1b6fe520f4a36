"""The page: connects the form, the areas and the runs. Slow work happens in other processes;
widgets change only in the kernel's thread, which processes the browser's messages and runs the
``writer``.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qdiffgui import catalog
from qdiffgui.background.inspect_client import LOST, Inspector
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.runs import read_only
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.examples import FIRST, example_folder
from qdiffgui.runs.nested import EXAMPLES
from qdiffgui.runs.record import RunState
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import access, machine
from qdiffgui.ui.address import follow_address
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.area import Area
from qdiffgui.ui.areas import AREAS
from qdiffgui.ui.form import Form
from qdiffgui.ui.form.validation_messages import in_words
from qdiffgui.ui.inspection import Inspection
from qdiffgui.ui.live_run import LiveRun, follow
from qdiffgui.ui.logbook import Logbook, about_run
from qdiffgui.ui.markup import box, duration, visible
from qdiffgui.ui.panels.report_card import conclusions
from qdiffgui.ui.panels.start import Start
from qdiffgui.ui.question_queue import QuestionQueue
from qdiffgui.ui.run_actions import RunActions
from qdiffgui.ui.widgets import Browser, Tabs
from qdiffgui.ui.writer import Writer


class Page:
    """One page, one kernel. The notebook displays ``root``; ``close`` ends the helper processes
    (runs continue).

    Create it where an event loop is running, as in a cell. ``query`` is used if the page's address
    requests nothing, as in JupyterLab. Controls stay disabled until the address of the page has
    been applied, because that changes the form and would discard early input.
    """

    def __init__(
        self,
        store: RunStore | None = None,
        *,
        runner: Runner | None = None,
        inspector: Any = None,
        query: Mapping[str, str] | None = None,
    ) -> None:
        self.store = store or RunStore()
        examples = example_folder()
        self._examples = None if examples is None else RunStore(examples)
        self._runner, self._inspector = runner, inspector
        self.access = access.Access(self.store.root)
        self.logbook = Logbook(self._about)
        self.alerts = Alerts(self.logbook)
        self.writer = Writer(self.alerts.report)
        self.alerts.watch(self.writer.post)
        self.questions = QuestionQueue(self.writer.post)
        self.browser = Browser(self._connected, self._pressed)
        self.run: LiveRun | None = None
        self._query = dict(query or {})
        self._refused = ""
        self._idleness = machine.Idleness()
        self._run_actions = RunActions(self)
        self.inspection = Inspection(lambda: self.inspector, self.writer.post, self._inspected)
        self.areas: dict[str, Area] = {}
        self._put_together()
        self._form_changed()
        self._every()
        self.writer.start()
        atexit.register(self.close)

    @property
    def runner(self) -> Runner:
        """Created when a browser connects, or earlier if the machine is idle; see
        ``_get_ready``. Raises ``ReadOnlyError`` on a read-only page.
        """
        read_only.require_changes_allowed()
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
        self.start = Start(
            lambda twin: self.alerts.catch(lambda: self._start(twin)), self._form_changed
        )
        self.form = Form(
            self._form_changed,
            lambda: self.store.root / ".uploads",
            lambda presets: self.alerts.catch(lambda: self._train_points(presets)),
        )
        self.form.draw.on_click(lambda _: self.show("Explore"))
        for made in AREAS:
            self.areas[made.name] = made(self)
        names = list(self.areas)
        self.tabs = Tabs(options=names, value=names[0])
        self.tabs.observe(lambda _: self._show_tab(), "value")
        for name, area in self.areas.items():
            area.root.add_class(f"qd-area-{name.lower()}")
        self._show_tab()
        side = box([box(self.form.root_cards, "qd-choices"), self.start.root], "qd-side")
        banners = [area.banner for area in self.areas.values() if area.banner is not None]
        main = box(
            [
                *(self.access.root, self.alerts.root, *banners, self.tabs),
                *(area.root for area in self.areas.values()),
            ],
            "qd-main",
        )
        self.root = box(
            [self.browser, box([side, main], "qd-body"), self.logbook.root], "qd-app is-arriving"
        )
        self.root.layout.visibility = "hidden"  # also where the style sheet is still on its way

    def _every(self) -> None:
        def seen(act: Callable[[], None]) -> Callable[[], None]:
            return lambda: act() if self.browser.present else None

        self.writer.every(0.09, seen(self._poll))
        self.writer.every(0.1, seen(self.inspection.tick))
        self.writer.every(1.0, seen(self._list))
        self.writer.every(2.0, seen(lambda: self._set(self.browser, "machine", machine.lines())))
        self.writer.every(1.0, self._get_ready)

    def _get_ready(self) -> None:
        """A page waiting for its first visitor starts its helper processes while the machine is
        idle.
        """
        if self.browser.present or self._inspector is not None or not self._idleness.now():
            return
        _ = self.inspector
        if not self.access.read_only:
            _ = self.runner

    def show(self, area: str) -> None:
        """Show the tab of this name."""
        self.tabs.value = area

    def update_address(self) -> None:
        """Update the address bar so that it restores this page."""
        parts = [area.query for area in self.areas.values()] + (
            [f"run={self.run.reference}"] if self.run else []
        )
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
        """A page has connected or reconnected: apply its address, or else follow the active run."""
        self.access.connected(self.root, self.browser)
        self._warn_of_plugins()
        query, self._query = query or self._query, {}
        self.alerts.catch(lambda: follow_address(self, query))
        self.root.layout.visibility = None
        self.root.remove_class("is-arriving")
        if not self.access.read_only:
            self.alerts.catch(lambda: self.runner)

    def _warn_of_plugins(self) -> None:
        """One notice that names each plug-in that cannot be used."""
        broken = [sentence for table in catalog.ALL.values() for sentence in table.broken]
        if broken:
            self.alerts.notify(" ".join(broken))

    def _pressed(self, name: str) -> None:
        """A button of the header."""
        if name == "log":
            self.logbook.toggle()
        elif name == "share":
            self.access.toggle_link()
        else:
            self.show("Train")

    def _about(self) -> str:
        choice = self.form.experiment
        return (
            "Choice: "
            f"{choice.model_dump_json() if choice else self.form.settings()}\n{about_run(self.run)}"
        )

    # ---- the form

    def _form_changed(self) -> None:
        if not self.areas:
            return
        self._refused = ""
        blockers = self._blockers()
        self.inspection.ask(None if blockers else self.form.experiment)
        for area in self.areas.values():
            area.choice_changed()
        config = self.form.experiment
        if config is not None and blockers == [config.data.incomplete]:
            for area in self.areas.values():
                area.choice_incomplete(config.data.incomplete)
        elif blockers:
            self._refuse(" ".join(blockers))
        self.start.wait()
        self.start.offer(self.form.experiment, self.form.twin())
        self.start.show(blockers)

    def _blockers(self) -> list[str]:
        problems = list(self.form.problems)
        config = self.form.experiment
        if config is not None and config.data.incomplete:
            problems.append(config.data.incomplete)
        return problems or ([self._refused] if self._refused else [])

    def _refuse(self, sentence: str) -> None:
        for area in self.areas.values():
            area.choice_rejected(sentence)

    def _inspected(
        self, config: Experiment, result: dict[str, Any] | None, error: str | None
    ) -> None:
        if result is not None:
            for area in self.areas.values():
                area.choice_inspected(config, result)
            self.start.cost(result)
            self.start.show([])
            return
        sentence = in_words(error or "These settings could not be prepared.")
        lost = error == LOST  # that says nothing about the choice: it may still be trained
        self._refused = "" if lost else sentence
        self._refuse(sentence)
        self.start.show(self._blockers(), sentence if lost else "")

    # ---- runs

    def _start(self, twin: bool = False) -> None:
        config = self.form.experiment
        if config is None or self._blockers():
            raise UserError("This run cannot start yet: " + " ".join(self._blockers()))
        if not config.name:
            config = config.model_copy(update={"name": self.form.automatic_name()})
        other = self.form.twin() if twin else None
        run = self.submit(config)
        self.open(run.id)
        if other is not None:
            self.submit(other[1])
        self.show("Train")
        self.browser.show_results()
        self.browser.announce(f"Training of {run.state().name} started.")

    def _train_points(self, presets: Sequence[str]) -> None:
        """Train presets of points on the points that are drawn, and open the first run."""
        chosen = {"data": self.form.data.get(), "seed": self.form.general.get()["seed"]}
        wanted = [
            parse(catalog.presets[key].load().model_dump(mode="json") | chosen) for key in presets
        ]
        if missing := wanted[0].data.incomplete:
            raise UserError(missing)
        runs = [self.submit(config) for config in wanted]
        self.open(runs[0].id)
        self.show("Train")
        self.browser.show_results()
        self.browser.announce(f"Training of {len(runs)} models started.")

    def submit(self, config: Experiment) -> RunDirectory:
        """Queue a training, with a number after its name if another run has this name; raises
        ``UserError``.
        """
        return self.runner.submit(
            config.model_copy(update={"name": self.store.unique_name(config.name)})
        )

    def open(self, name: str) -> None:
        """Open a run, also one of a sweep or a study, and follow it; raises ``UserError`` if it
        does not exist.
        """
        run = self.store.get(name)
        self.run = follow(run, self.store.reference(run))
        for area in self.areas.values():
            area.open(self.run)
        self.update_address()
        if self.tabs.value == "Explore":
            self.show("Train")
        self.refresh()

    def close_run(self) -> None:
        """Close the open run."""
        self.run = None
        self.update_address()
        for area in self.areas.values():
            area.open(None)

    def act(self, op: str, name: str) -> None:
        """Apply the action of a button to the run ``name``; errors are shown."""
        self.alerts.catch(lambda: self._run_actions(op, name))

    # ---- looking, again and again

    def refresh(self) -> None:
        """Refresh the runs in the next round."""
        self.writer.post("poll", self._poll)
        self.writer.post("list", self._list)

    def _poll(self) -> None:
        run = self.run
        if run is None:
            return
        if not run.run.exists():
            self.close_run()
            self.alerts.notify(
                f"Run '{run.state.name}' no longer exists: it was deleted elsewhere."
            )
            return
        changes = run.poll()
        for area in self.areas.values():
            area.update(run, changes)
        if changes.report and not changes.reset:
            self.browser.announce(
                " ".join([f"Run {run.state.name} is finished.", *conclusions(run.report or {})])
            )

    def truth(self, run: LiveRun) -> dict[str, Any] | None:
        """A preview of the data of ``run``, if available."""
        return run.truth or self.inspection.data_of(run)

    def runs(self) -> list[RunState]:
        """The states of the user's runs, newest first, and after them those of the examples, with
        the names by which ``store.get`` finds them as ids.
        """
        shipped = [] if self._examples is None else self._examples.list()
        return [
            *self.store.list(),
            *(one.model_copy(update={"id": f"{EXAMPLES}/{one.id}"}) for one in shipped),
        ]

    def show_example(self) -> None:
        """Open an example and play its animation: what a page without runs shows first."""
        if self._examples is not None:
            self.open(f"{EXAMPLES}/{FIRST}")
            self.areas["Samples"].play()
            self.show("Samples")

    def _list(self) -> None:
        states = self.runs()
        for area in self.areas.values():
            area.runs_listed(states)
        self._head(states)

    def _head(self, states: Sequence[RunState]) -> None:
        """Show the open run and the number of other active runs in the header and on the tab
        Train.
        """
        state = self.run.state if self.run else None
        active = [other for other in states if other.status in ACTIVE]
        others = sum(other.id != (state.id if state else "") for other in active)
        words = f"{others} other run{'s' if others > 1 else ''} active" if others else ""
        left = (
            f" · {duration(state.eta)} left"
            if state and state.status == "running" and state.eta is not None
            else ""
        )
        shown = {"name": state.name, "status": str(state.status)} if state else {}
        if state and state.status in ACTIVE:
            shown["detail"] = f"{100 * state.fraction:.0f}%{left}"
        self._set(self.browser, "run", shown | ({"others": words} if words else {}))
        self._set(self.tabs, "badges", {"Train": str(len(active))} if len(active) > 1 else {})

    def close(self) -> None:
        """End the helper processes. Runs continue in their own processes."""
        atexit.unregister(self.close)
        for area in self.areas.values():
            area.close()
        self.questions.close()
        self.writer.close()
        for helper in (self._inspector, self._runner):
            if helper is not None:
                helper.close()
