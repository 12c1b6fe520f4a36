"""Runs that the page did not start, or that outlive it; trainings that break; set-ups that come as an address."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from qdiffgui.ui import code
from tests.browser.conftest import ROOT, Server, Visitor
from tests.runs.tiny import STATES, tiny


def test_a_run_of_the_command_line_is_followed_and_stopped(visit, store):
    visitor = visit()
    page = visitor.page
    visitor.tab("Train")
    command = [sys.executable, "-c", "from qdiffgui.cli import main; main()", "train", "--preset", "quddpm-cluster-1q"]
    command += ["--set", "training.iterations=1000000", "--name", "typed", "--runs", str(store.root)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        page.get_by_role("button", name="Follow typed").click()
        visitor.wait_status("running")
        visitor.wait_losses(3)
        page.wait_for_selector(".qd-header-run:has-text('typed')")
        page.click(".qd-do-pause")
        page.wait_for_selector(".qd-do-step:enabled")
        before = page.locator(".qd-run-card .qd-facts b").first.inner_text()
        page.click(".qd-do-step")
        page.wait_for_function("b => document.querySelector('.qd-run-card .qd-facts b').textContent !== b", arg=before)
        visitor.wait_status("paused")
        page.click(".qd-do-cancel")
        visitor.wait_status("cancelled")
        process.wait(60)
    finally:
        process.kill()
        process.wait()


def test_a_run_outlives_the_server(browser, tmp_path):
    """Stopped and started again in the middle of a training, the server finds it going on."""
    first = Server(tmp_path / "runs")
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        visitor = Visitor(context, first).open(f"?{code.address(tiny(STATES, name='long', iterations=200_000))}")
        visitor.page.wait_for_selector(".qd-start-button:enabled")
        visitor.page.click(".qd-start-button")
        visitor.wait_losses(2)
        run = visitor.page.url.split("run=")[1]
        visitor.close()
    finally:
        first.close()
    second = Server(tmp_path / "runs")
    try:
        again = Visitor(context, second).open()
        again.wait_losses(2)
        assert again.page.url.endswith(f"run={run}")
        again.wait_status("running")
        again.wait_losses(again.losses())
        again.page.click(".qd-do-cancel")
        again.wait_status("cancelled")
        assert again.errors == []
        again.close()
    finally:
        second.close()
        context.close()


def test_a_training_that_breaks_says_so_with_a_report(visit, shared, tmp_path):
    """The file is there when it is looked at and gone when the training begins."""
    source = shared / "data" / "formats" / "QG_jets.npz"
    if not source.exists():
        pytest.skip("the file of formats is not here")
    file = tmp_path / "jets.npz"
    shutil.copy(source, file)
    visitor = visit("?preset=jets-observables-mlp")
    page = visitor.page
    page.locator(".qd-kind-data select").select_option(label="Your own file")
    path = page.locator(".qd-field-path input[type=text]")
    path.fill(str(file))
    path.press("Enter")
    page.wait_for_selector(".qd-start-button:enabled")
    visitor.wait_looked_at()
    os.unlink(file)
    page.click(".qd-start-button")
    visitor.wait_status("failed")
    panel = page.locator(".qd-run-card .qd-error")
    assert "jets.npz" in panel.locator("strong").inner_text()
    assert "Use these settings" in panel.inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    panel.get_by_role("button", name="Copy: report").click()
    page.wait_for_selector(".qd-run-card .qd-copy:has-text('Copied')")
    assert "jets.npz" in page.evaluate("navigator.clipboard.readText()")


def test_a_whole_set_up_comes_as_an_address_and_goes_as_one(visit):
    wanted = tiny(STATES, name="from a lecturer", seed=12)
    visitor = visit(f"?{code.address(wanted)}")
    page = visitor.page
    page.wait_for_selector(".qd-start-button:enabled")
    assert page.locator(".qd-field-name input").input_value() == "from a lecturer"
    assert page.locator(".qd-field-seed input").input_value() == "12"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".qd-start summary").get_by_text("As code").click()
    page.get_by_role("button", name="Copy a link to the settings").click()
    page.wait_for_selector("#qd-link:has-text('Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{visitor.server.url}?{code.address(wanted)}"
    page.get_by_role("button", name="Copy: Command line").click()
    page.wait_for_function("navigator.clipboard.readText().then(t => t.startsWith('qdiffgui train'))")


@pytest.mark.parametrize(("query", "words"), [("?config=abc", "were refused"), ("?lesson=nothing", "no lesson")])
def test_an_address_that_cannot_be_followed_is_refused_in_a_sentence(visit, query, words):
    page = visit(query).page
    page.wait_for_selector(f".qd-alert:has-text('{words}')")
    page.wait_for_selector(".qd-start-button:enabled")
