"""The contract of a model, on each kind of data that it accepts."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from qdiffgui import catalog
from qdiffgui.registry import Entry
from qdiffgui.testing._common import check_words, find, one_sentence, require, settings_class
from qdiffgui.testing._model_case import NOT_TRAINED, ModelCase
from qdiffgui.testing._model_checks import MODEL_CHECKS


@one_sentence
def check_model(model: Any, *, not_trained: Collection[str] = NOT_TRAINED, **settings: Any) -> None:
    """Check a model on each kind of data that it accepts.

    Training resumes to the same numbers, sampling is reproducible and does not disturb training,
    exported weights are complete, samples are valid, and each trainable number gets a gradient.

    Parameters
    ----------
    model : str, Entry or type
        The key in ``qdiffgui.catalog.models``, the entry, or the class itself.
    not_trained : collection of str
        Parts of the names of the arrays in ``weights()`` that training does not change.
    **settings
        Settings that differ from their defaults, best for a small model.

    Raises
    ------
    AssertionError
        With one sentence that says what is missing or wrong.

    Examples
    --------
    >>> from qdiffgui import testing
    >>> testing.check_model("quantum-denoiser", n_qubits=3, n_layers=1)
    """
    entry = find(catalog.models, model)
    config = check_entry(entry)
    for kind in sorted(config.accepts):
        case = ModelCase(entry.key, kind, settings, not_trained)
        for check in MODEL_CHECKS:
            check(case)


def check_entry(entry: Entry) -> type[Any]:
    """Check what the entry, the settings and the class of a model say; return the settings."""
    from qdiffgui.config.models import ModelConfig
    from qdiffgui.models.base import DiffusionModel

    check_words(catalog.models, entry)
    config = settings_class(entry, ModelConfig)
    found = entry.load()
    require(
        isinstance(found, type) and issubclass(found, DiffusionModel),
        f"'{entry.target}' must be a class that derives from qdiffgui.models.base.DiffusionModel.",
    )
    require(
        found.kind == entry.key,
        f"The model says it is '{found.kind}', its entry '{entry.key}': make the two equal.",
    )
    require(
        bool(config.quantum) == bool(entry.facts["quantum"]),
        f"The settings and the entry of '{entry.key}' must agree on 'quantum'.",
    )
    require(config.accepts, f"The settings of '{entry.key}' must say what data they accept.")
    return config
