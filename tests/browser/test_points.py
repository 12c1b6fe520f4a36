"""Points drawn in the real page, with the mouse and with the keyboard, and a training on them."""

from __future__ import annotations

import re

import numpy as np

from qdiffgui.data.points import read_points
from qdiffgui.runs.store import RunStore
from tests.waiting import wait_for

COUNT = "() => Number(document.querySelector('.qd-pad-count').textContent.match(/\\d+/)[0])"


def test_a_drawing_is_stored_and_trained(visit, store: RunStore):
    visitor = visit("?preset=points-circuit")
    page = visitor.page
    page.wait_for_function("document.querySelector('.qd-pad-count')?.textContent.startsWith('1')")
    page.get_by_role("button", name="Clear").click()
    page.get_by_text("draw at least 20").first.wait_for()

    pad = page.locator(".qd-pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=12)
    page.mouse.up()
    drawn = page.evaluate(COUNT)
    assert drawn > 100
    pad.press("ArrowUp")  # the cross begins in the middle
    pad.press("Shift+ArrowUp")
    pad.press(" ")
    assert page.evaluate(COUNT) == drawn + 12

    page.wait_for_function(
        "document.querySelector('.qd-field-shape select').selectedOptions[0].text === 'drawn'"
    )
    folder = store.root / ".uploads" / "drawn"
    wait_for(lambda: len(list(folder.glob("*.csv"))) == 2, "both strokes to arrive")
    found = max((read_points(file) for file in folder.glob("*.csv")), key=len)
    assert len(found) == drawn + 12
    line, dab = found[:drawn], found[drawn:]
    assert abs(line[:, 1].mean()) < 0.05
    assert np.ptp(line[:, 0]) > 1
    assert abs(dab.mean(axis=0) - (0, 0.25)).max() < 0.05

    page.locator(".qd-points-circuit").click()
    visitor.wait_losses(0)
    run = re.search(r"run=([^&]+)", page.url)
    assert run is not None
    config = store.get(run[1]).config()
    assert len(read_points(config.data.path)) == drawn + 12
    assert config.data.content
    page.locator(".qd-do-cancel").click()
    visitor.wait_status("cancelled", "done")
