"""One training as a stream of events. It neither prints nor writes files; its consumer does."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import events as ev
from qdiffgui.bounds import LONGEST
from qdiffgui.config import Experiment
from qdiffgui.data.save import save_samples
from qdiffgui.data.stored_arrays import load_exactly
from qdiffgui.data.types import Array, Encoded
from qdiffgui.errors import DataError
from qdiffgui.evaluation.stored_report import headline_values
from qdiffgui.experiment import preview as pictures
from qdiffgui.experiment.live import AUC, FLOOR_AUC, References, live_metrics, references
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.experiment.quality_checks import SHARE, QualityChecks
from qdiffgui.experiment.trajectory import denoising_trajectory
from qdiffgui.model_file import save_model
from qdiffgui.models.base import DiffusionModel, Generated, Step, below

Control = Callable[[], str]
N_LOSSES = 1000
N_LIVE, LEAST_LIVE, LIVE_NUMBERS = 512, 128, 512 * 64
FIRST_PREVIEW = 0.5
PREVIEW_SHARE = 0.2


def always_run() -> str:
    """The ``control`` of a training that is never stopped.

    Examples
    --------
    >>> always_run()
    'run'
    """
    return "run"


class Session:
    """The training of one experiment, in this process.

    Iterate over ``events`` to train. The other methods evaluate, sample and save the model as it is
    then. Data and model are created on first use, which raises ``DataError`` or ``ConfigError`` if
    data and settings do not fit together.

    Parameters
    ----------
    config : Experiment
        The settings.

    Attributes
    ----------
    step : int
        Number of optimizer steps done.
    seconds, cpu_seconds : float
        Wall time and CPU time of these steps, in seconds.

    Examples
    --------
    >>> import qdiffgui
    >>> tiny = ["model.schedule.n_steps=2", "training.iterations=2", "evaluation.n_generated=20"]
    >>> session = qdiffgui.Session(qdiffgui.preset("quddpm-cluster-1q", *tiny))
    >>> [event.type for event in session.events() if event.type in ("started", "loss", "done")]
    ['started', 'loss', 'loss', 'done']
    >>> session.draw(5, None, seed=0).x.shape
    (5, 2)
    """

    def __init__(self, config: Experiment) -> None:
        self.config = config
        self.step = 0
        self.seconds = self.cpu_seconds = 0.0
        self._drawn: dict[tuple[int, int | None, int], Generated] = {}
        self._report: dict[str, Any] | None = None
        self._pending: list[tuple[float, float]] = []

    @cached_property
    def prepared(self) -> Prepared:
        """Training and held-out samples."""
        return prepare(self.config)

    @cached_property
    def model(self) -> DiffusionModel:
        """The model, in its present state."""
        model = build(self.config, self.prepared)
        model.fit(self.prepared.train)
        return model

    @cached_property
    def _references(self) -> References:
        return references(self.prepared.test, self.prepared.train, self.config.seed)

    @cached_property
    def _checks(self) -> QualityChecks:
        """The checks from the present step on. What earlier ones took is not stored: all that they
        may take counts as spent.
        """
        return QualityChecks(
            self.prepared.test,
            self.config.seed,
            self.model.n_steps,
            spent=SHARE * self.cpu_seconds,
            step=self.step,
        )

    # ---- training

    def events(self, control: Control = always_run) -> Iterator[ev.Event]:
        """Train from the present step to the end, or until ``control()`` returns ``"cancel"``.

        Losses come at fixed steps; all other events are timed by the clock. For a given seed the
        losses do not depend on whether and when the run was interrupted.

        Parameters
        ----------
        control : callable
            Called at every optimizer step; returns ``"run"``, ``"step"`` or ``"cancel"``. It may
            block while the run is paused. After ``"step"``, samples and metrics are emitted.

        Yields
        ------
        events.Event
            The last one is ``Done``.
        """
        model, total = self.model, self.model.n_steps
        _ = self._checks  # from this step on
        yield ev.Started(
            step=self.step, seconds=self.seconds, total=total, n_parameters=model.n_parameters
        )
        if (yield from self._train(control, total)):
            yield self._checkpoint_event()
            yield ev.Done(step=self.step, seconds=self.seconds, status="cancelled")
            return
        yield from self._show()
        yield self._checkpoint_event()
        yield ev.Progress(step=self.step, seconds=self.seconds, total=total, phase="evaluating")
        yield ev.Metrics(
            step=self.step, seconds=self.seconds, final=True, **headline_values(self.report())
        )
        yield ev.Done(step=self.step, seconds=self.seconds)

    def _train(self, control: Control, total: int) -> Generator[ev.Event, None, bool]:
        """The training loop. Returns whether it was cancelled."""
        settings = self.config.training
        every = max(1, total // N_LOSSES)
        said = saved = time.monotonic()
        shown, pause = said - settings.preview_seconds + FIRST_PREVIEW, settings.preview_seconds
        while self.step < total:
            command = control()
            if command == "cancel":
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
                    f"Training ended after {self.step} of {total} steps: the time limit of "
                    f"{settings.max_seconds:g} s was reached."
                )
                break
            now = time.monotonic()
            if now - said > 0.2:
                said = now
                yield self._progress_event(total)
            if command == "step":
                yield self._progress_event(total)
            if (command == "step" or now - shown > pause) and self.step < total:
                yield from self._show()
                shown = time.monotonic()
                # limit the share of time for previews if sampling is expensive
                spent = shown - now - self._checks.waited()
                pause = max(settings.preview_seconds, spent / PREVIEW_SHARE)
            if now - saved > settings.checkpoint_seconds and self.step < total:
                yield self._checkpoint_event()
                saved = time.monotonic()
        return False

    def _loss_event(self, last: Step) -> ev.Loss:
        loss, grad_norm = np.mean(self._pending, axis=0)
        self._pending.clear()
        return ev.Loss(
            step=self.step,
            seconds=self.seconds,
            phase=last.phase,
            learning_rate=last.learning_rate,
            loss=float(loss),
            grad_norm=float(grad_norm),
        )

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
        """The complete state of the training, as arrays by name.

        Call it right after ``events`` has yielded a ``Checkpoint``.
        """
        own = {"session/step": np.array(self.step), "session/seconds": np.array(self.seconds)}
        own["session/cpu_seconds"] = np.array(self.cpu_seconds)
        own["session/pending"] = np.array(self._pending).reshape(-1, 2)
        return own | {f"model/{name}": values for name, values in self.model.state().items()}

    def restore(self, checkpoint: Mapping[str, Array]) -> None:
        """Restore a ``checkpoint()`` of the same experiment. Raises ``DataError`` if it does not
        fit; do not use the session then.
        """
        without_cpu = {"session/cpu_seconds": np.array(0.0)}  # early checkpoints do not have it
        try:
            load_exactly({**without_cpu, **checkpoint}, self._load, self.checkpoint)
        except DataError as error:
            raise DataError(
                f"The checkpoint is damaged ({error}): delete checkpoint.h5 to train from the "
                "beginning."
            ) from error
        self._drawn.clear()
        self.__dict__.pop("_checks", None)
        self._report = None

    def _load(self, checkpoint: Mapping[str, Array]) -> None:
        self.step = int(checkpoint["session/step"])
        self.seconds = float(checkpoint["session/seconds"])
        self.cpu_seconds = float(checkpoint["session/cpu_seconds"])
        self._pending = [(float(loss), float(norm)) for loss, norm in checkpoint["session/pending"]]
        if not 0 <= self.step <= self.model.n_steps or not 0 <= self.seconds < LONGEST:
            raise ValueError(f"step {self.step} after {self.seconds} s")
        self.model.load_state(below(checkpoint, "model"))

    # ---- the trained model

    def draw(self, n: int, label: int | None, seed: int) -> Generated:
        """Generate encoded samples. A repeated request at the same step is answered from memory.

        Parameters
        ----------
        n : int
            Number of samples.
        label : int or None
            The class; None for all classes in the proportions of the training data.
        seed : int
            Random seed.
        """
        key = (n, label, seed)
        if key not in self._drawn:
            self._drawn[key] = self.model.sample(n, label, seed=seed)
        return self._drawn[key]

    def _show(self) -> Iterator[ev.Event]:
        """Events with present samples and their live metrics."""
        self._drawn.clear()
        prepared = self.prepared
        n = min(N_LIVE, max(LEAST_LIVE, LIVE_NUMBERS // prepared.train.spec.size))
        drawn = self.draw(n, None, self.config.seed + 17)
        data = pictures.preview(drawn.x, drawn.label, prepared.representation, prepared.train.spec)
        yield ev.Samples(
            step=self.step, seconds=self.seconds, kind=prepared.train.spec.kind, data=data
        )
        reference = self._references
        values = live_metrics(drawn.x, prepared.test)
        floor, spread = reference.floor, reference.spread
        if self.config.training.live_auc and self._checks.is_due(self.step, self.cpu_seconds):
            found = self._checks.check(self.step, drawn.x)
            if found is not None:
                values |= {AUC: found[0]}
                floor, spread = floor | {AUC: FLOOR_AUC}, spread | {AUC: found[1]}
        yield ev.Metrics(
            step=self.step,
            seconds=self.seconds,
            values=values,
            floor=floor,
            spread=spread,
            trivial=reference.trivial,
            n=reference.n,
        )

    def trajectory(self) -> dict[str, Any]:
        """The denoising trajectory of the present model; see ``experiment.trajectory``."""
        drawn = self.model.sample(
            pictures.N_POINTS, None, seed=self.config.seed + 17, trajectory=True
        )
        return denoising_trajectory(drawn, self.prepared, self.config, self.prepared.test)

    def report(self, *, thorough: bool = False) -> dict[str, Any]:
        """The evaluation report of the present model; see ``evaluation.report``.

        ``thorough`` or the setting of that name adds the thorough checks.
        """
        thorough = thorough or self.config.evaluation.thorough
        if self._report is None or (thorough and "thorough" not in self._report):
            from qdiffgui.evaluation.report import evaluate

            self._report = evaluate(
                **self._judged_data(),
                sampler=lambda n, label, seed: self.draw(n, label, seed).x,
                model=self.model,
                thorough=thorough,
            )
        return self._report

    def judge_data(self) -> None:
        """Compute what ``report`` needs of the floor and the trivial generators, which do not
        depend on the model, so that it finds them in the cache; see ``evaluation.report``.
        """
        from qdiffgui.evaluation.report import judge_data

        judge_data(**self._judged_data())

    def _judged_data(self) -> dict[str, Any]:
        """What a model is judged on: the arguments that ``evaluate`` and ``judge_data`` share."""
        prepared = self.prepared
        return {
            "train": prepared.train,
            "test": prepared.test,
            "train_content": prepared.train_content,
            "test_content": prepared.test_content,
            "representation": prepared.representation,
            "classes": self._conditions(),
            "n_generated": self.config.evaluation.n_generated,
            "seed": self.config.seed,
        }

    def _conditions(self) -> Mapping[int, str]:
        """The classes that the model can be conditioned on; empty if it is not conditional."""
        classes = self.prepared.train.spec.classes
        return classes if self.config.model.conditional and len(classes) > 1 else {}

    def save_model(self, path: Path) -> None:
        """Write the model as one HDF5 file, atomically; see ``model_file.save_model``.

        Its card has the evaluation if ``report`` was computed before.
        """
        prepared = self.prepared
        facts = {
            "training_cpu_seconds": round(self.cpu_seconds, 2),
            "steps": self.step,
            "planned_steps": self.model.n_steps,
            "n_train": len(prepared.train),
            "n_test": len(prepared.test),
            "classes": list(prepared.train.spec.classes.values()),
        }
        save_model(
            path,
            self.config,
            self.model,
            prepared.representation,
            prepared.dataset,
            facts,
            self._report,
        )

    def save_samples(self, path: Path) -> None:
        """Write generated samples, encoded and physical, as one HDF5 file, atomically.

        See ``data.save.save_samples``.
        """
        drawn = self._generated()
        physical = self.prepared.representation.decode(drawn.x, drawn.label, seed=self.config.seed)
        save_samples(path, Encoded(drawn.x, drawn.label, self.prepared.train.spec), physical)

    def _generated(self) -> Generated:
        """The samples of the report, all classes together; generated now if there is no report."""
        n, seed = self.config.evaluation.n_generated, self.config.seed
        conditions: list[int | None] = list(self._conditions()) or [None]
        parts = [self.draw(n, label, seed) for label in conditions]
        return Generated(
            np.concatenate([p.x for p in parts]), np.concatenate([p.label for p in parts])
        )
