"""Fixtures of the tests of the toy package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from qdiffgui_toy.file_format import HEADER

from tests.cli.conftest import command
from tests.ui.conftest import kernel, wait

__all__ = ["command", "kernel", "wait"]


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A file of 200 toy jets."""
    rng = np.random.default_rng(0)
    rows = np.stack([np.arange(200) % 2, rng.lognormal(4, 0.3, 200), rng.random(200)], axis=1)
    path = tmp_path / "jets.csv"
    lines = (f"{label:.0f},{mass:.4f},{width:.4f}" for label, mass, width in rows)
    path.write_bytes(HEADER + "\n".join(lines).encode())
    return path
