"""Evaluation reports: the comparison of a trained model with held-out data, read or computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qdiffgui.errors import DataError, UserError
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import write_json
from qdiffgui.runs.recorder import read_checkpoint

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.evaluation.class_samples import Sampler
    from qdiffgui.experiment import Session
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel


def report_of_run(run: RunDirectory, *, thorough: bool = False) -> dict[str, Any]:
    """The evaluation report of a run.

    It is the content of ``metrics.json``, or computed now from the last checkpoint of an unfinished
    run. ``thorough`` adds the thorough checks; a finished run keeps them in ``metrics.json``.

    Raises
    ------
    UserError
        If the run has neither, or the checks cannot be stored.
    """
    run.require_readable()
    found = run.metrics()
    if found is None:
        return restored_session(run).report(thorough=thorough)
    if not thorough or "thorough" in found:
        return found
    from qdiffgui.evaluation.checks import ADDED

    new = report_of_model(run.model_file, with_baselines=False, thorough=True)
    found |= {name: new[name] for name in (*ADDED, "version")}
    try:
        write_json(run.metrics_file, found)
    except OSError as error:
        raise UserError(f"Cannot write '{run.metrics_file}': {error.strerror or error}.") from error
    return found


def restored_session(run: RunDirectory) -> Session:
    """The training as it was at the last checkpoint.

    Raises
    ------
    UserError
        If the run has no checkpoint yet.
    """
    from qdiffgui.experiment import Session

    if not run.checkpoint_file.exists():
        raise UserError(
            f"The run '{run.id}' is {run.state().status} and has no checkpoint yet: train it first."
        )
    session = Session(run.config())
    session.restore(read_checkpoint(run)[0])
    return session


def report_of_model(
    path: Path, *, with_baselines: bool = True, thorough: bool = False
) -> dict[str, Any]:
    """The evaluation report of a model file, on the data of its settings; ``with_baselines`` and
    ``thorough`` as in ``evaluate``.

    Raises
    ------
    DataError
        If the file is not a model, or the data are missing or differ from the training data.
    """
    model, prepared = model_with_data(path)
    sampled = model.diffusion_model
    return report_of_sampler(
        model,
        prepared,
        lambda n, label, seed: sampled.sample(n, label, seed=seed).x,
        with_baselines=with_baselines,
        itself=True,
        thorough=thorough,
    )


def report_of_file(config: Experiment, path: Path) -> dict[str, Any]:
    """The evaluation report of samples from a file, compared like those of a model with these
    settings: same held-out data, representation, floor and trivial generators.

    Raises
    ------
    DataError
        If the file or the data cannot be used, or the samples cannot be compared; the message says
        why.
    """
    from qdiffgui.evaluation.report import evaluate
    from qdiffgui.experiment import prepare
    from qdiffgui.experiment.file_samples import encode_file, shortages

    prepared = prepare(config)
    samples = encode_file(prepared, path)
    classes = prepared.train.spec.classes
    asked = classes if config.model.conditional and len(classes) > 1 else {}
    found = {label: name for label, name in asked.items() if len(samples.rows(label))}
    if asked and not found:
        raise DataError(
            f"'{samples.name}' has no samples of the classes {', '.join(asked.values())}."
        )
    report = evaluate(
        train=prepared.train,
        test=prepared.test,
        train_content=prepared.train_content,
        test_content=prepared.test_content,
        representation=prepared.representation,
        sampler=lambda n, label, seed: samples.draw(n, label, seed),
        classes=found,
        n_generated=config.evaluation.n_generated,
        seed=config.seed,
    )
    for row in report["rows"]:
        if row["key"] == "model":
            row["label"] = samples.name
    report["notes"] += [*samples.notes, *shortages(samples, found, config.evaluation.n_generated)]
    return report | {"file": samples.path, "file_digest": samples.digest}


def model_with_data(path: Path) -> tuple[TrainedModel, Prepared]:
    """A model file and the data of its settings. Raises the same errors as ``report_of_model``."""
    from qdiffgui.data.types import Images, Jets, Points, Table
    from qdiffgui.experiment import prepare
    from qdiffgui.model_file import load

    model = load(path)
    prepared = prepare(model.config)
    dataset = prepared.dataset
    # states and showers are computed, and their last digits depend on the machine, like shapes
    is_shape = isinstance(dataset.content, Points) and not model.config.data.file
    computed = is_shape or not isinstance(dataset.content, Jets | Images | Table)
    trained_on = model.facts.get("dataset_digest")
    if not computed and trained_on and trained_on != dataset.digest:
        raise DataError(
            f"The data '{dataset.name}' have changed since '{path.name}' was trained: "
            "restore the original data."
        )
    return model, prepared


def report_of_sampler(
    model: TrainedModel,
    prepared: Prepared,
    sampler: Sampler,
    n_generated: int | None = None,
    seed: int | None = None,
    *,
    with_baselines: bool = True,
    itself: bool = False,
    thorough: bool = False,
) -> dict[str, Any]:
    """The evaluation report of samples from ``sampler(n, label, seed)`` in place of ``model``.

    The number of samples and the seed default to those of its settings. ``with_baselines`` and
    ``thorough`` as in ``evaluate``. ``itself``: the sampler is that of the model, so that the
    report has metrics of the model, too.
    """
    from qdiffgui.evaluation.report import evaluate

    config, classes = model.config, prepared.train.spec.classes
    return evaluate(
        train=prepared.train,
        test=prepared.test,
        train_content=prepared.train_content,
        test_content=prepared.test_content,
        representation=model.representation,
        classes=classes if config.model.conditional and len(classes) > 1 else {},
        n_generated=n_generated or config.evaluation.n_generated,
        sampler=sampler,
        seed=config.seed if seed is None else seed,
        with_baselines=with_baselines,
        model=model.diffusion_model if itself else None,
        thorough=thorough,
    )
