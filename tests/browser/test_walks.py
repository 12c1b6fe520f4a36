"""What each person of ``make walks`` must have at the end, and in how many clicks."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Server, Visitor
from tests.browser.walks import MOST_CLICKS, PHONE, TABLET, Walk, lecturer, researcher, student

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture
def walk(browser, tmp_path):
    server = Server(tmp_path / "runs")
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, accept_downloads=True, reduced_motion="reduce"
    )
    made = Walk(Visitor(context, server))
    made.page.set_default_timeout(900_000)
    yield made
    context.close()
    server.close()
    assert made.visitor.errors == []


def test_a_student_leaves_with_a_table_and_a_figure(walk):
    figure, table = student(walk)
    assert figure.startswith(b"%PDF")
    assert r"\begin{tabular}" in table
    assert walk.clicks <= MOST_CLICKS


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_a_lecturer_can_use_every_lesson(walk, size):
    assert lecturer(walk, size) == []


def test_a_researcher_stays_in_the_page(walk):
    assert "sweep-" in researcher(walk)["best"]
