"""A session in Python: one call for each thing that one does, the same as the commands of the same name.

    import qdiffgui

    config = qdiffgui.preset("jets-observables-quantum", "training.iterations=1000", seed=1)
    run = qdiffgui.train(config, watch=print)
    print(*qdiffgui.evaluate(run)["verdict"], sep="\\n")
    jets = qdiffgui.load(run.model_file).sample(1000, label="gluon")

All calls raise ``UserError`` with one sentence for what a person got wrong.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdiffgui import catalog
from qdiffgui.config import Experiment, absolute, override
from qdiffgui.errors import UserError
from qdiffgui.runs.worker import quiet_threads

if TYPE_CHECKING:
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.record import RunState
    from qdiffgui.runs.runner import Runner
    from qdiffgui.study import Study

Watch = Callable[[str], object]
_EVERY = 1.0


def preset(key: str = "", *changes: str, **settings: Any) -> Experiment:
    """The settings of a preset (``qdiffgui.catalog.presets`` names them; "": the defaults), changed.

    changes : ``"model.n_layers=6"`` as for ``--set`` on the command line.    settings : the same as keywords, ``seed=1``,
    ``**{"model.n_layers": 6}``. Raises ``ConfigError`` for an unknown preset or setting, and a value out of bounds.
    """
    base: Experiment = catalog.presets[key].load() if key else Experiment()
    return absolute(override(base, [*changes, *(f"{name}={json.dumps(value)}" for name, value in settings.items())]))


def train(config: Experiment | str, *, runs: Path | str | None = None, watch: Watch | None = None) -> RunDirectory:
    """Train to the end, in this process, as an ordinary run: the page and the command line see it too, while it trains and after.

    config : settings, or the key of a preset.    runs : folder of the runs (default: $QDIFFGUI_RUNS, else ./runs).
    watch : is told a sentence now and then, such as ``print``; for every loss and sample as it comes see ``Session.events``.

    Interrupting it keeps a checkpoint: ``resume("last")`` goes on. Raises ``UserError`` where training failed, with the reason.
    """
    with _runner(runs) as runner:
        return _attend(runner, runner.submit(_settings(config)), watch)


def resume(run: RunDirectory | str, *, runs: Path | str | None = None, watch: Watch | None = None) -> RunDirectory:
    """Go on with a run that was stopped, from its last checkpoint; ``run`` as for ``open_run``, the rest as for ``train``."""
    found = _found(run, runs)
    with _runner(found.path.parent) as runner:
        return _attend(runner, runner.resume(found.id), watch)


def evaluate(model: RunDirectory | Path | str, *, runs: Path | str | None = None) -> dict[str, Any]:
    """A run, or a model file, beside held-out data, the floor and the trivial generators.

    ``["verdict"]`` are sentences, ``["rows"]`` the figures, by generator (``key``) and class, ``["columns"]`` what they are of.
    """
    quiet_threads()
    from qdiffgui.runs import reports

    if isinstance(model, (str, Path)) and Path(model).is_file():
        return reports.of_model(Path(model))
    return reports.of_run(_found(model, runs))


def sweep(
    config: Experiment | str, over: Sequence[str], *, search: str = "grid", trials: int | None = None, goal: str = "",
    workers: int | None = None, scheduler: str | None = None, runs: Path | str | None = None, watch: Watch | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Train over settings, ``over=["model.n_layers=2,4", "seed=0..2"]``; a mapping for each run: what was set, what became of it.

    Every training is an ordinary run in the sweep's folder, see docs/CLUSTER.md; options as those of ``qdiffgui sweep``. In a script
    call it under ``if __name__ == "__main__":``, for it starts processes. Interrupting it keeps checkpoints: on the command line
    ``qdiffgui sweep --resume last`` goes on.
    """
    from qdiffgui.sweeps import directory
    from qdiffgui.sweeps.drive import drive
    from qdiffgui.sweeps.plan import make_plan, points
    from qdiffgui.sweeps.table import rows

    plan = make_plan(_settings(config), over, search=search, trials=trials, goal=goal)
    made = directory.create(plan, points(plan), None if runs is None else Path(runs))

    def say(ended: int, planned: int, sentence: str) -> None:
        if watch is not None:
            watch(f"[{ended} of {planned}] {sentence}")

    drive(made, scheduler=scheduler, workers=workers, watch=say)
    return rows(made)


def scale(
    config: Experiment | str, *, effort: float = 1.0, seeds: int = 3, runs: Path | str | None = None, watch: Watch | None = None
) -> Study:
    """Study how an experiment scales, see docs/SCALING.md; ``effort`` multiplies draws, timings and training. It takes minutes.

    ``.plain()`` is all of it as plain data, ``.plain()["verdict"]`` in words; ``qdiffgui.scaling.static`` only counts, in a second.
    """
    quiet_threads()
    from qdiffgui.runs.store import RunStore
    from qdiffgui.study import Study, study

    wanted = _settings(config)
    name = config if isinstance(config, str) else config.name or config.model.kind
    said = ""
    for event in study(name, wanted, RunStore(runs).of_studies(), effort=effort, n_seeds=seeds):
        if isinstance(event, Study):
            return event
        if watch is not None and event.text != said:
            said = event.text
            watch(event.line)
    raise AssertionError("a study ends with its result")


@contextmanager
def _runner(runs: Path | str | None) -> Iterator[Runner]:
    """A runner that trains in this process, closed at the end."""
    quiet_threads()
    from qdiffgui.runs.runner import Runner
    from qdiffgui.runs.store import RunStore

    runner = Runner(RunStore(runs), mode="thread")
    try:
        yield runner
    finally:
        runner.close()


def _attend(runner: Runner, run: RunDirectory, watch: Watch | None) -> RunDirectory:
    """Wait for the run, and say where it is."""
    from qdiffgui.runs.state import Status

    say, due = _once(watch), 0.0
    try:
        while not runner.wait(run.id, 0.1):
            if time.monotonic() >= due:
                due = time.monotonic() + _EVERY
                say(_words(run.state()))
    except KeyboardInterrupt:
        runner.stop(run.id)
        runner.wait(run.id)
        raise
    state = run.state()
    say(_words(state))
    if state.status == Status.FAILED:
        raise UserError(f"The run '{run.id}' failed: {state.message}")
    return run


def _once(watch: Watch | None) -> Watch:
    """``watch``, told a sentence only where it is another than the one before."""
    last = ""

    def say(sentence: str) -> None:
        nonlocal last
        if watch is not None and sentence != last:
            last = sentence
            watch(sentence)

    return say


def _words(state: RunState) -> str:
    """Where a run is, in a line."""
    parts = [str(state.status), "" if state.ended else state.phase, f"step {state.step} of {state.total}" if state.total else ""]
    parts += ["" if state.loss is None else f"loss {state.loss:.4g}", "" if state.eta is None else f"{state.eta:.0f} s left"]
    return ", ".join(part for part in parts if part)


def _settings(config: Experiment | str) -> Experiment:
    return preset(config) if isinstance(config, str) else config


def _found(run: RunDirectory | Path | str, runs: Path | str | None) -> RunDirectory:
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.store import open_run

    return run if isinstance(run, RunDirectory) else open_run(str(run), runs)
