"""The Scale area in the browser: what the choice costs, how that grows, and a sweep from set-up to
its table.
"""

from __future__ import annotations

import csv

from qdiffgui.studies.sweep import directory
from tests.browser.screenshots import settled


def test_from_cost_to_a_finished_sweep(visit, store):
    visitor = visit("?preset=quddpm-cluster-1q")
    page = visitor.page
    visitor.tab("Scale")
    settled(page, "scale")
    assert page.locator(".qd-scale-growth .main-svg").first.is_visible(), "a picture shows it"
    cost = page.locator(".qd-scale-cost:not(.is-stale)")
    cost.get_by_text("Two-qubit gates", exact=True).first.wait_for()
    assert cost.locator("code").count() > 10
    page.wait_for_selector(".qd-scale-growth:not(.is-stale):not(.is-hidden) .main-svg")
    page.get_by_label("Cost", exact=True).select_option(label="Parameters")
    page.get_by_text("per doubling").wait_for()

    page.get_by_label("Setting 1").first.select_option(label="Iterations · training.iterations")
    values = page.get_by_label("Setting 1").nth(1)
    values.fill("5,700")
    # as ipywidgets does when the kernel changes the placeholder meanwhile
    values.evaluate("field => { field.value = ''; }")
    values.press("Enter")
    page.get_by_text("training.iterations").first.wait_for(state="attached")
    page.wait_for_selector(
        ".qd-sweep-start:disabled"
    )  # five steps do not reach all of the twenty circuits
    values.fill("40,60")
    values.press("Enter")
    seeds = page.locator("#qd-panel-scale").get_by_label("Seeds")
    seeds.fill("0")
    seeds.press("Enter")
    page.get_by_text("2 runs, about").wait_for()
    page.click(".qd-sweep-start")
    page.get_by_text("2 of 2 done").wait_for()
    page.wait_for_selector(".qd-scale-sweep .main-svg")
    (sweep,) = directory.sweeps(store.root)
    assert [state.status for state in sweep.states().values()] == ["done", "done"]
    assert page.locator(".qd-scale-sweep tbody tr").count() == 2

    with page.expect_download() as download:
        page.click(".qd-sweep-csv")
    with open(download.value.path(), newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["training.iterations"] for row in rows) == ["40", "60"]
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
