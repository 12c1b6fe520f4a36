"""The plot widget holds back: one message in flight, the rest is put together; a new view gets
everything.
"""

from __future__ import annotations

import json

import plotly.graph_objects as go
import pytest

from qdiffgui.ui.widgets import Plot


@pytest.fixture
def plot(monkeypatch):
    made = Plot(go.Figure(go.Scatter(x=[], y=[])))
    made.messages = []
    monkeypatch.setattr(made, "send", lambda content, buffers=None: made.messages.append(content))
    return made


def answer(plot, **content):
    plot._answer(plot, content, [])


def test_nothing_is_sent_before_a_view_is_there(plot):
    plot.extend({0: ([1], [2.0])})
    assert plot.messages == []
    answer(plot, op="ready")
    assert [m["op"] for m in plot.messages] == ["react"]
    assert json.loads(plot.messages[0]["figure"])["data"][0]["x"] == [1]


def test_points_wait_for_the_answer_and_come_together(plot):
    answer(plot, op="ready")
    for i in range(1000):
        plot.extend({0: ([i], [i / 2])})
    assert len(plot.messages) == 1
    answer(plot, op="ack", n=1)
    assert len(plot.messages) == 2
    assert plot.messages[1]["traces"]["0"]["x"] == list(range(1000))
    answer(plot, op="ack", n=2)
    assert len(plot.messages) == 2


def test_a_reloaded_view_gets_the_whole_figure(plot):
    answer(plot, op="ready")
    answer(plot, op="ack", n=1)
    plot.extend({0: ([1, 2], [3.0, 4.0])})
    answer(plot, op="ready")
    assert plot.messages[-1]["op"] == "react"
    assert json.loads(plot.messages[-1]["figure"])["data"][0]["y"] == [3.0, 4.0]


def test_an_error_in_the_browser_is_kept_and_does_not_block(plot):
    answer(plot, op="ready")
    plot.extend({0: ([1], [1.0])})
    answer(plot, op="error", n=1, text="no canvas")
    assert plot.errors == ["no canvas"]
    assert plot.messages[-1]["op"] == "extend"


def test_an_old_answer_does_not_release_a_new_message(plot):
    answer(plot, op="ready")
    answer(plot, op="ack", n=1)
    plot.extend({0: ([1], [1.0])})
    answer(plot, op="ack", n=1)
    plot.extend({0: ([2], [2.0])})
    assert len(plot.messages) == 2
