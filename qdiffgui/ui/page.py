"""The page: puts form, panels and runs together. Everything slow happens in other processes, every change of a widget in one thread:
the kernel's own, where the browser's messages come in and the ``writer`` works."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.runs.inspect_client import Inspector
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.state import ACTIVE
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import machine
from qdiffgui.ui.alerts import Alerts
from qdiffgui.ui.following import Following, follow
from qdiffgui.ui.form import Form
from qdiffgui.ui.markup import box, duration, quantity, visible
from qdiffgui.ui.panels.compare import Compare
from qdiffgui.ui.panels.explore import Explore
from qdiffgui.ui.panels.export import Export
from qdiffgui.ui.panels.samples import Samples
from qdiffgui.ui.panels.start import Start
from qdiffgui.ui.panels.train import Train
from qdiffgui.ui.widgets import Browser
from qdiffgui.ui.writer import Writer

TABS = ["Explore", "Train", "Samples", "Compare", "Export"]
DEBOUNCE = 0.35


class Page:
    """One page, one kernel. ``root`` is what the notebook displays; ``close`` ends its helpers (runs go on).

    Made where an event loop is running, as in a cell. Nothing can be touched before the address of the page has been followed: the
    form is about to change until then, and would take back what a quick visitor has chosen.
    """

    def __init__(self, store: RunStore | None = None, *, runner: Runner | None = None, inspector: Any = None) -> None:
        self.store = store or RunStore()
        self._runner, self._inspector = runner, inspector
        self.alerts = Alerts()
        self.writer = Writer(self.alerts.report)
        self.alerts.watch(self.writer.post)
        self.browser = Browser(self._connected)
        self.run: Following | None = None
        self.compared: list[Following] = []
        self._asked_at: float | None = None
        self._inspected: dict[str, Any] | None = None
        self._inspected_digest = ""
        self._refused = ""
        self._idleness = machine.Idleness()
        self._make_panels()
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

    def _make_panels(self) -> None:
        self.start = Start(lambda: self.alerts.catch(self._start))
        self.explore = Explore()
        self.train = Train(lambda op: self.alerts.catch(lambda: self._act(op, self.run.id if self.run else "")))
        self.samples = Samples()
        self.compare = Compare(lambda op, name: self.alerts.catch(lambda: self._act(op, name)), self._chosen)
        self.export = Export(self.browser, self.train.loss, self.samples.histograms, self.alerts.catch)
        self.form = Form(self._form_changed, lambda: self.store.root / ".uploads")
        panels = [self.explore, self.train, self.samples, self.compare, self.export]
        self.tabs = w.ToggleButtons(options=TABS, value=TABS[0])
        self.tabs.add_class("qd-tabs")
        self.tabs.observe(lambda _: self._show_tab(), "value")
        self.panels = dict(zip(TABS, (panel.root for panel in panels), strict=True))
        for name, root in self.panels.items():
            root.add_class(f"qd-area-{name.lower()}")
        self._show_tab()
        side = box([box(self.form.root_cards, "qd-choices"), self.start.root], "qd-side")
        main = box([self.alerts.root, self.tabs, *self.panels.values()], "qd-main")
        self.root = box([self.browser, box([side, main], "qd-body")], "qd-app is-arriving")

    def _every(self) -> None:
        def seen(act: Callable[[], None]) -> Callable[[], None]:
            return lambda: act() if self.browser.present else None

        self.writer.every(0.2, seen(self._poll))
        self.writer.every(0.1, seen(self._ask_inspector))
        self.writer.every(1.0, seen(self._list))
        self.writer.every(2.0, seen(lambda: self._set(self.browser, "machine", machine.lines())))
        self.writer.every(1.0, self._get_ready)

    def _get_ready(self) -> None:
        """A page kept ready for the next visitor starts its helpers while the machine has nothing else to do."""
        if not self.browser.present and self._runner is None and self._idleness.now():
            _ = self.runner, self.inspector

    def _show_tab(self) -> None:
        for name, root in self.panels.items():
            visible(root, name == self.tabs.value)

    @staticmethod
    def _set(widget: Any, name: str, value: Any) -> None:
        if getattr(widget, name) != value:
            setattr(widget, name, value)

    # ---- the address

    def _connected(self, query: dict[str, str]) -> None:
        """A page has connected (or connected again): do what its address says, else go on with what is running."""
        self.alerts.catch(lambda: self._follow_address(query))
        self.root.remove_class("is-arriving")
        self.alerts.catch(lambda: self.runner)

    def _follow_address(self, query: dict[str, str]) -> None:
        if "preset" in query:
            self.form.choose(query["preset"])
        if "run" in query:
            self.open(query["run"])
            self._show_settings(self.run.config)
            return
        if self.run is None and "preset" not in query:
            going = next((state for state in self.store.list() if state.status in ACTIVE), None)
            if going is not None:
                self.open(going.id)
                self._show_settings(self.run.config)

    # ---- the form

    def _show_settings(self, config: Experiment) -> None:
        """Bring the form back to the settings of a run, under the name of the preset they came from."""
        digest = config.digest()
        known = (key for key, entry in catalog.presets.items() if entry.load().digest() == digest)
        self.form.load(config, next(known, ""))

    def _form_changed(self) -> None:
        if not hasattr(self, "form"):
            return
        self._refused = ""
        self._asked_at = time.monotonic()
        self.explore.explain(self.form.model.kind, str(self.form.model.get().get("ansatz", "")))
        self.explore.wait()
        self.start.cost([])
        self._show_start()

    def _show_start(self) -> None:
        self.start.show(self._blockers())

    def _blockers(self) -> list[str]:
        problems = list(self.form.problems)
        config = self.form.experiment
        if config is not None and config.data.kind == "file" and not config.data.path:
            problems.append("No file is chosen: upload one, or give its path.")
        return problems or ([self._refused] if self._refused else [])

    def _ask_inspector(self) -> None:
        if not self.browser.present or self._asked_at is None or time.monotonic() - self._asked_at < DEBOUNCE:
            return
        self._asked_at = None
        config = self.form.experiment
        blockers = self._blockers()
        if config is None or blockers:
            self.explore.refuse(" ".join(blockers))
            return
        digest = config.digest()

        def answered(result: dict[str, Any] | None, error: str | None) -> None:
            self.writer.post("inspect", lambda: self._inspection(digest, result, error))

        self.inspector.request(config, answered)

    def _inspection(self, digest: str, result: dict[str, Any] | None, error: str | None) -> None:
        now = self.form.experiment
        if now is None or now.digest() != digest:
            return
        if result is None:
            self._refused = error or "This choice could not be prepared."
            self.explore.refuse(self._refused)
            self._show_start()
            return
        self._inspected, self._inspected_digest = result, digest
        self.explore.show(result)
        facts = result["facts"]
        pairs = [("Parameters", quantity(facts.get("n_parameters"))), ("Time", duration(result["estimate"]["seconds"]))]
        if "n_qubits" in facts:
            pairs.insert(0, ("Qubits", str(facts["n_qubits"])))
        self.start.cost(pairs)
        self._show_start()

    # ---- runs

    def _start(self) -> None:
        config = self.form.experiment
        if config is None or self._blockers():
            raise UserError("This run cannot start yet: " + " ".join(self._blockers()))
        name = config.name or self._automatic_name(config)
        run = self.runner.submit(config.model_copy(update={"name": name}))
        self.open(run.id)
        self.tabs.value = "Train"
        self.browser.show_results()
        self.browser.announce(f"Training of {name} has started.")

    def _automatic_name(self, config: Experiment) -> str:
        if self.form.preset.value:
            return catalog.presets[self.form.preset.value].label
        return f"{catalog.models[config.model.kind].label} on {catalog.datasets[config.data.kind].label.lower()}"

    def open(self, name: str) -> None:
        """Follow a run from now on; raises ``UserError`` where there is none of this name."""
        self.run = follow(self.store.get(name))
        self.train.open(self.run)
        self.samples.open(self.run)
        self.export.open(self.run)
        self.browser.address(f"run={self.run.id}")
        if self.tabs.value == "Explore":
            self.tabs.value = "Train"
        self.writer.post("poll", self._poll)
        self.writer.post("list", self._list)

    def _act(self, op: str, name: str) -> None:
        if op == "open":
            self.open(name)
            self.tabs.value = "Train"
        elif op == "copy":
            self.form.load(self.store.get(name).config())
            self.tabs.value = "Explore"
        elif op == "delete":
            self._delete(name)
        elif op == "resume":
            self.runner.resume(name)
            if self.run is None or self.run.id != name:
                self.open(name)
        elif op == "pause":
            self.runner.pause(name)
        elif op == "cancel":
            self.runner.cancel(name)
            self.train.stopping()
        self.writer.post("poll", self._poll)
        self.writer.post("list", self._list)

    def _delete(self, name: str) -> None:
        label = self.store.get(name).state().name
        self.store.delete(name)
        if self.run is not None and self.run.id == name:
            self._close_run()

        def undo() -> None:
            self.store.restore(name)
            self.writer.post("list", self._list)

        self.alerts.tell(f"The run '{label}' was deleted.", offer="Undo", act=undo)

    def _close_run(self) -> None:
        self.run = None
        self.browser.run = {}
        self.browser.address("")
        for panel in (self.train, self.samples, self.export):
            panel.open(None)

    def _chosen(self, names: list[str]) -> None:
        def choose() -> None:
            self.compared = [follow(self.store.get(name)) for name in names]
            for run in self.compared:
                run.poll()
            self.compare.show(self.compared)

        self.writer.post("compare", choose)

    # ---- looking, again and again

    def _poll(self) -> None:
        run = self.run
        if run is None:
            return
        if not run.run.exists():
            self._close_run()
            return
        changes = run.poll()
        self.train.update(run, changes, run.truth or self._truth_of(run))
        self.samples.update(run, changes)
        if changes.state or changes.report or changes.film or changes.reset:
            self.export.refresh()
            state = run.state
            percent = f"{100 * state.fraction:.0f} %" if state.status in ACTIVE else ""
            self._set(self.browser, "run", {"name": state.name, "status": str(state.status), "detail": percent})
        if changes.report and not changes.reset:
            self.browser.announce(f"The run {run.state.name} is finished.")

    def _truth_of(self, run: Following) -> dict[str, Any] | None:
        """The data of the run, where they have just been looked at."""
        if self._inspected is not None and run.config.digest() == self._inspected_digest:
            return self._inspected["data"]
        return None

    def _list(self) -> None:
        self.compare.list(self.store.list(), self.run.id if self.run else "")
        news = [run for run in self.compared if run.state.status in ACTIVE or run.report is None]
        polled = [run.poll() for run in news]
        if any(changes.losses[0] or changes.report for changes in polled):
            self.compare.show(self.compared)

    def close(self) -> None:
        """End the helpers of the page. Runs go on in their own processes."""
        atexit.unregister(self.close)
        self.writer.close()
        for helper in (self._inspector, self._runner):
            if helper is not None:
                helper.close()
