"""The card of Samples that draws new samples from the stored model of the open run, in a
separate process.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w

from qdiffgui.background.generate_client import GenerationUpdate, Generator
from qdiffgui.config.sampling import SamplingOptions, parse_condition, sampling_options
from qdiffgui.errors import UserError
from qdiffgui.runs.read_only import require_changes_allowed
from qdiffgui.ui.area import Host
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    code,
    duration,
    esc,
    folded,
    format_number,
    labeled,
    note,
    progress,
    title,
    view,
    visible,
)

MAX_SAMPLES = 20_000
_SHOTS = (0, 1, 10, 30, 100, 300, 1000, 10_000)
_NO_CLASS = "This model is not conditioned on the class."
_LATER = "Sampling is available once training has finished and the model is stored."


class Generate:
    """The card. ``shown(result, words)`` is called with the result and a description of the
    request.
    """

    def __init__(self, host: Host, shown: Callable[[dict[str, Any], str], None]) -> None:
        self.host, self._shown = host, shown
        self.generator = Generator()
        self._run: LiveRun | None = None
        self._can = SamplingOptions()
        self._asked: dict[str, Any] = {}
        self._begun = 0.0
        self._made: tuple[str, Path] | None = None
        self._make_fields()
        self._make_buttons()
        self.root = card(
            title("Generate", "draw new samples from the trained model"),
            self.fields,
            self.about,
            self.row,
            self.state,
            self.same_thing,
            css="qd-generate",
        )
        self._choose()

    def _make_fields(self) -> None:
        self.n = w.BoundedIntText(value=1000, min=1, max=MAX_SAMPLES)
        self.label = w.Dropdown(options=[("training mix", "")])
        self.condition = w.Text(value="", continuous_update=False)
        self.sampler = w.Dropdown(options=[("–", "")])
        self.steps = w.BoundedIntText(value=0, min=0, max=0)
        self.shots = w.Dropdown(
            options=[
                ("exact probabilities" if k == 0 else f"{format_number(k)} shots", k)
                for k in _SHOTS
            ]
        )
        self.seed = w.BoundedIntText(value=0, min=0, max=2**31 - 1)
        named = [
            ("Samples", self.n),
            ("Class", self.label),
            ("Condition", self.condition),
            ("Sampler", self.sampler),
            ("Steps", self.steps),
            ("Measurement", self.shots),
            ("Seed", self.seed),
        ]
        rows = {name: labeled(name, field) for name, field in named}
        self._condition_row = rows["Condition"]
        self.fields = box(list(rows.values()), "qd-fields")
        self.about = view("")
        for _, field in named:
            field.observe(lambda _: self._choose(), "value")

    def _make_buttons(self) -> None:
        self.go = button("Generate", lambda: self.host.alerts.catch(self.start), "qd-primary")
        self.stop = button("Cancel", self.cancel)
        self.save = button("Download HDF5", lambda: self.host.alerts.catch(self._download))
        self.row = box([self.go, self.stop, self.save], "qd-row")
        self.state = view("")
        self.same_thing = view("")
        visible(self.stop, False)
        visible(self.save, False)

    # ---- what can be asked

    def open(self, run: LiveRun | None) -> None:
        """Offer what this run's model supports."""
        self.cancel()
        self.state.value = ""
        visible(self.save, False)
        can = sampling_options(run.config) if run is not None else SamplingOptions()
        self._run, self._can = run, can
        given = run.config.representation.given if run is not None else ()
        self.condition.value = ""
        self.condition.placeholder = ", ".join(f"{name}=…" for name in given)
        self.condition.tooltip = "In GeV or the unit of the observable; empty: as in training data"
        visible(self._condition_row, bool(given))
        self.sampler.options = [
            (name.upper() if len(name) == 4 and name.startswith("dd") else name, name)
            for name in can.samplers
        ] or [("–", "")]
        self.sampler.value = can.sampler if can.samplers else ""
        self.steps.min = 0  # first: the bounds of the family before must not stand in the way
        self.steps.max = max(can.max_steps, can.steps)
        self.steps.value = can.steps
        self.steps.min = min(1, can.steps)
        self.shots.value = 0
        for name, field in (
            ("sampler", self.sampler),
            ("steps", self.steps),
            ("shots", self.shots),
        ):
            field.disabled = name in can.unsupported
        self.refresh()

    def refresh(self) -> None:
        """Update after a change of the run: its report lists the classes, and its model may be
        stored now.
        """
        run = self._run
        names = (run.report or {}).get("classes", []) if run is not None else []
        names = (
            list(names)
            if run is not None and run.config.model.conditional and len(names) > 1
            else []
        )
        options = [("training mix", ""), *((name, name) for name in names)]
        if tuple(options) != tuple(self.label.options):
            self.label.options = options
        self.label.disabled = not names
        self._choose()

    def _blocker(self) -> str:
        if self._run is None:
            return "Open a run first."
        return "" if self._run.run.model_file.exists() else _LATER

    def _choose(self) -> None:
        """Explain the options and show the equivalent Python and command line."""
        blocker = self._blocker()
        self.go.disabled = bool(blocker) or bool(self._asked)
        unsupported = {"class": _NO_CLASS} if self._has_no_classes() else {}
        unsupported |= self._can.unsupported
        reasons = (
            [f"{name.capitalize()}: {why[0].lower()}{why[1:]}" for name, why in unsupported.items()]
            if self._run is not None
            else []
        )
        parts = [
            blocker,
            f"Shots: {self._can.shots[0].lower()}{self._can.shots[1:]}" if self.shots.value else "",
        ]
        self.about.value = "".join(note(line) for line in parts if line) + bullets(
            reasons, "qd-note"
        )
        equivalents = self._equivalents(self._run) if self._run is not None else ""
        self.same_thing.value = (
            folded("Python and command line", equivalents) if equivalents else ""
        )

    def _has_no_classes(self) -> bool:
        """Whether no class can be asked for. The report lists the classes: before it is there, a
        conditional model counts as having some.
        """
        run = self._run
        waits = run is not None and run.config.model.conditional and run.report is None
        return self.label.disabled and not waits

    def asked(self) -> dict[str, Any]:
        """The choices, as ``SamplingRequest`` takes them, without those equal to the settings."""
        can = self._can
        found = {"n": self.n.value, "label": self.label.value or "", "seed": self.seed.value}
        if can.max_steps and self.steps.value != can.steps:
            found["steps"] = self.steps.value
        if can.samplers and self.sampler.value != can.sampler:
            found["sampler"] = self.sampler.value
        if self.condition.value.strip():
            found["condition"] = self.condition.value.strip()
        return found | ({"shots": self.shots.value} if self.shots.value else {})

    def _equivalents(self, run: LiveRun) -> str:
        asked = self.asked()
        others = {key: value for key, value in asked.items() if key != "n" and value not in ("",)}
        arguments = "".join(f", {key}={_in_python(key, value)}" for key, value in others.items())
        python = (
            "import qdiffgui\n\nmodel = "
            f"qdiffgui.load({str(run.run.model_file)!r})\nsamples = "
            f"model.sample({asked['n']}{arguments})"
        )
        options = "".join(
            f" --{key} {shlex.quote(part)}"
            for key, value in others.items()
            for part in (str(value).split(",") if key == "condition" else [str(value)])
        )
        command = (
            f"qdiffgui sample {run.id} -n {asked['n']}{options} -o samples.h5 --runs "
            f"{shlex.quote(str(run.run.path.parent))}"
        )
        return code("In Python:", python) + code("On the command line:", command)

    # ---- doing it

    def start(self) -> None:
        """Start sampling; raises ``UserError`` if the request is invalid."""
        require_changes_allowed()
        if self._blocker() or self._run is None:
            return
        run, self._asked, self._begun = self._run, self.asked(), time.monotonic()
        folder = self.host.store.root / ".generated"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{run.id}-{os.getpid()}.h5"
        visible(self.stop, True)
        visible(self.save, False)
        self._choose()
        self._show_progress(GenerationUpdate(0.0, "Starting"))

        def receive(news: GenerationUpdate) -> None:
            self.host.writer.post("generate", lambda: self._take(news, target))

        self.generator.request(run.run.path, self._asked, target, receive)

    def cancel(self) -> None:
        """Cancel the running request."""
        if not self._asked:
            return
        self.generator.cancel()
        self._end(note("Cancelled."))

    def close(self) -> None:
        """End the process and delete its file."""
        self.generator.close()
        self._forget()

    def _take(self, news: GenerationUpdate, target: Path) -> None:
        if not self._asked or self._run is None:
            return
        if not news.ended:
            self._show_progress(news)
        elif news.error:
            self._end(f'<div class="qd-alert" role="alert"><p>{esc(news.error)}</p></div>')
        else:
            asked = self._asked
            if (
                self._made is not None and self._made[1] != target
            ):  # samples of the same run stand where those before stood
                self._forget()
            self._made = (f"{self._run.id}-generated.h5", target)
            words = in_words(asked)
            self._end(note(f"{words}: {duration(time.monotonic() - self._begun)}."))
            visible(self.save, True)
            self._shown(news.result or {}, words)
            self.host.browser.announce(f"Generated {words}.")

    def _show_progress(self, news: GenerationUpdate) -> None:
        self.state.value = progress(news.fraction, "Generating") + note(f"{news.activity} …")

    def _end(self, markup: str) -> None:
        self._asked = {}
        self.state.value = markup
        visible(self.stop, False)
        self._choose()

    def _download(self) -> None:
        if self._made is not None:
            name, path = self._made
            self.host.browser.download(name, path.read_bytes(), "application/x-hdf5")

    def _forget(self) -> None:
        if self._made is not None:
            with contextlib.suppress(OSError):
                self._made[1].unlink()
        self._made = None


def in_words(asked: dict[str, Any]) -> str:
    """A short description of the request."""
    of_class = f" {asked['label']}" if asked["label"] else ""
    parts = [f"{format_number(asked['n'])}{of_class} samples"]
    parts += [f"{asked['sampler'].upper()}"] if "sampler" in asked else []
    parts += [f"{format_number(asked['steps'])} steps"] if "steps" in asked else []
    parts += [f"{format_number(asked['shots'])} shots"] if "shots" in asked else []
    return ", ".join([*parts, f"seed {asked['seed']}"])


def _in_python(key: str, value: Any) -> str:
    """A choice as an argument of ``TrainedModel.sample``; of a condition that is not valid, the
    text.
    """
    if key != "condition":
        return repr(value)
    try:
        return repr(parse_condition(value))
    except UserError:
        return repr(value)
