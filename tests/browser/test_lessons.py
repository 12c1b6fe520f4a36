"""A lesson from the list to a trained model, with the controls that it needs alone; by its address
on a phone; and in a lecture, where students only look.
"""

from __future__ import annotations

import pytest

from qdiffgui import paths
from qdiffgui.runs.store import RunStore
from tests.browser.conftest import Server, Visitor

SHOWN = """() => [...document.querySelectorAll('.qd-choices .qd-field')].filter(e => e.offsetParent)
    .flatMap(e => [...e.classList]).filter(name => name.startsWith('qd-field-'))
    .map(name => name.slice(9)).sort()"""


def wait_fields(page, *names):
    """Until the form shows these settings and no other."""
    page.wait_for_function(
        f"names => JSON.stringify(({SHOWN})()) === JSON.stringify(names)", arg=sorted(names)
    )


TABS = 45  # at the bottom of a phone
CUT = """() => [...document.querySelectorAll('.qd-task-bar button')].filter(e => e.offsetParent
    && e.scrollWidth > e.clientWidth).map(e => e.textContent)"""


def check_fits(page, bottom):
    """Once the task stays in view, the animation of the lesson and its time bar fit between it
    and ``bottom``.
    """
    page.wait_for_function("document.querySelector('.qd-area-learn canvas')?.height > 60")
    bar = page.locator(".qd-task-bar")
    page.evaluate("scrollTo(0, 120)")
    top = bar.bounding_box()["y"]
    page.evaluate(
        """() => { const box = (css) => document.querySelector(css).getBoundingClientRect();
        scrollBy(0, box('.qd-area-learn canvas').top - box('.qd-task-bar').bottom - 90); }"""
    )
    assert bar.bounding_box()["y"] == top < 90, "it has not moved"
    time = page.locator(".qd-area-learn .qd-time-bar").bounding_box()
    assert time["y"] + time["height"] <= bottom
    page.evaluate("scrollTo(0, 0)")


def test_a_lesson_is_taken_after_an_address_that_names_none(visit):
    visitor = visit("?lesson=nothing")
    page = visitor.page
    page.wait_for_selector(".qd-alert:has-text('no lesson')")
    page.wait_for_selector(".qd-start-button:enabled")
    visitor.tab("Learn")
    page.click(".qd-lesson-scrambling")
    page.wait_for_selector(".qd-area-learn mjx-container")
    page.wait_for_function(
        "document.querySelector('.qd-task .qd-title')?.textContent.includes('Task 1 of 3')"
    )
    wait_fields(page, "end", "n-steps")
    page.click(".qd-lesson-next")
    page.wait_for_function(
        "document.querySelector('.qd-task .qd-title')?.textContent.includes('Task 2 of 3')"
    )
    page.click(".qd-lesson-set-up")
    page.wait_for_selector(".qd-area-explore:not(.is-hidden)")
    wait_fields(page, "end", "seed", "start")
    assert not page.get_by_text("The last frame is still a cap").is_visible()
    page.locator(".qd-task summary", has_text="Solution").click()
    assert page.get_by_text("The last frame is still a cap").is_visible()
    visitor.wait_looked_at()
    page.get_by_role("button", name="Start training").click()
    visitor.wait_losses(1)
    assert "lesson=scrambling" in page.url
    assert "run=" in page.url
    page.get_by_role("button", name="Stop", exact=True).click()
    visitor.wait_status("cancelled")
    page.click(".qd-lesson-end")
    page.wait_for_selector(".qd-task.is-hidden", state="attached")
    assert len(page.evaluate(SHOWN)) > 6


def test_a_lesson_by_its_address_on_a_phone(visit):
    visitor = visit("?lesson=jet-states")
    page = visitor.page
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(
        "document.querySelector('.qd-task .qd-title')?.textContent.includes('Task 1 of 3')"
    )
    wait_fields(page, "n-phi", "n-r")
    page.reload(wait_until="commit")
    page.wait_for_selector(".qd-app:not(.is-arriving)")
    page.wait_for_function("document.querySelector('.qd-area-learn')?.offsetParent")
    page.wait_for_timeout(500)  # whatever scrolls the page has done so
    bar, words = (page.locator(f".qd-task-{part}").bounding_box() for part in ("bar", "words"))
    assert 0 <= bar["y"] < bar["y"] + bar["height"] <= words["y"] + 1, (
        "the task stands on top, and the page has not been scrolled past its words"
    )
    check_fits(page, 844 - TABS)
    page.set_viewport_size({"width": 1024, "height": 768})
    check_fits(page, 768)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click(".qd-lesson-next")
    page.wait_for_function("location.search.includes('lesson=jet-states&task=2')")
    page.click(".qd-lesson-set-up")
    wait_fields(page, "size")  # and the kind of representation, whose row has no name
    assert page.locator(".qd-kind-representation").is_visible()
    assert page.evaluate(CUT) == []
    page.click(".qd-lesson-next")
    page.locator(".qd-lesson-next:has-text('Next lesson')").wait_for()
    assert page.evaluate(CUT) == []
    assert page.locator(".qd-task-bar").bounding_box()["height"] < 90


@pytest.fixture
def lecture(tmp_path, browser):
    """A server with a token for students, at an address where a token is asked for."""
    notes = tmp_path / "notes"
    notes.mkdir()
    variables = {
        paths.READER_TOKEN: "student",
        paths.OWNERS: str(notes),
        paths.SHARED: "http://127.0.0.2/?token=student",
    }
    made = Server(
        tmp_path / "runs", "--Voila.ip=127.0.0.2", warm=False, preheat=False, variables=variables
    )
    yield made
    made.close()


def test_students_look_and_the_lecturer_trains(lecture, context):
    student = Visitor(context, lecture)
    page = student.page
    student.open("?token=student&lesson=scrambling")
    page.wait_for_selector(".qd-app:not(.is-arriving) .qd-read-only")
    page.wait_for_function("document.querySelector('.qd-area-learn canvas')?.height > 60")
    assert not page.locator(".qd-start-button").is_visible()
    page.evaluate("document.querySelector('.qd-start-button').click()")  # as if it were shown
    page.wait_for_selector(".qd-alert:has-text('read-only'), .qd-alerts :has-text('read-only')")
    assert RunStore(lecture.runs).list() == []
    assert student.errors == []
    student.close()

    lecturer = Visitor(context, lecture).open(f"?{lecture.address.partition('?')[2]}")
    page = lecturer.page
    page.wait_for_selector(".qd-start-button:enabled")
    assert not page.locator(".qd-read-only").is_visible()
    page.click("#qd-share")
    page.wait_for_selector(".qd-qr-code")
    assert page.locator(".qd-qr-code").evaluate("image => image.naturalWidth") > 20
    lecturer.close()
