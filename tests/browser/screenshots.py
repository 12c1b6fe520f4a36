"""``make screenshots``: pictures of the real page, with real trainings, into docs/screenshots (each
under 300 KB), and the animation of README.

``make screenshots SCENES="scale learn"`` takes the pictures of these scenes alone.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from qdiffgui import catalog
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from tests.browser import animation
from tests.browser.conftest import FLAGS, ROOT, Server, Visitor
from tools.get_browser import find

TARGET = ROOT / "docs" / "screenshots"
LIMIT = 300_000
FINISHED = ("quddpm-cluster-1q", "jets-observables-mlp", "jets-observables-quantum")
THEMES = ("light", "dark")
ON_SMALL_SCREENS = (
    "explore-jets",
    "train",
    "samples-jets",
    "compare",
    "scale",
    "learn",
    "export",
)
SIZES = {"": (1440, 900), "-tablet": (1024, 768), "-phone": (390, 844)}


def train(store: RunStore, wanted: Collection[str] = FINISHED) -> dict[str, str]:
    """Train the presets that are ``wanted``, one after the other; preset -> run id."""
    runner = Runner(store, mode="process", warm=False)
    done = {}
    for key in wanted:
        run = runner.submit(catalog.presets[key].load())
        runner.wait(run.id)
        print(key, run.state().status, flush=True)
        done[key] = run.id
    runner.close()
    return done


def save(page: Page, name: str) -> None:
    """The window as a PNG of few colors, small enough for a repository."""
    picture = Image.open(io.BytesIO(page.screenshot()))
    for colours in (256, 128, 64):
        buffer = io.BytesIO()
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(
            buffer, "PNG", optimize=True
        )
        if len(buffer.getvalue()) < LIMIT:
            break
    (TARGET / f"{name}.png").write_bytes(buffer.getvalue())
    print(name, len(buffer.getvalue()), flush=True)


def settled(page: Page, area: str) -> None:
    """Wait until what the area draws is drawn."""
    page.wait_for_function(
        """area => { const root = document.querySelector(`.qd-area-${area}`);
            const shown = e => e.offsetParent !== null;
            return [...root.querySelectorAll('.qd-plot')].filter(shown)
                .every(e => e.querySelector('.main-svg')) &&
                [...root.querySelectorAll('.qd-animation canvas')].filter(shown)
                .every(e => e.height > 60) &&
                ![...root.querySelectorAll('.is-stale')].some(shown) &&
                ![...root.querySelectorAll('p')].filter(shown)
                    .some(e => / …$|appears here/.test(e.textContent)) &&
                document.querySelector('.qd-start .qd-facts:not(.is-stale)'); }""",
        arg=area,
    )
    page.wait_for_timeout(900)


def visit(
    context, server: Server, query: str, area: str, act: Callable[[Visitor], None] | None = None
) -> Visitor:
    visitor = Visitor(context, server).open(query)
    if area != "Explore":
        visitor.tab(area)
    if act is not None:
        act(visitor)
    settled(visitor.page, area.lower())
    return visitor


def tick_all(visitor: Visitor) -> None:
    boxes = visitor.page.locator(".qd-runs input[type=checkbox]")
    for i in range(boxes.count()):
        boxes.nth(i).check()
    visitor.page.wait_for_selector(
        ".qd-report tr.is-model", state="attached"
    )  # folded where there are several


def half_way(visitor: Visitor) -> None:
    slider = visitor.page.locator(".qd-area-samples .qd-animation input[type=range]")
    slider.wait_for()
    slider.fill(str(int(slider.get_attribute("max")) // 2))


def scenes(runs: dict[str, str]) -> list[tuple[str, str, str, Callable[[Visitor], None] | None]]:
    """(name, address, tab, what to do there)."""
    mlp, quantum, cluster = (
        f"?run={runs[k]}"
        for k in ("jets-observables-mlp", "jets-observables-quantum", "quddpm-cluster-1q")
    )
    return [
        ("explore-states", "?preset=quddpm-cluster-1q", "Explore", None),
        ("explore-jets", "?preset=jets-observables-quantum", "Explore", None),
        ("explore-maps", "?preset=jets-logpolar-4q", "Explore", None),
        ("explore-points", "?preset=points-circuit", "Explore", None),
        ("train", quantum, "Train", None),
        ("samples-jets", mlp, "Samples", half_way),
        ("samples-states", cluster, "Samples", half_way),
        ("compare", quantum, "Compare", tick_all),
        ("scale", "?preset=quddpm-cluster-2q", "Scale", None),
        ("learn", "", "Learn", None),
        ("lesson", "?lesson=scrambling", "Learn", None),
        ("task", "?lesson=scrambling", "Explore", None),
        ("export", quantum, "Export", None),
    ]


def names() -> set[str]:
    """The files that ``make screenshots`` writes."""
    every = [name for name, *_ in scenes(dict.fromkeys(FINISHED, ""))]
    pictures = {
        f"{name}-{theme}{suffix}.png"
        for suffix in SIZES
        for theme in THEMES
        for name in (ON_SMALL_SCREENS if suffix else every)
    }
    return pictures | {animation.TARGET.name}


def main(wanted: Collection[str] = ()) -> None:
    """Take the pictures of the scenes that are ``wanted``, or all and the animation."""
    every = scenes({key: f"<{key}>" for key in FINISHED})
    if unknown := set(wanted) - {name for name, *_ in every}:
        raise SystemExit(f"There is no scene {', '.join(sorted(unknown))}.")
    chosen = set(wanted) or {name for name, *_ in every}
    queries = "".join(query for name, query, *_ in every if name in chosen)
    TARGET.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="qdiffgui-screenshots-"))
    server = Server(folder / "runs")
    try:
        trained = train(RunStore(server.runs), [key for key in FINISHED if f"<{key}>" in queries])
        runs = dict.fromkeys(FINISHED, "") | trained
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            for suffix, (width, height) in SIZES.items():
                for theme in THEMES:
                    size = {"width": width, "height": height}
                    context = browser.new_context(viewport=size, color_scheme=theme)
                    for name, query, area, act in scenes(runs):
                        if name not in chosen or (suffix and name not in ON_SMALL_SCREENS):
                            continue
                        visitor = visit(context, server, query, area, act)
                        save(visitor.page, f"{name}-{theme}{suffix}")
                        visitor.close()
                    context.close()
            if not wanted:
                animation.record(browser, server)
            browser.close()
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
