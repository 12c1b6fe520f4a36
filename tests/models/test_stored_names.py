"""Checkpoints and model files of layout 1 stay readable: their arrays keep their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.models.test_contract import CASES, VARIANTS, build, samples

STORED: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parents[1] / "stored" / "layout1" / "names.json").read_bytes()
)
"""By model: names in ``state()`` and ``weights()`` at layout 1."""


def case_name(key: str, kind: str, settings: dict[str, Any]) -> str:
    return f"{key} {kind} {json.dumps(settings, sort_keys=True)}"


@pytest.mark.parametrize(
    ("key", "kind", "settings"),
    [case for case in [*((k, d, {}) for k, d in CASES), *VARIANTS] if case_name(*case) in STORED],
)
def test_arrays_keep_their_stored_names(key: str, kind: str, settings: dict[str, Any]) -> None:
    model = build(key, kind, **settings)
    model.fit(samples(kind))
    model.step(0)
    stored = STORED[case_name(key, kind, settings)]
    assert sorted(model.state()) == stored["state"]
    assert sorted(model.weights()) == stored["weights"]
