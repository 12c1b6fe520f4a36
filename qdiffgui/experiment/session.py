"""One training, as a stream of events. Neither prints nor touches the disk; whoever consumes the stream does."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import events as ev
from qdiffgui.config import Experiment
from qdiffgui.data.save import save_samples
from qdiffgui.data.types import Array, Encoded
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.film import denoising
from qdiffgui.experiment.live import References, live_metrics, references
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.model_file import save_model
from qdiffgui.models.base import Family, Generated, Step, below

Control = Callable[[], str]
N_LOSSES = 1000
N_LIVE, LEAST_LIVE, LIVE_NUMBERS = 512, 128, 512 * 64
FIRST_PREVIEW = 0.5
PREVIEW_SHARE = 0.2


def always_run() -> str:
    """The control of a training that nobody stops."""
    return "run"


class Session:
    """A training of one experiment; ``events`` runs it, the other methods say what has been learned.

    Raises ``DataError`` or ``ConfigError`` on first use where data and settings do not fit.
    """

    def __init__(self, config: Experiment) -> None:
        self.config = config
        self.step = 0
        self.seconds = self.cpu_seconds = 0.0  # of the optimiser steps, by the clock and of the processor
        self._drawn: dict[tuple[int, int | None, int], Generated] = {}
        self._report: dict[str, Any] | None = None
        self._pending: list[tuple[float, float]] = []

    @cached_property
    def prepared(self) -> Prepared:
        return prepare(self.config)

    @cached_property
    def model(self) -> Family:
        model = build(self.config, self.prepared)
        model.fit(self.prepared.train)
        return model

    @cached_property
    def _references(self) -> References:
        return references(self.prepared.test, self.prepared.train, self.config.seed)

    # ---- training

    def events(self, control: Control = always_run) -> Iterator[ev.Event]:
        """Train from where the session stands to the end, or until ``control()`` says ``"cancel"``.

        ``control`` is asked at every optimiser step and may block while the run is paused; after ``"step"`` it is shown what that one
        step made of the model. The stream ends with ``Done``. Losses come at fixed steps, everything else by the clock: of one
        seed, the losses are the same however the run was interrupted.
        """
        model, total = self.model, self.model.n_steps
        yield ev.Started(step=self.step, seconds=self.seconds, total=total, n_parameters=model.n_parameters)
        if (yield from self._train(control, total)):
            yield self._checkpoint_event()
            yield ev.Done(step=self.step, seconds=self.seconds, status="cancelled")
            return
        yield from self._show()
        yield self._checkpoint_event()
        yield ev.Progress(step=self.step, seconds=self.seconds, total=total, phase="evaluating")
        yield ev.Metrics(step=self.step, seconds=self.seconds, final=True, **_headline(self.report()))
        yield ev.Done(step=self.step, seconds=self.seconds)

    def _train(self, control: Control, total: int) -> Generator[ev.Event, None, bool]:
        """The loop itself; its value is whether it was cancelled."""
        settings = self.config.training
        every = max(1, total // N_LOSSES)
        said = saved = time.monotonic()
        shown, pause = said - settings.preview_seconds + FIRST_PREVIEW, settings.preview_seconds
        while self.step < total:
            wish = control()
            if wish == "cancel":
                return True
            begun, busy = time.perf_counter(), time.process_time()
            step = self.model.step(self.step)
            self._pending.append((step.loss, step.grad_norm))
            self.step += 1
            self.seconds += time.perf_counter() - begun
            self.cpu_seconds += time.process_time() - busy
            late = 0 < settings.max_seconds < self.seconds
            if self.step % every == 0 or self.step == total or late:
                yield self._loss_event(step)
            if late:
                yield self._note(
                    f"The time limit of {settings.max_seconds:g} s ended training after {self.step} of {total} steps."
                )
                break
            now = time.monotonic()
            if now - said > 0.2:
                said = now
                yield self._progress_event(total)
            if wish == "step":
                yield self._progress_event(total)
            if (wish == "step" or now - shown > pause) and self.step < total:
                yield from self._show()
                shown = time.monotonic()
                # where sampling is dear, looking must not take longer than training
                pause = max(settings.preview_seconds, (shown - now) / PREVIEW_SHARE)
            if now - saved > settings.checkpoint_seconds and self.step < total:
                yield self._checkpoint_event()
                saved = time.monotonic()
        return False

    def _loss_event(self, last: Step) -> ev.Loss:
        loss, grad_norm = np.mean(self._pending, axis=0)
        self._pending.clear()
        return ev.Loss(
            step=self.step, seconds=self.seconds, phase=last.phase, learning_rate=last.learning_rate,
            loss=float(loss), grad_norm=float(grad_norm),
        )  # fmt: skip

    def _progress_event(self, total: int) -> ev.Progress:
        remaining = (total - self.step) * self.seconds / max(self.step, 1)
        limit = self.config.training.max_seconds
        eta = min(remaining, max(limit - self.seconds, 0)) if limit else remaining
        return ev.Progress(step=self.step, seconds=self.seconds, total=total, eta=eta)

    def _note(self, text: str) -> ev.Note:
        return ev.Note(step=self.step, seconds=self.seconds, text=text)

    def _checkpoint_event(self) -> ev.Checkpoint:
        return ev.Checkpoint(step=self.step, seconds=self.seconds)

    # ---- checkpoints

    def checkpoint(self) -> dict[str, Array]:
        """All that going on needs, as arrays by name. Call it when ``events`` has just given a ``Checkpoint``."""
        own = {"session/step": np.array(self.step), "session/seconds": np.array(self.seconds)}
        own["session/cpu_seconds"] = np.array(self.cpu_seconds)
        own["session/pending"] = np.array(self._pending).reshape(-1, 2)
        return own | {f"model/{name}": values for name, values in self.model.state().items()}

    def restore(self, checkpoint: Mapping[str, Array]) -> None:
        """Go back to a ``checkpoint()`` of the same experiment."""
        self.step = int(checkpoint["session/step"])
        self.seconds = float(checkpoint["session/seconds"])
        self.cpu_seconds = float(checkpoint.get("session/cpu_seconds", 0.0))
        self._pending = [(float(loss), float(norm)) for loss, norm in checkpoint["session/pending"]]
        self.model.load_state(below(checkpoint, "model"))
        self._drawn.clear()
        self._report = None

    # ---- what it learned

    def draw(self, n: int, label: int | None, seed: int) -> Generated:
        """``n`` generated samples; the same request at the same step is answered from memory."""
        key = (n, label, seed)
        if key not in self._drawn:
            self._drawn[key] = self.model.sample(n, label, seed=seed)
        return self._drawn[key]

    def _show(self) -> Iterator[ev.Event]:
        """Samples as they are now, with quick figures of merit."""
        self._drawn.clear()
        prepared = self.prepared
        n = min(N_LIVE, max(LEAST_LIVE, LIVE_NUMBERS // prepared.train.spec.size))
        drawn = self.draw(n, None, self.config.seed + 17)
        data = pictures.preview(drawn.x, drawn.label, prepared.representation, prepared.train.spec)
        yield ev.Samples(step=self.step, seconds=self.seconds, kind=prepared.train.spec.kind, data=data)
        beside = self._references
        yield ev.Metrics(
            step=self.step, seconds=self.seconds, values=live_metrics(drawn.x, prepared.test), floor=beside.floor,
            spread=beside.spread, trivial=beside.trivial, n=beside.n,
        )  # fmt: skip

    def film(self) -> dict[str, Any]:
        """A denoising film, from noise to samples, of the model as it is now."""
        drawn = self.model.sample(pictures.N_POINTS, None, seed=self.config.seed + 17, trajectory=True)
        return denoising(drawn, self.prepared, self.config, self.prepared.test)

    def report(self) -> dict[str, Any]:
        """The comparison with held-out data, the floor and the trivial generators; see ``evaluation.report``."""
        if self._report is None:
            from qdiffgui.evaluation.report import evaluate

            prepared = self.prepared
            self._report = evaluate(
                train=prepared.train, test=prepared.test, train_content=prepared.train_content, test_content=prepared.test_content,
                representation=prepared.representation, classes=self._conditions(), n_generated=self.config.evaluation.n_generated,
                sampler=lambda n, label, seed: self.draw(n, label, seed).x, seed=self.config.seed,
            )  # fmt: skip
        return self._report

    def _conditions(self) -> Mapping[int, str]:
        """The classes that can be asked for one by one; empty where the model cannot be told which."""
        classes = self.prepared.train.spec.classes
        return classes if self.config.model.conditional and len(classes) > 1 else {}

    def save_model(self, path: Path) -> None:
        """Write what was learned as one HDF5 file, atomically; see ``model_file``."""
        facts = {"training_cpu_seconds": round(self.cpu_seconds, 2)}
        save_model(path, self.config, self.model, self.prepared.representation, self.prepared.dataset, facts)

    def save_samples(self, path: Path) -> None:
        """Write the generated samples, encoded and decoded, as one HDF5 file, atomically; see ``data.save``."""
        drawn = self._generated()
        physical = self.prepared.representation.decode(drawn.x, drawn.label, seed=self.config.seed)
        save_samples(path, Encoded(drawn.x, drawn.label, self.prepared.train.spec), physical)

    def _generated(self) -> Generated:
        """What the report was made of, all classes together; drawn now if there is no report."""
        n, seed = self.config.evaluation.n_generated, self.config.seed
        conditions: list[int | None] = list(self._conditions()) or [None]
        parts = [self.draw(n, label, seed) for label in conditions]
        return Generated(np.concatenate([p.x for p in parts]), np.concatenate([p.label for p in parts]))


def _headline(report: dict[str, Any]) -> dict[str, dict[str, float]]:
    """A report's figures as ``{"values", "floor"}`` of a metrics event; of several classes, the mean."""
    found: dict[str, dict[str, list[float]]] = {"model": {}, "floor": {}}
    for row in report["rows"]:
        for column, cell in row["values"].items() if row["key"] in found else ():
            if cell is not None:
                found[row["key"]].setdefault(column, []).append(cell["value"])
    return {
        "values": {name: float(np.mean(v)) for name, v in found["model"].items()},
        "floor": {name: float(np.mean(v)) for name, v in found["floor"].items()},
    }
