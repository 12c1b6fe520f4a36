"""The limits of a model in sentences: what its data are, what was not looked at, what is not
claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qdiffgui.model_card.schema import DataPart, Evaluation, ModelPart, TrainingPart

NO_ADVANTAGE = "No claim of quantum advantage is made."
NOT_EVALUATED = (
    "This card has no evaluation: nothing here says how close generated samples are to held-out "
    "ones. 'qdiffgui evaluate' compares them."
)


def limits(
    model: ModelPart, data: DataPart, training: TrainingPart, evaluation: Evaluation | None
) -> Iterator[str]:
    """The sentences, computed from the other parts of a card."""
    yield data.level
    if model.quantum:
        yield (
            f"{NO_ADVANTAGE} All circuits are simulated on a classical computer, without noise; "
            "'qdiffgui noise' studies noise and finite shots."
        )
    else:
        yield f"{NO_ADVANTAGE} The model is classical."
    if training.steps is not None and training.steps < training.planned_steps:
        yield f"Training ended after {training.steps} of {training.planned_steps} steps."
    if evaluation is None:
        yield NOT_EVALUATED
        return
    yield from _of_evaluation(evaluation)


def _of_evaluation(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.classifier and any(metric.key == "auc" for metric in evaluation.metrics):
        sizes = sorted({row.n for row in evaluation.rows if row.key == "model"})
        shown = " and ".join(f"{n} against {n}" for n in sizes)
        yield (
            f"An AUC depends on the classifier and on the number of samples: here it is that of "
            f"{evaluation.classifier}, with {shown} samples. A stronger classifier, or more "
            "samples, finds more differences."
        )
    if not evaluation.thorough:
        yield (
            "The evaluation did not look at other classifiers, calibration, reweighting, tails or "
            "amplification: 'qdiffgui evaluate RUN --thorough' does."
        )
    if not evaluation.tests:
        yield "The evaluation has no two-sample tests."
    yield (
        "Errors are those of one trained model and one draw of samples: they leave out the scatter "
        "between training seeds."
    )
    yield (
        "Held-out samples belong to the same data set: other energies, generators or detectors "
        "were not looked at."
    )
