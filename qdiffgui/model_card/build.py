"""Build a model card from the settings, the facts of the model and the report."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import islice
from typing import Any, TypeGuard

from qdiffgui import catalog
from qdiffgui._version import __version__
from qdiffgui.bounds import LONGEST
from qdiffgui.config import Experiment
from qdiffgui.model_card.citations import bibtex, used_papers
from qdiffgui.model_card.limits import limits
from qdiffgui.model_card.schema import (
    MOST_FACTS,
    Card,
    DataPart,
    Evaluation,
    Metric,
    ModelPart,
    Row,
    Test,
    TrainingPart,
    Value,
)

_MOST = 10**15
_OF_OTHER_PARTS = frozenset(
    (
        *("n_parameters", "n_qubits", "training_cpu_seconds", "steps", "planned_steps"),
        *("n_train", "n_test", "classes", "dataset", "dataset_digest", "created", "versions"),
    )
)
"""Facts of a model file that do not describe the model itself."""


def build_card(
    config: Experiment,
    facts: Mapping[str, Any],
    report: Mapping[str, Any] | None = None,
    *,
    name: str = "",
) -> Card:
    """The card of a model.

    Parameters
    ----------
    config : Experiment
        The settings.
    facts : mapping
        Facts as a model file stores them; those that are missing stay unknown.
    report : mapping, optional
        The report (``metrics.json``). Without one the card says that there was no evaluation.
    name : str
        Name of the run. Default: that of the settings, else the label of the model.

    Returns
    -------
    Card
        The same for equal arguments.
    """
    model = _model(config, facts)
    data = _data(config, facts)
    evaluation = None if report is None else _evaluation(report)
    training = _training(config, facts)
    papers = used_papers(config.model_dump(mode="json"), report or {})
    return Card(
        name=name or config.name or model.label,
        summary=f"{model.label}, trained on: {data.label} ({model.representation_label}).",
        qdiffgui=__version__,
        created=_text(facts.get("created")),
        model=model,
        data=data,
        training=training,
        evaluation=evaluation,
        limits=tuple(limits(model, data, training, evaluation)),
        papers=papers,
        bibtex=bibtex(papers),
    )


def _model(config: Experiment, facts: Mapping[str, Any]) -> ModelPart:
    entry = catalog.models[config.model.kind]
    return ModelPart(
        kind=config.model.kind,
        label=entry.label,
        about=entry.summary,
        quantum=bool(entry.facts["quantum"]),
        representation=config.representation.kind,
        representation_label=catalog.representations[config.representation.kind].label,
        n_parameters=_count(facts.get("n_parameters")),
        n_qubits=_count(facts.get("n_qubits", getattr(config.model, "n_qubits", None))),
        facts=_bounded(
            {
                key: value
                for key, value in facts.items()
                if key not in _OF_OTHER_PARTS and _is_plain(value)
            }
        ),
    )


def _data(config: Experiment, facts: Mapping[str, Any]) -> DataPart:
    entry = catalog.datasets[config.data.kind]
    classes = facts.get("classes")
    return DataPart(
        kind=config.data.kind,
        label=entry.label,
        name=_text(facts.get("dataset")),
        digest=_text(facts.get("dataset_digest")),
        level=entry.facts.get("level") or f"Data set '{entry.label}': {entry.summary}",
        classes=tuple(map(str, classes[:MOST_FACTS])) if isinstance(classes, list) else (),
        n_train=_count(facts.get("n_train")),
        n_test=_count(facts.get("n_test")),
        test_fraction=config.evaluation.test_fraction,
    )


def _training(config: Experiment, facts: Mapping[str, Any]) -> TrainingPart:
    seconds, versions = facts.get("training_cpu_seconds"), facts.get("versions")
    planned = _count(facts.get("planned_steps"))
    return TrainingPart(
        steps=_count(facts.get("steps")),
        planned_steps=config.training.iterations if planned is None else planned,
        batch_size=config.training.batch_size,
        learning_rate=config.training.learning_rate,
        seed=config.seed,
        cpu_seconds=seconds if _is_number(seconds) and 0 <= seconds <= LONGEST else None,
        versions=_bounded(
            {key: _text(found) for key, found in versions.items()}
            if isinstance(versions, Mapping)
            else {}
        ),
    )


def _evaluation(report: Mapping[str, Any]) -> Evaluation:
    rows = [
        Row(
            key=row["key"],
            generator=row["label"],
            of_class=row["class"],
            n=row.get("n", report["n_generated"]),
            values={
                key: Value(value=cell["value"], error=cell["error"])
                for key, cell in row["values"].items()
                if cell is not None and math.isfinite(cell["value"] + cell["error"])
            },
        )
        for row in report["rows"]
    ]
    judge = report.get("judge")
    return Evaluation(
        n_generated=report["n_generated"],
        n_test=report["n_test"],
        classifier=f"{judge['auc']}, {judge['folds']}-fold cross-validation" if judge else "",
        metrics=tuple(
            Metric(**column)
            for column in report["columns"]
            if any(column["key"] in row.values for row in rows)
        ),
        rows=tuple(rows),
        tests=tuple(
            Test(label=test["label"], of_class=test["class"], p=test["p"], n=test["n"])
            for test in report.get("tests", ())
        ),
        verdict=tuple(report["verdict"]),
        findings=tuple(report.get("findings", ())),
        notes=tuple(report.get("notes", ())),
        thorough="thorough" in report,
    )


def _bounded(found: Mapping[str, Any]) -> dict[str, Any]:
    return dict(islice(found.items(), MOST_FACTS))


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _count(found: Any) -> int | None:
    """A number of things; None for what is not one."""
    is_count = isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _MOST
    return found if is_count else None


def _is_number(found: Any) -> TypeGuard[float]:
    return isinstance(found, (int, float)) and not isinstance(found, bool) and math.isfinite(found)


def _is_plain(found: Any) -> bool:
    if isinstance(found, int):
        return abs(found) <= _MOST
    return isinstance(found, str) or (isinstance(found, float) and math.isfinite(found))
