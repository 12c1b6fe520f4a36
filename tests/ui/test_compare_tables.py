"""Tables of the area Compare: settings that differ, folded reports, names of metrics."""

from __future__ import annotations

from qdiffgui.ui.labels import metric_label
from qdiffgui.ui.panels.report_card import report_card
from qdiffgui.ui.panels.settings_table import settings_table
from tests.runs.tiny import STATES, tiny
from tests.ui.test_compare import report


def test_only_settings_that_differ_are_shown_by_their_labels() -> None:
    one, two = tiny(STATES, name="x"), tiny(STATES, name="x", seed=3, learning_rate=0.5)
    text = settings_table({"one": one, "two <b>": two}, "two <b>")
    assert "Learning rate" in text
    assert "learning_rate" not in text
    assert "Batch" not in text
    assert text.index("two &lt;b&gt; (baseline)") < text.index(">one<")
    assert text.count("<mark>") == 2
    everything = settings_table({"one": one, "two": two}, everything=True)
    assert "Batch" in everything
    assert everything.count("<tr") > 15
    assert "have the same settings" in settings_table({"one": one, "two": one})


def test_a_report_of_many_classes_is_folded() -> None:
    def words(card) -> str:
        return "".join(part.value for part in card.children)

    few, many = (
        words(report_card("x", report(1, tuple(f"k{i}" for i in range(n))))) for n in (2, 10)
    )
    assert (few.count("<details"), few.count("<table")) == (0, 2)
    assert many.count("<details") == 11
    assert "Best trivial generator" in many
    assert many.index("First of k9".lower()) < many.index("More &lt;b&gt;.")
    assert "W <i>" not in few + many
    closed = words(report_card("x", report(1), is_open=False))
    assert closed.index("first of all") < closed.index("<details")
    both = words(report_card("x", report(1, ("k0", "k1")), is_open=False))
    assert both.index("first of k1") < both.index("<details"), "not only the first of two classes"


def test_tests_and_findings_are_folded_below_the_tables() -> None:
    test = {
        "class": "all",
        "key": "ks",
        "label": "Mean KS",
        "value": 0.4,
        "median": 0.02,
        "high": 0.03,
        "p": 0.005,
        "n": 3000,
        "n_null": 199,
    }
    added = {"tests": [test], "mismodeling": [], "findings": ["All samples: <differ>."]}
    card = report_card("x", report(1) | added)
    text = "".join(part.value for part in card.children)
    assert text.count("<details") == 1
    assert "All samples: &lt;differ&gt;." in text
    assert "<td>Mean KS</td>" in text
    assert "<td>≤ 0.005</td>" in text


def test_metrics_have_names() -> None:
    assert metric_label("w1:mass") == "W1 Jet mass / GeV"
    assert metric_label("auc") == "Classifier AUC"
    assert metric_label("w1-relative:ptd") == "W1 pTD / relative"
    assert metric_label("something") == "something"
