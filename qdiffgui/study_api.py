"""The Python interface of studies of a run: see ``qdiffgui.api`` for the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qdiffgui.progress import progress_bar
from qdiffgui.runs.threads import quiet_environment

if TYPE_CHECKING:
    from qdiffgui.runs.directory import RunDirectory
    from qdiffgui.studies.ablation.result import AblationStudy


def ablate(
    run: RunDirectory | Path | str,
    *,
    variants: Sequence[str] | None = None,
    effort: float = 1.0,
    seeds: int = 3,
    runs: Path | str | None = None,
    watch: Callable[[str], object] | None = None,
    progress: bool | None = None,
) -> AblationStudy:
    """Train variants of a run's model and compare them by the run's own evaluation.

    The variants are: without entangling gates, with a circuit whose angles stay at their first
    values, with a network in place of the circuit, and untrained. Finished runs are kept, so
    a study that was stopped continues.

    Parameters
    ----------
    run : RunDirectory, Path or str
        The run, or its id, name, folder or ``"last"``.
    variants : sequence of str, optional
        ``"no-entanglement"``, ``"frozen"``, ``"twin"``, ``"untrained"``. Default: all that apply.
    effort : float
        Factor on the run's optimizer steps, for every variant.
    seeds : int
        Seeds of each variant: that of the run and the next ones.
    runs : Path or str, optional
        Folder with the runs; the variants go to its folder of studies. Default:
        ``$QDIFFGUI_RUNS``, else ``./runs``.
    watch : callable, optional
        Called with a progress line, for example ``print``.
    progress : bool, optional
        Whether to show a progress bar. Default: in a terminal or a notebook, if there is no
        ``watch``.

    Returns
    -------
    AblationStudy
        The result. ``verdict`` has the conclusions in words; ``plain()`` returns plain data.

    Raises
    ------
    UserError
        If there is no such run, or its model has no circuit.

    Examples
    --------
    >>> import qdiffgui
    >>> small = ["data.n_jets=1000", "training.iterations=3", "evaluation.n_generated=200"]
    >>> config = qdiffgui.preset("jets-observables-quantum", "model.n_qubits=4", *small)
    >>> run = qdiffgui.train(config)
    >>> study = qdiffgui.ablate(run, variants=["no-entanglement"], seeds=1)
    >>> study.verdict[0].startswith("Without entangling gates the ")
    True
    """
    watched, said = watch is not None, ""
    with quiet_environment(), progress_bar(progress, "ablation", watched=watched) as show:
        from qdiffgui.runs.store import RunStore
        from qdiffgui.studies.ablation.result import AblationStudy
        from qdiffgui.studies.ablation.study import run_ablation, settings_of

        name, config = settings_of(str(getattr(run, "path", run)), runs)
        for event in run_ablation(
            name,
            config,
            RunStore(runs),
            wanted=variants,
            n_seeds=seeds,
            effort=effort,
            mode="thread",
        ):
            if isinstance(event, AblationStudy):
                return event
            show(event.done, event.total, "ablation, runs")
            if watch is not None and event.line != said:
                said = event.line
                watch(said)
    raise AssertionError("a study ends with its result")
