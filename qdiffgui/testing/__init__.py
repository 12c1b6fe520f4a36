"""The contract of everything that can be added to qdiffgui, for authors of plug-ins.

Each function checks one registered object and raises ``AssertionError`` with one sentence that says
what is missing or wrong. Call them from the tests of your package:

    from qdiffgui import testing

    def test_model():
        testing.check_model("my-model", n_layers=1)

Every function takes the key of a registry entry, the entry itself, or the object that the entry
names. The tests of qdiffgui call the same functions for all of its own models, schedules, data
sets, file formats, representations, ansaetze, metrics, presets and lessons.
"""

from qdiffgui.testing._circuits import check_ansatz
from qdiffgui.testing._data import check_dataset, check_format, check_representation
from qdiffgui.testing._experiments import check_lesson, check_preset
from qdiffgui.testing._metrics import check_metric
from qdiffgui.testing._model_case import ModelCase
from qdiffgui.testing._model_checks import MODEL_CHECKS
from qdiffgui.testing._models import check_model
from qdiffgui.testing._schedules import check_schedule

__all__ = [
    "MODEL_CHECKS",
    "ModelCase",
    "check_ansatz",
    "check_dataset",
    "check_format",
    "check_lesson",
    "check_metric",
    "check_model",
    "check_preset",
    "check_representation",
    "check_schedule",
]
