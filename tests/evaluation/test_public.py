"""``qdiffgui.evaluation`` hands out its names lazily."""

from __future__ import annotations

import subprocess
import sys

import pytest

from qdiffgui import evaluation


def test_every_public_name_is_found():
    assert all(callable(getattr(evaluation, name)) for name in evaluation.__all__)
    assert set(evaluation.__all__) <= set(dir(evaluation))
    assert set(evaluation.__all__) == set(evaluation._HOME)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = evaluation.nothing


def test_importing_it_loads_no_library():
    heavy = ("numpy", "scipy", "sklearn", "ot", "torch", "pennylane")
    code = f"import sys, qdiffgui.evaluation; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
