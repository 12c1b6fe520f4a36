"""The animation of samples in a real browser, without a kernel."""

from __future__ import annotations

import pytest

from tests.browser.conftest import cells

ANIMATION = ("table.js", "draw.js", "sphere.js", "draw_states.js", "animation.js")
BLOCH = [
    {
        "kind": "state",
        "n_qubits": 1,
        "mean_populations": [1 - k / 4, k / 4],
        "populations": [[1 - k / 4, k / 4]],
        "bloch": [[0, 0, 1 - k / 2]],
    }
    for k in range(3)
]


@pytest.fixture
def animation(draw):
    """``animation(**traits)`` shows three frames in an empty page; the times that it reports go to
    ``window.reported``.
    """

    def shown(**traits):
        trajectory = {
            "kind": "state",
            "times": [0, 5, 9],
            "captions": ["data", "half", "noise"],
            "frames": BLOCH,
            "truth": None,
        }
        values = {
            "trajectory": trajectory,
            "compare": True,
            "start": "first",
            "label": "An animation",
            "clock": "here",
            "autoplay": False,
            **traits,
        }
        page = draw(values, *ANIMATION)
        page.evaluate(
            "window.reported = []; "
            "document.addEventListener('qd-time', e => reported.push(e.detail.time))"
        )
        return page

    return shown


def test_an_animation_is_played_stepped_and_scrubbed_by_the_keyboard(animation):
    page = animation()
    caption, slider = page.locator(".qd-animation-caption"), page.get_by_label("Diffusion time")
    assert caption.text_content() == "data"
    canvas = page.locator("canvas")
    canvas.focus()
    for key, says in (
        ("ArrowRight", "half"),
        ("End", "noise"),
        ("ArrowLeft", "half"),
        ("Home", "data"),
    ):
        page.keyboard.press(key)
        assert caption.text_content() == says
    assert page.evaluate("reported") == [5, 9, 5, 0]
    assert slider.get_attribute("aria-valuetext") == "step 0 of 9"
    page.get_by_label("Speed").select_option("fast")
    canvas.focus()
    page.keyboard.press(" ")
    page.wait_for_function(
        "document.querySelector('.qd-animation-caption').textContent === 'noise'"
    )
    page.get_by_role("button", name="Play").wait_for()
    slider.fill("1")
    assert caption.text_content() == "half"
    assert "half" in canvas.get_attribute("aria-label")
    page.get_by_role("button", name="First frame").click()
    assert caption.text_content() == "data"


def test_new_frames_of_a_run_leave_the_time_where_its_reader_holds_it(animation):
    page = animation(start="last")
    slider, caption = page.get_by_label("Diffusion time"), page.locator(".qd-animation-caption")
    renewed = (
        "model.set('trajectory', {...model.get('trajectory'), captions: ['data', 'new', 'noise']})"
    )
    page.evaluate(renewed)
    assert slider.input_value() == "2", "whoever looks at the last step sees the newest"
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.evaluate(renewed)
    assert (slider.input_value(), caption.text_content()) == ("1", "new")
    page.evaluate("model.set('trajectory', {})")  # another run
    page.evaluate("t => model.set('trajectory', t)", {"times": [0, 9], "frames": BLOCH[:2]})
    assert slider.input_value() == "1"
    page.evaluate("t => model.set('trajectory', t)", {"times": [0, 5, 9], "frames": BLOCH})
    assert slider.input_value() == "2"


def test_slow_motion_leaves_time_to_read(animation):
    page = animation()
    page.get_by_label("Speed").select_option("slow motion")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").click()
    assert page.locator(".qd-animation-caption").text_content() == "data"
    assert int(page.get_by_label("Speed").input_value()) > 2000


def test_the_numbers_of_a_frame_stand_in_a_table(animation):
    page = animation()
    page.get_by_text("Show as table").click()
    page.wait_for_selector("thead th")
    page.locator("canvas").focus()
    page.keyboard.press("End")
    assert cells(page)[:2] == [["|0⟩", "0.5"], ["|1⟩", "0.5"]]
    assert "step 9 of 9" in page.locator("caption").first.text_content()


def test_paths_are_shown_when_asked_for_and_of_the_state_that_is_clicked(animation):
    page = animation()
    page.locator("canvas").focus()
    page.keyboard.press("End")
    assert not page.get_by_label("paths").is_checked()
    assert page.get_by_text("Drag to turn the sphere").is_visible()
    box = page.locator("canvas").bounding_box()
    most = 0.55 * page.viewport_size["height"] - 160
    size = min(460 if box["width"] > 1100 else 330, most)
    middle = min(size / 2 + 30, box["width"] / 4)  # where the last frame has its only state
    page.mouse.click(box["x"] + middle, box["y"] + 19 + size / 2)
    assert page.get_by_label("paths").is_checked()
