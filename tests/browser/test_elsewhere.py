"""Set-ups that come as an address; runs that the page did not start, or that outlive it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from qdiffgui.ui import code
from tests.browser.conftest import ROOT, Server, Visitor
from tests.runs.tiny import STATES, tiny

WANTED = tiny(STATES, name="from a lecturer", seed=12)
LONG = tiny(STATES, name="long", iterations=200_000, preview_seconds=10, checkpoint_seconds=5)


class TestFromElsewhere:
    """On one page, whose address is a whole set-up."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit):
        return shared_visit(f"?{code.address(WANTED)}")

    def test_a_whole_set_up_comes_as_an_address_and_goes_as_one(self, visitor):
        page = visitor.page
        page.wait_for_selector(".qd-start-button:enabled")
        assert page.locator(".qd-field-name input").input_value() == "from a lecturer"
        assert page.locator(".qd-field-seed input").input_value() == "12"
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.locator(".qd-start summary").get_by_text("Code and").click()
        page.get_by_role("button", name="Copy a link to these settings").click()
        page.wait_for_selector("#qd-link:has-text('Copied')")
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == f"{visitor.server.url}?{code.address(WANTED)}"
        page.get_by_role("button", name="Copy: Command line").click()
        page.wait_for_function(
            "navigator.clipboard.readText().then(t => t.startsWith('qdiffgui train'))"
        )

    def test_a_run_of_the_command_line_is_followed_and_stopped(self, visitor, store):
        page = visitor.page
        visitor.tab("Train")
        command = [
            sys.executable,
            "-c",
            "from qdiffgui.cli import main; main()",
            "train",
            "--preset",
            "quddpm-cluster-1q",
        ]
        command += [
            "--set",
            "training.iterations=1000000",
            "--name",
            "typed",
            "--runs",
            str(store.root),
        ]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            page.get_by_role("button", name="Open typed").click()
            visitor.wait_status("running")
            visitor.wait_losses(3)
            page.wait_for_selector(".qd-header-run:has-text('typed')")
            page.click(".qd-do-pause")
            page.wait_for_selector(".qd-do-step:enabled")
            before = page.locator(".qd-run-card .qd-facts b").first.inner_text()
            page.click(".qd-do-step")
            page.wait_for_function(
                "b => document.querySelector('.qd-run-card .qd-facts b').textContent !== b",
                arg=before,
            )
            visitor.wait_status("paused")
            page.click(".qd-do-cancel")
            visitor.wait_status("cancelled")
            process.wait(60)
        finally:
            process.kill()
            process.wait()


def test_a_page_whose_kernel_is_gone_loads_itself_again(context, server):
    visitor = Visitor(context, server)
    ended = "00000000-0000-4000-8000-000000000000"
    seen = []

    def first_page_of_an_ended_kernel(route):
        seen.append(route.request.url)
        if len(seen) > 1:
            return route.continue_()
        answer = route.fetch()
        text = re.sub(r'("kernelId": ")[0-9a-f-]{36}', rf"\g<1>{ended}", answer.text())
        route.fulfill(response=answer, body=text)

    visitor.page.route(server.url, first_page_of_an_ended_kernel)
    visitor.open()
    assert len(seen) == 2
    assert any(url.endswith(f"api/kernels/{ended}") for url in visitor.requests)
    visitor.close()


def test_a_page_that_misses_a_script_loads_itself_again(context, server):
    visitor = Visitor(context, server)
    missed = []

    def miss_the_first(route):
        if missed:
            return route.continue_()
        missed.append(route.request.url)
        route.abort()

    visitor.page.route(re.compile(r"/voila/static/\d+\.voila\.js"), miss_the_first)
    visitor.open()
    assert len(missed) == 1
    assert visitor.requests.count(f"{server.url}") == 2
    visitor.close()


def test_a_run_outlives_the_server(context, tmp_path):
    """Stopped and started again in the middle of a training, the server finds it going on."""
    first = Server(tmp_path / "runs", preheat=False)
    try:
        visitor = Visitor(context, first).open(f"?{code.address(LONG)}")
        visitor.page.wait_for_selector(".qd-start-button:enabled")
        visitor.page.click(".qd-start-button")
        visitor.wait_losses(2)
        run = visitor.page.url.split("run=")[1]
        visitor.close()
    finally:
        first.close()
    second = Server(tmp_path / "runs", warm=False, preheat=False)
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
