"""``make walks``: three people's ways through the page, with their clicks and times.

A student trains a circuit and its twin, and leaves with a table in LaTeX and a figure in PDF. A
lecturer opens every lesson, at 1024×768 and on a phone. A researcher sweeps two ansätze with three
seeds, opens the best run, removes its parts, and adds noise. Writes docs/WALKS.md.

A click is a press of a button, a box, a tab or an entry of a list. What is typed is counted apart.
"""

from __future__ import annotations

import os
import platform
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from qdiffgui import catalog, lessons
from tests.browser.conftest import FLAGS, PATIENCE, ROOT, Server, Visitor
from tools.get_browser import find

PAGE = ROOT / "docs" / "WALKS.md"
LESSONS = tuple(lessons.load(key) for key in catalog.lessons)
MOST_CLICKS = 12
"""That a student needs from the page to table and plot."""
TABLET, PHONE = {"width": 1024, "height": 768}, {"width": 390, "height": 844}
FAST = "jets-observables-quantum"
_HEAD = """# Three walks through the page

A student, a lecturer and a researcher, done by a real browser: {system}, {cpus} CPUs, load
{load:.1f} at the start. `make walks` does them again.
"""


@dataclass
class Walk:
    """What somebody did: each step with its clicks, texts and seconds."""

    visitor: Visitor
    steps: list[tuple[str, int, int, float]] = field(default_factory=list)
    _clicks: int = 0
    _typed: int = 0
    _since: float = field(default_factory=time.monotonic)

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def clicks(self) -> int:
        """Clicks of all steps."""
        return sum(step[1] for step in self.steps)

    def click(self, what: str | Locator) -> None:
        """Press it as soon as it can be pressed."""
        (self.page.locator(what) if isinstance(what, str) else what).click()
        self._clicks += 1

    def press(self, name: str) -> None:
        """Press the button of this name."""
        self.click(self.page.get_by_role("button", name=name, exact=True).first)

    def area(self, name: str) -> None:
        """Open an area by its tab."""
        self.visitor.tab(name)
        self._clicks += 1

    def choose(self, menu: Locator, label: str) -> None:
        """Choose an entry of a menu: a click to open it and one on the entry."""
        menu.select_option(label=label)
        self._clicks += 2

    def type(self, where: Locator, text: str) -> None:
        """Write into a field."""
        where.fill(text)
        where.press("Enter")
        self._clicks += 1
        self._typed += 1

    def done(self, words: str) -> None:
        """The step is over."""
        now = time.monotonic()
        self.steps.append((words, self._clicks, self._typed, now - self._since))
        self._clicks, self._typed, self._since = 0, 0, now


def wait_done(page: Page, n: int) -> None:
    """Until so many runs in the table of Compare have ended."""
    page.wait_for_function(
        "n => [...document.querySelectorAll('tr[data-run] .qd-status')].filter("
        "e => e.dataset.state === 'done').length >= n",
        arg=n,
    )


def student(walk: Walk, preset: str = "") -> tuple[bytes, str]:
    """From the page to a figure and a table for a paper: the PDF, and the table in LaTeX."""
    page = walk.page
    walk.visitor.open(f"?preset={preset}" if preset else "")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.wait_for_selector(".qd-start-button:enabled")
    walk.done("Open the page; the preset is chosen")
    walk.press("+ twin")
    walk.visitor.wait_losses(1)
    walk.done("Train the circuit and its classical twin: both losses move")
    walk.area("Compare")
    wait_done(page, 2)
    walk.done("Open *Compare* and wait until both are trained and judged")
    boxes = page.locator("tr[data-run] input[type=checkbox]")
    for k in range(2):
        walk.click(boxes.nth(k))
    page.wait_for_function(
        "document.querySelectorAll('.qd-area-compare .qd-report tr.is-model').length >= 2"
    )
    walk.done("Tick both: table with floor, trivial generators, difference and verdict")
    walk.click(page.get_by_role("button", name=re.compile("^Copy: the table as LaTeX")).first)
    # not the word on the button, which goes when the table is drawn anew
    page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('tabular'))")
    table = str(page.evaluate("navigator.clipboard.readText()"))
    walk.done("Copy the table as LaTeX")
    with page.expect_download() as download:
        walk.click(".qd-compared-pdf")
    figure = Path(download.value.path()).read_bytes()
    walk.done("Save the plot as PDF, 178 mm wide")
    return figure, table


def lecturer(walk: Walk, size: dict[str, int]) -> list[str]:
    """Every lesson, first task to last, on one screen; what was wrong with them."""
    page = walk.page
    page.set_viewport_size(size)
    walk.visitor.open()
    walk.area("Learn")
    walk.done(f"Open *Learn* at {size['width']} × {size['height']}")
    wrong = []
    for lesson in LESSONS:
        walk.click(f".qd-lesson-{lesson.key}")
        page.wait_for_function(
            "title => document.querySelector('.qd-task .qd-title')?.textContent.includes(title)",
            arg=f"Task 1 of {len(lesson.tasks)}",
        )
        wrong += [f"{lesson.key}: {words}" for words in _unusable(page)]
        for k in range(2, len(lesson.tasks) + 1):
            walk.click(".qd-lesson-next")
            page.wait_for_function(
                "n => document.querySelector('.qd-task .qd-title')?.textContent.includes(n)",
                arg=f"Task {k} of",
            )
        walk.click(".qd-lesson-end")
        walk.area("Learn")
        walk.done(f"Take *{lesson.title}*, all {len(lesson.tasks)} tasks")
    return wrong


def _unusable(page: Page) -> list[str]:
    """What a lesson must not do on a small screen."""
    found = []
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("the page scrolls sideways")
    place = page.locator(".qd-task-bar").bounding_box()  # on a phone the only part that stays
    if place is None or not 0 <= place["y"] < page.viewport_size["height"]:  # type: ignore[index]
        found.append("the task is not on the screen")
    return found


def researcher(walk: Walk, preset: str = FAST) -> dict[str, Any]:
    """A sweep over two ansätze, the best run, its ablation and its noise, all in the page."""
    page = walk.page
    walk.visitor.open(f"?preset={preset}")
    page.wait_for_selector(".qd-start-button:enabled")
    walk.done("Open the page with a preset")
    walk.area("Scale")
    setting = page.get_by_label("Setting 1").first
    setting.locator("option", has_text="model.ansatz").first.wait_for(state="attached")
    label = setting.locator("option", has_text="model.ansatz").first.inner_text()
    walk.choose(setting, label)
    chips = page.locator(".qd-scale-axes .qd-chips:not(.is-hidden) button")
    chips.first.wait_for()
    for k in range(chips.count()):  # from what is ticked to the first two
        ticked = "mod-active" in (chips.nth(k).get_attribute("class") or "")
        if ticked != (k < 2):
            walk.click(chips.nth(k))
    page.get_by_text("6 runs, about").wait_for()
    walk.done("Choose two ansätze and three seeds in *Scale*: six runs and their time are shown")
    walk.click(".qd-sweep-start")
    page.get_by_text("6 of 6 done").wait_for()
    page.wait_for_selector(".qd-scale-sweep .main-svg")
    walk.done("Start the sweep and wait for its plot")
    walk.click(".qd-sweep-open-best")
    walk.visitor.wait_status("done")
    best = page.evaluate("new URLSearchParams(location.search).get('run')")
    walk.done("Open the best run")
    walk.area("Train")
    walk.choose(page.locator(".qd-area-train").get_by_label("Steps", exact=True), "1/4")
    walk.click(".qd-study-ablation:enabled")
    page.locator(".qd-study-ablation-open:enabled").wait_for()
    walk.done("Start its ablation study and wait for the sentence")
    walk.area("Scale")
    walk.click(".qd-study-noise:enabled")
    page.locator(".qd-study-noise-open:enabled").wait_for()
    walk.done("Start its noise study and wait for the report")
    return {"best": best}


def table(name: str, walk: Walk, note: str = "") -> str:
    """A walk in Markdown."""
    rows = [
        f"| {words} | {clicks} | {typed} | {seconds:.1f} |"
        for words, clicks, typed, seconds in walk.steps
    ]
    total = (
        f"| **in all** | **{walk.clicks}** | **{sum(s[2] for s in walk.steps)}** | "
        f"**{sum(s[3] for s in walk.steps):.0f}** |"
    )
    head = "| step | clicks | texts | seconds |\n|---|---|---|---|"
    return "\n".join([f"## {name}\n", *([note, ""] if note else []), head, *rows, total, ""])


def main() -> None:
    """All walks, each on a server of its own."""
    text = _HEAD.format(
        system=f"Python {platform.python_version()} on {platform.system()}",
        cpus=os.cpu_count(),
        load=os.getloadavg()[0],
    )
    walks: list[tuple[str, Callable[[Walk], Any]]] = [
        ("Student: from the page to table and plot", student),
        ("Lecturer: every lesson at 1024 × 768", partial(lecturer, size=TABLET)),
        ("Lecturer: every lesson on a phone", partial(lecturer, size=PHONE)),
        ("Researcher: two ansätze, the best one, what it needs, what it bears", researcher),
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
        for name, go in walks:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                server = Server(Path(folder) / "runs")
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                walk = Walk(Visitor(context, server))
                walk.page.set_default_timeout(max(PATIENCE, 900_000))
                found = go(walk)
                note = (
                    f"Seen to be wrong: {'; '.join(found)}."
                    if isinstance(found, list) and found
                    else ""
                )
                text += "\n" + table(name, walk, note)
                print(table(name, walk, note), flush=True)
                context.close()
                server.close()
        browser.close()
    PAGE.write_text(text)


if __name__ == "__main__":
    main()
