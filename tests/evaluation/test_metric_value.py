from __future__ import annotations

from qdiffgui.evaluation.metric_value import class_prefix


def test_a_class_begins_with_a_capital_and_keeps_its_unit() -> None:
    assert class_prefix("gluon", ": ") == "Gluon: "
    assert class_prefix("10-32 GeV", ", ") == "10-32 GeV, "


def test_all_samples_together_have_no_prefix() -> None:
    assert class_prefix("all", ": ") == ""
