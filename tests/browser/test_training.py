"""A run from the page: start, see it move, reload, second tab, stop, resume."""

from __future__ import annotations

from qdiffgui.runs.state import ACTIVE
from tests.waiting import wait_for

LABEL = "QuDDPM on a cluster of states"


def start(visitor):
    """Start a run that lasts longer than any of these tests, on a machine however busy;
    its name.
    """
    iterations = visitor.page.locator(".qd-field-iterations input")
    iterations.fill("1000000")
    iterations.press("Enter")
    visitor.page.wait_for_function(
        "document.querySelector('.qd-preset select').selectedIndex === 0"
    )  # no preset any more: heard
    visitor.page.wait_for_selector(".qd-start-button:enabled")
    visitor.page.click(".qd-start-button")
    visitor.wait_status("running")
    visitor.wait_losses(0)
    return visitor.page.url.split("run=")[1]


def test_preset_train_reload_stop_resume(visit, store):
    visitor = visit()
    page = visitor.page
    visitor.choose("qd-preset", LABEL)
    page.wait_for_selector(
        ".qd-card-preset .qd-note:has-text('One qubit')"
    )  # its settings have come, and will not overwrite what is typed
    run = start(visitor)
    seen = visitor.losses()
    visitor.wait_losses(seen + 3)
    page.wait_for_function(
        "document.querySelector('.qd-area-train .qd-animation canvas')?.height > 100"
    )

    page.reload(wait_until="commit")
    page.wait_for_selector(".qd-app")
    visitor.wait_losses(seen)
    assert page.url.endswith(f"run={run}")
    visitor.wait_status("running")
    visitor.wait_losses(visitor.losses() + 2)

    other = visit(f"?run={run}")
    other.wait_losses(seen)
    other.page.click(".qd-do-cancel")
    other.wait_status("cancelled")
    visitor.wait_status("cancelled")
    assert store.get(run).state().status == "cancelled"

    stopped = visitor.losses()
    page.wait_for_selector(".qd-do-resume:enabled")
    page.click(".qd-do-resume")
    visitor.wait_status("running")
    visitor.wait_losses(stopped + 2)
    page.click(".qd-do-pause")
    visitor.wait_status("paused")
    page.click(".qd-do-cancel")
    visitor.wait_status("cancelled")
    assert not [state for state in store.list() if state.status in ACTIVE]


def test_a_run_goes_on_without_its_page(visit, store):
    visitor = visit("?preset=quddpm-cluster-1q")
    run = start(visitor)
    visitor.close()
    step = store.get(run).state().step
    wait_for(lambda: store.get(run).state().step > step + 5)
    assert store.get(run).state().status == "running"
    again = visit()
    again.wait_losses(0)
    assert again.page.url.endswith(f"run={run}")
    again.page.click(".qd-do-cancel")
    again.wait_status("cancelled")
