"""The Python interface: one function per task, named like the commands of the command line.

Everything here is also available as ``qdiffgui.NAME``; see ``help(qdiffgui)`` for an overview. All
functions raise ``UserError`` with a one-sentence message when the input is wrong.
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
from qdiffgui.progress import Show, progress_bar, shown_progress
from qdiffgui.runs.threads import quiet_environment

if TYPE_CHECKING:
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.record import RunState
    from qdiffgui.runs.runner import Runner
    from qdiffgui.studies.scaling import ScalingStudy
    from qdiffgui.studies.sweep.result import SweepResult

Watch = Callable[[str], object]
_EVERY = 1.0


def preset(key: str = "", *changes: str, **settings: Any) -> Experiment:
    """Return the settings of a preset, with changes.

    Parameters
    ----------
    key : str
        Key of a preset, as listed by ``qdiffgui.catalog.presets``. Default: the default settings.
    *changes : str
        Changes written as on the command line, such as ``"model.n_layers=6"``.
    **settings : Any
        Changes as keywords, such as ``seed=1`` or ``**{"model.n_layers": 6}``.

    Returns
    -------
    Experiment
        The validated settings. File paths are absolute.

    Raises
    ------
    ConfigError
        If the preset or a setting does not exist, or a value is out of bounds.

    Examples
    --------
    >>> import qdiffgui
    >>> config = qdiffgui.preset("jets-observables-quantum", "model.n_layers=4", seed=1)
    >>> config.model.n_layers, config.seed
    (4, 1)
    >>> qdiffgui.preset("jets-observables-quantom")
    Traceback (most recent call last):
    ...
    qdiffgui.errors.ConfigError: There is no preset called 'jets-observables-quantom': did you ...
    """
    base: Experiment = catalog.presets[key].load() if key else Experiment()
    return absolute(
        override(
            base, [*changes, *(f"{name}={json.dumps(value)}" for name, value in settings.items())]
        )
    )


def train(
    config: Experiment | str,
    *,
    runs: Path | str | None = None,
    watch: Watch | None = None,
    progress: bool | None = None,
) -> RunDirectory:
    """Train a model in this process and evaluate it.

    The result is an ordinary run: the app and the command line list it during and after training.
    Ctrl-C stops training and keeps a checkpoint; ``resume("last")`` continues.

    Parameters
    ----------
    config : Experiment or str
        The settings, or the key of a preset.
    runs : Path or str, optional
        Folder for the runs. Default: ``$QDIFFGUI_RUNS``, else ``./runs``.
    watch : callable, optional
        Called with a progress line about once a second, for example ``print``. To receive every
        loss and sample, use ``Session.events`` instead.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook, if there is no
        ``watch``.

    Returns
    -------
    RunDirectory
        The finished run. Its ``model_file`` can be read with ``qdiffgui.load``.

    Raises
    ------
    UserError
        If training failed. The message gives the reason.

    Examples
    --------
    >>> import qdiffgui
    >>> tiny = ["model.schedule.n_steps=2", "training.iterations=20", "evaluation.n_generated=50"]
    >>> run = qdiffgui.train(qdiffgui.preset("quddpm-cluster-1q", *tiny))
    >>> str(run.state().status), run.model_file.name
    ('done', 'model.h5')
    """
    with _runner(runs) as runner:
        return _wait_for(runner, runner.submit(_settings(config)), watch, progress)


def resume(
    run: RunDirectory | str,
    *,
    runs: Path | str | None = None,
    watch: Watch | None = None,
    progress: bool | None = None,
) -> RunDirectory:
    """Continue a stopped run from its last checkpoint.

    A resumed run ends with the same numbers as one that was never stopped.

    Parameters
    ----------
    run : RunDirectory or str
        The run, or its id, the start of its id, its name, its folder, or ``"last"``.
    runs : Path or str, optional
        Folder with the runs. Default: ``$QDIFFGUI_RUNS``, else ``./runs``.
    watch : callable, optional
        Called with a progress line about once a second, for example ``print``.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook, if there is no
        ``watch``.

    Returns
    -------
    RunDirectory
        The finished run.

    Raises
    ------
    UserError
        If there is no such run, it has finished already, or training failed.

    Examples
    --------
    >>> import qdiffgui
    >>> short = ["model.schedule.n_steps=2", "training.iterations=2000"]
    >>> config = qdiffgui.preset("quddpm-cluster-1q", *short, "evaluation.n_generated=50")
    >>> def press_ctrl_c(line):
    ...     raise KeyboardInterrupt
    >>> try:
    ...     run = qdiffgui.train(config, watch=press_ctrl_c)
    ... except KeyboardInterrupt:
    ...     run = qdiffgui.resume("last")
    >>> str(run.state().status)
    'done'
    """
    stopped = _open(run, runs)
    with _runner(stopped.path.parent) as runner:
        return _wait_for(runner, runner.resume(stopped.id), watch, progress)


def evaluate(
    model: RunDirectory | Path | str,
    *,
    runs: Path | str | None = None,
    thorough: bool = False,
    progress: bool | None = None,
) -> dict[str, Any]:
    """Compare generated samples with held-out data, the floor and the trivial generators.

    Parameters
    ----------
    model : RunDirectory, Path or str
        A run (see ``resume`` for the ways to name one) or the path of a model file.
    runs : Path or str, optional
        Folder with the runs. Default: ``$QDIFFGUI_RUNS``, else ``./runs``.
    thorough : bool
        Also check with other classifiers, calibration, reweighting, tails and amplification; a
        finished run keeps the result.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook.

    Returns
    -------
    dict
        The report as plain data; in a notebook it shows its tables. ``"verdict"`` is a list of
        sentences. ``"columns"`` lists the metrics with their units. ``"rows"`` has one entry per
        generator (``"key"``) and class (``"class"``), with the metrics under ``"values"``.
        ``"tests"`` lists two-sample tests with their p-values, ``"mismodeling"`` has the maps of
        pairs of observables, and ``"findings"`` says in words what they show.

    Raises
    ------
    UserError
        If there is no such run or file, or the run has no results yet.

    Examples
    --------
    >>> import qdiffgui
    >>> tiny = ["model.schedule.n_steps=2", "training.iterations=20", "evaluation.n_generated=50"]
    >>> run = qdiffgui.train(qdiffgui.preset("quddpm-cluster-1q", *tiny))
    >>> report = qdiffgui.evaluate(run)
    >>> [row["key"] for row in report["rows"]][:2]
    ['model', 'floor']
    >>> report == qdiffgui.evaluate("last")
    True
    """
    with quiet_environment(), shown_progress(progress, "evaluating", "report"):
        from qdiffgui.evaluation.shown_report import Report
        from qdiffgui.runs import reports

        if isinstance(model, (str, Path)) and Path(model).is_file():
            return Report(reports.report_of_model(Path(model), thorough=thorough))
        return Report(reports.report_of_run(_open(model, runs), thorough=thorough))


def sweep(
    config: Experiment | str,
    over: Sequence[str],
    *,
    search: str = "grid",
    trials: int | None = None,
    goal: str = "",
    workers: int | None = None,
    scheduler: str | None = None,
    runs: Path | str | None = None,
    watch: Watch | None = None,
    progress: bool | None = None,
) -> SweepResult:
    """Train over many settings, on this machine or a cluster.

    Each training is an ordinary run in the folder of the sweep; see docs/CLUSTER.md. A sweep starts
    processes, so scripts must call it under ``if __name__ == "__main__":``. Ctrl-C keeps
    checkpoints; ``qdiffgui sweep --resume last`` continues.

    Parameters
    ----------
    config : Experiment or str
        The settings all runs share, or the key of a preset.
    over : sequence of str
        The settings to vary, such as ``["model.n_layers=2,4", "seed=0..2"]``.
    search : {"grid", "random", "optuna"}
        How to choose the combinations. ``"grid"`` tries all of them.
    trials : int, optional
        Number of random or Optuna trials, each at all seeds.
    goal : str
        Metric that Optuna optimizes. Default: the classifier AUC, else W1.
    workers : int, optional
        Worker processes on this machine. Default: the number of CPUs.
    scheduler : str, optional
        Address of a Dask scheduler (``tcp://HOST:PORT``) to use instead of local workers.
    runs : Path or str, optional
        Folder for the sweep. Default: ``$QDIFFGUI_RUNS``, else ``./runs``.
    watch : callable, optional
        Called with a line whenever a run changes state, for example ``print``.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook, if there is no
        ``watch``.

    Returns
    -------
    SweepResult
        A list of dict, one row per run: the varied settings, status, costs and metrics. ``path``
        is the folder of the sweep, and ``plots()`` draws the headline metric versus each setting.

    Raises
    ------
    UserError
        If a setting, value or search is not valid, or the scheduler cannot be reached.

    Examples
    --------
    >>> import qdiffgui
    >>> tiny = ["model.schedule.n_steps=2", "training.iterations=20", "evaluation.n_generated=50"]
    >>> config = qdiffgui.preset("quddpm-cluster-1q", *tiny)
    >>> rows = qdiffgui.sweep(config, ["seed=0..1"], workers=1)
    >>> [(row["seed"], row["status"]) for row in rows]
    [(0, 'done'), (1, 'done')]
    """
    from qdiffgui.studies.sweep import directory
    from qdiffgui.studies.sweep.drive import drive
    from qdiffgui.studies.sweep.plan import list_points, make_plan
    from qdiffgui.studies.sweep.result import SweepResult

    plan = make_plan(_settings(config), over, search=search, trials=trials, goal=goal)
    made = directory.create(plan, list_points(plan), None if runs is None else Path(runs))

    with progress_bar(progress, "sweep", watched=watch is not None) as show:

        def say(ended: int, planned: int, sentence: str) -> None:
            show(ended, planned, "sweep")
            if watch is not None:
                watch(f"[{ended} of {planned}] {sentence}")

        show(0, plan.n_runs, "sweep")
        drive(made, scheduler=scheduler, workers=workers, watch=say)
    return SweepResult(made)


def scale(
    config: Experiment | str,
    *,
    effort: float = 1.0,
    seeds: int = 3,
    runs: Path | str | None = None,
    watch: Watch | None = None,
    progress: bool | None = None,
) -> ScalingStudy:
    """Study how the cost, trainability and quality of an experiment grow with its size.

    A study takes minutes. It is described in docs/SCALING.md.

    Parameters
    ----------
    config : Experiment or str
        The settings, or the key of a preset.
    effort : float
        Factor on the number of draws, timings and training iterations.
    seeds : int
        Seeds per short training run.
    runs : Path or str, optional
        Folder with the runs; short training runs go to its folder of studies. Default:
        ``$QDIFFGUI_RUNS``, else ``./runs``.
    watch : callable, optional
        Called with a progress line, for example ``print``.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook, if there is no
        ``watch``.

    Returns
    -------
    ScalingStudy
        The results. ``plain()`` returns them as plain data; ``plain()["verdict"]`` in words.

    Raises
    ------
    UserError
        If the settings are not valid.

    See Also
    --------
    qdiffgui.studies.scaling.static : Counts gates, shots and operations within a second.

    Examples
    --------
    >>> import qdiffgui
    >>> study = qdiffgui.scale("quddpm-cluster-1q")  # doctest: +SKIP
    >>> print(*study.plain()["verdict"], sep="\\n")  # doctest: +SKIP

    The static part alone takes a second:

    >>> from qdiffgui.studies.scaling import static
    >>> counts = static(qdiffgui.preset("quddpm-cluster-1q"))
    >>> rows = {row.key: row for group in counts.groups for row in group.rows}
    >>> rows["n_weights"].value, rows["n_weights"].formula
    (16, '2(n + nₐ)L')
    """
    wanted = _settings(config)
    name = config if isinstance(config, str) else config.name or config.model.kind
    watched, said = watch is not None, ""
    with (
        quiet_environment(),
        progress_bar(progress, "scaling study", watched=watched, counted=False) as show,
    ):
        from qdiffgui.runs.store import RunStore
        from qdiffgui.studies.scaling import ScalingStudy, run_study

        for event in run_study(
            name, wanted, RunStore(runs).for_studies(), effort=effort, n_seeds=seeds
        ):
            if isinstance(event, ScalingStudy):
                show(1.0, 1.0, "scaling study")
                return event
            show(event.share, 1.0, event.text)
            if watch is not None and event.text != said:
                said = event.text
                watch(event.line)
    raise AssertionError("a study ends with its result")


@contextmanager
def _runner(runs: Path | str | None) -> Iterator[Runner]:
    """A runner that trains in this process. It is closed at the end."""
    with quiet_environment():
        from qdiffgui.runs.runner import Runner
        from qdiffgui.runs.store import RunStore

        runner = Runner(RunStore(runs), mode="thread")
        try:
            yield runner
        finally:
            runner.close()


def _wait_for(
    runner: Runner, run: RunDirectory, watch: Watch | None, progress: bool | None
) -> RunDirectory:
    """Wait for the end of the run and report progress."""
    from qdiffgui.runs.state import Status
    from qdiffgui.runs.status_line import status_line, without_repeats

    say, due = without_repeats(watch), 0.0
    with progress_bar(progress, "training", watched=watch is not None) as show:
        try:
            while not runner.wait(run.id, 0.1):
                if time.monotonic() >= due:
                    due = time.monotonic() + _EVERY
                    state = run.state()
                    say(status_line(state))
                    _show_state(show, state)
        except KeyboardInterrupt:
            runner.stop(run.id)
            runner.wait(run.id)
            raise
        state = run.state()
        _show_state(show, state)
    say(status_line(state))
    if state.status in (Status.FAILED, Status.INTERRUPTED):
        how = "failed" if state.status == Status.FAILED else "was interrupted"
        raise UserError(f"The run '{run.id}' {how}: {state.message}")
    return run


def _show_state(show: Show, state: RunState) -> None:
    """Show the progress of a run, with its loss."""
    loss = "" if state.loss is None else f", loss {state.loss:.4g}"
    show(state.step, state.total, f"{state.phase or state.status}{loss}")


def _settings(config: Experiment | str) -> Experiment:
    if isinstance(config, str):
        return preset(config)
    if not isinstance(config, Experiment):
        found = type(config).__name__
        raise UserError(
            f"Expected settings (an Experiment) or the key of a preset; found {found}: "
            "qdiffgui.preset and qdiffgui.config.parse make settings."
        )
    return config


def _open(run: RunDirectory | Path | str, runs: Path | str | None) -> RunDirectory:
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.runs.store import open_run

    return run if isinstance(run, RunDirectory) else open_run(str(run), runs)
