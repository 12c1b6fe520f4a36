from __future__ import annotations

from qdiffgui.evaluation.heading import heading


def test_a_class_begins_with_a_capital_and_keeps_its_unit() -> None:
    assert heading("gluon", ": ") == "Gluon: "
    assert heading("10-32 GeV", ", ") == "10-32 GeV, "


def test_all_samples_together_have_no_heading() -> None:
    assert heading("all", ": ") == ""
