"""The comparison of a trained model with held-out data: read where it was made, made where it was not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdiffgui.errors import DataError, UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import read_arrays

if TYPE_CHECKING:
    from qdiffgui.evaluation.groups import Sampler
    from qdiffgui.experiment import Session
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel


def of_run(run: RunDirectory) -> dict[str, Any]:
    """The content of ``metrics.json``; of a run that did not come so far, made now from its last checkpoint.

    Raises ``UserError`` where it has not even a checkpoint.
    """
    found = run.metrics()
    return found if found is not None else session_of(run).report()


def session_of(run: RunDirectory) -> Session:
    """The training as it was at the last checkpoint; raises ``UserError`` where there is none."""
    from qdiffgui.experiment import Session

    if not run.checkpoint_file.exists():
        raise UserError(f"The run '{run.id}' is {run.state().status} and has nothing learned on the disk yet.")
    session = Session(run.config())
    session.restore(read_arrays(run.checkpoint_file)[0])
    return session


def of_model(path: Path) -> dict[str, Any]:
    """The same for a model file, on the data of its settings.

    Raises ``DataError`` where the file is no model, or the data are not here or not those it was trained on.
    """
    model, prepared = model_with_data(path)
    return of_sampler(model, prepared, lambda n, label, seed: model.family.sample(n, label, seed=seed).x)


def model_with_data(path: Path) -> tuple[TrainedModel, Prepared]:
    """A model file and the data of its settings; raises as ``of_model``."""
    from qdiffgui.experiment import prepare
    from qdiffgui.model_file import load

    model = load(path)
    prepared = prepare(model.config)
    trained_on = model.facts.get("dataset_digest")
    if trained_on is not None and trained_on != prepared.dataset.digest:
        raise DataError(f"'{path.name}' was trained on other data than '{prepared.dataset.name}' is now: bring those back.")
    return model, prepared


def of_sampler(
    model: TrainedModel, prepared: Prepared, sampler: Sampler, n_generated: int | None = None, seed: int | None = None
) -> dict[str, Any]:
    """The comparison of what ``sampler(n, label, seed)`` draws in place of ``model``; numbers as in its settings where none are given."""
    from qdiffgui.evaluation.report import evaluate

    config, classes = model.config, prepared.train.spec.classes
    return evaluate(
        train=prepared.train, test=prepared.test, train_content=prepared.train_content, test_content=prepared.test_content,
        representation=model.representation, classes=classes if config.model.conditional and len(classes) > 1 else {},
        n_generated=n_generated or config.evaluation.n_generated, sampler=sampler, seed=config.seed if seed is None else seed,
    )  # fmt: skip
