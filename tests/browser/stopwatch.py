"""``make stopwatch``: a newcomer's way from the clone to an exported model, done by a real browser
with a watch in hand.

Writes docs/FIRST_RUN.md with the seconds of each step, and its pictures into
docs/screenshots/first-run-*.png.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import screenshots
from tests.browser.conftest import FLAGS, ROOT
from tools.get_browser import find

PAGE = ROOT / "docs" / "FIRST_RUN.md"
HEAD = """# First run, with times

From the clone to an exported model, as a newcomer would do it: {start}, {cpus} CPUs,
load {load:.1f} at the start, packages from a nearby mirror. A browser performs every step on a
fresh clone with an empty home folder. `make stopwatch` repeats the measurement.
Total: {total:.0f} s, including waiting.

| step | action, and what appears | seconds |
|---|---|---|
"""


class Watch:
    """Steps as they are done, with what they took and what they looked like."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, float, bool]] = []
        self.page: Page | None = None

    def __call__(self, words: str, act: Callable[[], object], *, picture: bool = True) -> None:
        begin = time.perf_counter()
        act()
        took = time.perf_counter() - begin
        self.steps.append((words, took, picture and self.page is not None))
        print(f"{took:7.1f} s  {words}", flush=True)
        if self.steps[-1][2]:
            assert self.page is not None
            self.page.wait_for_timeout(1200)  # what has arrived is drawn; not counted
            screenshots.save(self.page, f"first-run-{len(self.steps)}")


def app(clone: Path, home: Path) -> tuple[subprocess.Popen[str], str]:
    """``make app`` in the clone, until it has printed its address."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS")
    }
    environment |= {"HOME": str(home), "APP_FLAGS": "--no-browser"}
    process = subprocess.Popen(
        ["make", "app"],
        cwd=clone,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = ""
    for line in process.stdout or ():
        said += line
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
        if found:
            return process, found[0]
    raise RuntimeError(f"'make app' ended without an address:\n{said}")


def status(page: Page, *wanted: str) -> None:
    page.wait_for_function(
        "names => names.includes(document.querySelector('.qd-run-card .qd-status')?.dataset.state)",
        arg=list(wanted),
        timeout=300_000,
    )


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()
    page.wait_for_selector(f".qd-area-{name.lower()}:not(.is-hidden)")


def first_losses(page: Page) -> None:
    page.wait_for_function(
        "document.querySelector('.qd-area-train .js-plotly-plot')?.data?.[0]?.x?.length > 1"
    )


def walk(watch: Watch, page: Page, address: str) -> None:
    """Everything in the browser."""
    watch.page = page
    watch(
        "Open the printed address: the page appears",
        lambda: page.goto(address, wait_until="commit"),
        picture=False,
    )
    watch(
        "See the form, with a preset on jets already selected",
        lambda: page.wait_for_selector(".qd-app:not(.is-arriving)"),
        picture=False,
    )
    watch(
        "See what will be learned: jets, schedule, forward process, circuit, expected time",
        lambda: page.wait_for_selector(
            ".qd-area-explore .qd-panel:not(.is-hidden):not(.is-stale) .qd-facts", timeout=120_000
        ),
    )
    page.wait_for_selector(".qd-start-button:enabled")

    def start() -> None:
        page.get_by_role("button", name="+ twin").click()
        first_losses(page)

    watch("Press *+ twin* to train the model and its classical twin: the loss moves", start)
    watch(
        "Watch the first model train until it is done and evaluated", lambda: status(page, "done")
    )

    def samples() -> None:
        tab(page, "Samples")
        page.wait_for_function(
            "document.querySelector('.qd-area-samples .qd-animation canvas')?.height > 60"
        )

    watch(
        "Open *Samples*: denoising as an animation, distributions compared with held-out jets",
        samples,
    )

    def compare() -> None:
        tab(page, "Compare")
        rows = page.locator("tr[data-run]")
        page.wait_for_function(
            (
                "() => [...document.querySelectorAll('tr[data-run] .qd-status')].filter(e => "
                "e.dataset.state === 'done').length >= 2"
            ),
            timeout=300_000,
        )
        for i in range(2):
            rows.nth(i).locator("input[type=checkbox]").check()
        page.wait_for_function("document.querySelectorAll('.qd-report tr.is-model').length >= 2")

    watch(
        (
            "Open *Compare*, wait for the twin, select both: table, verdict, floor, "
            "trivial generators"
        ),
        compare,
    )

    def export() -> None:
        tab(page, "Export")
        page.wait_for_selector(".qd-export-model:enabled")
        with page.expect_download() as info:
            page.click(".qd-export-model")
        assert info.value.path().stat().st_size > 1000

    watch("Open *Export* and save the model", export)


def write(watch: Watch, start: str, load: float) -> None:
    total = sum(took for _, took, _ in watch.steps)
    text = HEAD.format(start=start, cpus=os.cpu_count(), load=load, total=total)
    for i, (words, took, _) in enumerate(watch.steps, start=1):
        text += f"| {i} | {words} | {took:.1f} |\n"
    for i, (words, _, picture) in enumerate(watch.steps, start=1):
        if picture:
            text += f"\n**{i}. {words}**\n\n![Step {i}](screenshots/first-run-{i}.png)\n"
    PAGE.write_text(text, encoding="utf-8")


def main() -> None:
    screenshots.TARGET.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="qdiffgui-stopwatch-"))
    watch = Watch()
    load = os.getloadavg()[0]
    process: subprocess.Popen[str] | None = None
    made: list[tuple[subprocess.Popen[str], str]] = []
    try:
        clone = folder / "qdiffgui"
        watch(
            "`git clone`",
            lambda: subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True),
        )
        watch(
            "`make app` for the first time: sets everything up and prints an address",
            lambda: made.append(app(clone, folder / "home")),
        )
        process, address = made[0]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            walk(watch, browser.new_page(viewport={"width": 1440, "height": 900}), address)
            browser.close()
        write(watch, f"Python {platform.python_version()} on {platform.system()}", load)
    finally:
        if process is not None:
            process.terminate()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
