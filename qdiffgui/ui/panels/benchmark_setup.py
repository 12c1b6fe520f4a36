"""Set up a benchmark: its line-up, models, seeds, effort and data. The number of runs and their
time are shown before it starts.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as w
from pydantic import ValidationError

from qdiffgui import catalog
from qdiffgui.config import parse
from qdiffgui.errors import UserError
from qdiffgui.runs.read_only import is_read_only
from qdiffgui.runs.slots import n_cpus
from qdiffgui.studies.benchmark.jobs import BenchmarkRequest, Job, Jobs
from qdiffgui.studies.benchmark.lineup import ROLES, Contestant, Lineup
from qdiffgui.studies.benchmark.plan import ModelTime, evaluation_time, expect
from qdiffgui.studies.benchmark.trainings import finished_runs
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import (
    INLINE,
    box,
    bullets,
    button,
    card,
    code,
    duration,
    esc,
    folded,
    note,
    title,
    view,
)
from qdiffgui.ui.widgets import BoundedNumber, Upload

_ASKER = "benchmark"
_ABOUT = (
    "Compares quantum and classical models on the same data and held-out samples. Effort scales "
    "the training iterations of all models: 1 is the published benchmark, 0.1 a quick check."
)


class ModelChoice:
    """The models of a line-up as check boxes, by role. ``value`` holds the keys of the chosen ones
    that fit the data; ``changed()`` is called when a box is ticked.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._is_filling = False
        self._models: tuple[Contestant, ...] = ()
        self.boxes: dict[str, w.Checkbox] = {}
        self.every = button("All models", lambda: self._tick(True), "qd-quiet qd-benchmark-all")
        self.none = button("No models", lambda: self._tick(False), "qd-quiet qd-benchmark-none")
        self.groups = box([], "qd-benchmark-models")
        self.root = box([self.groups, box([self.every, self.none], "qd-row")], "qd-group")

    def offer(self, models: Sequence[Contestant]) -> None:
        """Offer these models, all ticked."""
        self._models = tuple(models)
        self.boxes = {
            model.key: w.Checkbox(value=True, description=model.label, indent=False)
            for model in models
        }
        for ticked in self.boxes.values():
            ticked.observe(lambda _: self._ticked(), "value")
        self.groups.children = tuple(
            box([view(f"<h3>{esc(role.capitalize())}</h3>"), *found], "qd-benchmark-role")
            for key, role in ROLES.items()
            if (found := [self.boxes[model.key] for model in models if model.role == key])
        )

    def show_times(self, times: Mapping[str, ModelTime] | None) -> None:
        """Show the training time of each model; one without a time does not fit the data. None
        removes the times.
        """
        for model in self._models:
            ticked = self.boxes[model.key]
            fits = times is None or model.key in times
            took = f" · {duration(times[model.key].seconds)}" if times and fits else ""
            ticked.description = f"{model.label}{took}" if fits else f"{model.label} · does not fit"
            ticked.disabled = not fits

    @property
    def value(self) -> tuple[str, ...]:
        return tuple(key for key, one in self.boxes.items() if one.value and not one.disabled)

    def is_all(self) -> bool:
        """Whether every model is chosen that fits."""
        return all(one.value or one.disabled for one in self.boxes.values())

    def _tick(self, value: bool) -> None:
        self._is_filling = True
        for ticked in self.boxes.values():
            ticked.value = value
        self._is_filling = False
        self._changed()

    def _ticked(self) -> None:
        if not self._is_filling:
            self._changed()


class BenchmarkSetup:
    """``started(job)`` is called with the new benchmark, which runs in the background."""

    def __init__(self, host: Host, jobs: Jobs, started: Callable[[Job], None]) -> None:
        self.host, self.jobs, self._started = host, jobs, started
        self._answer: Mapping[str, Any] | None = None
        self._digests: dict[tuple[str, int], str] = {}
        self._shown = ""
        entries = [(entry.label, key) for key, entry in catalog.benchmarks.items()]
        self.lineup = w.Dropdown(options=entries, description="Line-up", **INLINE)
        self.seeds = w.BoundedIntText(value=3, min=1, max=100, description="Seeds", **INLINE)
        self.effort = BoundedNumber(1.0, low=0.001, high=100, description="Effort", **INLINE)
        self.file = w.Text(
            value="",
            placeholder="empty: the line-up's own data",
            description="Data file",
            continuous_update=False,
            **INLINE,
        )
        self.upload = Upload(
            lambda: host.store.root / ".uploads" / time.strftime("%Y%m%d-%H%M%S"),
            self._uploaded,
            label="Upload a data file for the benchmark",
            larger="for a larger file, enter its path instead",
        )
        self.models = ModelChoice(self.describe)
        self.about, self.command = view(""), view("")
        self.expected = view("", "qd-scale-count")
        self.start = button(
            "Start benchmark",
            lambda: host.alerts.catch(self._start),
            "qd-primary qd-benchmark-start",
        )
        self.lineup.observe(lambda _: self._offer(), "value")
        for widget in (self.effort, self.file):
            widget.observe(lambda _: self._data_changed(), "value")
        self.seeds.observe(lambda _: self.describe(), "value")
        self.root = card(
            title("New benchmark"),
            view(note(_ABOUT)),
            box([self.lineup, self.seeds, self.effort], "qd-row qd-benchmark-form"),
            box([self.file, self.upload], "qd-row qd-benchmark-data"),
            self.about,
            self.models.root,
            box([self.start, self.expected], "qd-row"),
            self.command,
            css="qd-changes",
        )

    def refresh(self) -> None:
        """Ask for the times of the models, once for each choice of line-up, data and effort."""
        if not self.models.boxes:
            self._offer()
        if is_read_only():  # nothing can be started here
            return
        wanted = f"{self.lineup.value} {self.effort.value} {self.file.value}"
        if wanted != self._shown:
            self._shown = wanted
            question = {
                "method": "lineup",
                "lineup": self.lineup.value,
                "effort": self.effort.value,
                "data": self._path(),
            }
            self.host.questions.ask(_ASKER, [question], self._take)

    # ---- what changes

    def _uploaded(self, path: Path) -> None:
        self.file.value = str(path)

    def _path(self) -> str:
        text = self.file.value.strip()
        return str(Path(text).expanduser().resolve()) if text else ""

    def _offer(self) -> None:
        lineup: Lineup = catalog.benchmarks[self.lineup.value].load()
        self.models.offer(lineup.contestants)
        self._data_changed()

    def _data_changed(self) -> None:
        """What was worked out is of data or an effort that no longer stand here."""
        self._answer, self._shown = None, ""
        self._digests.clear()
        self.host.questions.forget(_ASKER)
        self.models.show_times(None)
        self.describe()

    def _take(self, answer: Mapping[str, Any]) -> None:
        self._answer = answer if "error" in answer else answer["results"][0]
        self.models.show_times(None if "error" in answer else self.times())
        self.describe()

    def times(self) -> dict[str, ModelTime]:
        """Key -> training time, of the models that fit the data; empty until it is known."""
        return {
            model["key"]: ModelTime(
                *(model[name] for name in ("seconds", "error", "busy", "threads"))
            )
            for model in (self._answer or {}).get("models", ())
        }

    def describe(self) -> None:
        """Show what was chosen and what it takes, given the runs that are finished now."""
        if not self.models.boxes:
            return
        entry = catalog.benchmarks[self.lineup.value]
        few = " One seed proves nothing: use at least 3 to compare models."
        few = few if self.seeds.value == 1 else " Fewer than 3 seeds are not conclusive."
        left_out = (self._answer or {}).get("left_out", ())
        self.about.value = note(f"{entry.summary}{few if self.seeds.value < 3 else ''}") + bullets(
            list(left_out), "qd-note"
        )
        problem = self._problem()
        self.start.disabled = bool(problem)
        words = problem or self._expected()
        self.expected.value = note(words) if problem else f"<p class='qd-count'>{esc(words)}</p>"
        self.command.value = folded(
            "Command line",
            code("On the command line:", self._command()),
            keep="benchmark-command",
        )

    def _problem(self) -> str:
        """Why the benchmark cannot start; "" if it can."""
        if self._answer is not None and "error" in self._answer:
            return str(self._answer["error"])
        return "" if self.models.value else "Choose at least one model."

    def _expected(self) -> str:
        """How many runs there will be and how long they take."""
        chosen, n_seeds = self.models.value, self.seeds.value
        n_runs = len(chosen) * n_seeds
        if self._answer is None:
            return f"{n_runs} run{'s' * (n_runs > 1)}: estimating the time …"
        done = finished_runs(self.jobs.store)
        left = {
            key: sum(self._digest(key, seed) not in done for seed in range(n_seeds))
            for key in chosen
        }
        base = parse(self._answer["models"][0]["config"])
        report = evaluation_time(self.jobs.store.list(), base.data.kind, base.representation.kind)
        return expect(self.times(), left, n_runs, n_cpus(), report).words()

    def _digest(self, key: str, seed: int) -> str:
        if (key, seed) not in self._digests:
            (model,) = (m for m in (self._answer or {})["models"] if m["key"] == key)
            one = Contestant(key, model["label"], model["role"], parse(model["config"]))
            self._digests[key, seed] = one.with_seed(seed).digest()
        return self._digests[key, seed]

    def _command(self) -> str:
        words = ["qdiffgui", "benchmark", self.lineup.value, "--seeds", str(self.seeds.value)]
        words += ["--effort", f"{self.effort.value:g}"]
        words += ["--data", self.file.value] if self.file.value else []
        words += [part for key in self._keys() for part in ("--model", key)]
        return shlex.join([*words, "--html", "report.html", "--runs", str(self.jobs.store.root)])

    def _keys(self) -> tuple[str, ...]:
        """The models of the request: none stands for all."""
        return () if self.models.is_all() else self.models.value

    def _start(self) -> None:
        try:
            asked = BenchmarkRequest(
                lineup=self.lineup.value,
                seeds=self.seeds.value,
                effort=self.effort.value,
                data=self._path(),
                models=self._keys(),
            )
        except ValidationError as error:
            raise UserError(f"This benchmark cannot start: {error.errors()[0]['msg']}.") from None
        job = self.jobs.create(asked, {key: one.seconds for key, one in self.times().items()})
        job.start()
        self._started(job)
        self.host.browser.announce("Benchmark started.")
