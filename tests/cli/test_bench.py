from __future__ import annotations

import pytest

from qdiffgui.cli.bench import parse_sizes
from qdiffgui.errors import UserError
from tests.cli.conftest import Command


@pytest.mark.slow
def test_every_simulator_is_right_and_compared_with_the_engine(command: Command) -> None:
    rows = command("bench", "engine", "--sizes", "2x4", "--rounds", "1", "--json").json
    assert {row["simulator"] for row in rows} >= {
        "engine",
        "PennyLane default.qubit, torch",
        "PennyLane lightning.qubit, adjoint",
    }
    assert all(row["correct"] and row["cpu_ms"] > 0 for row in rows)
    assert next(row["times_engine"] for row in rows if row["simulator"] == "engine") == 1


def test_sizes_are_read_or_refused() -> None:
    assert parse_sizes("4x256, 8x1") == [(4, 256), (8, 1)]
    for text in ("4z", "", "0x4", "4x0", "40x2", "4x-1"):
        with pytest.raises(UserError, match="Expected sizes such as 4x256"):
            parse_sizes(text)
