"""The two-sample tests of a report in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qdiffgui.cli import output


def show_tests(report: Mapping[str, Any], name: str) -> None:
    """Print the p-values of the two-sample tests of ``name``, one table for all classes."""
    from qdiffgui.evaluation.check_tables import HEADS, rows_of_tests

    rows = rows_of_tests(report)
    if rows:
        output.table(
            ("class", *HEADS),
            rows,
            title=f"{name}: two-sample tests",
            right=range(2, len(HEADS) + 1),
        )
