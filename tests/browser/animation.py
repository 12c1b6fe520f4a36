"""The animation at the top of README: the real page while a model trains, then its samples.

``make screenshots`` makes it too; ``python -m tests.browser.animation`` makes it alone.
"""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS, ROOT, Server, Visitor
from tools.get_browser import find

NAME = "training"
TARGET = ROOT / "docs" / "screenshots" / f"{NAME}.webp"
LIMIT = 3_000_000
PRESET = "jets-observables-quantum"
WINDOW = {"width": 1280, "height": 960}
SHOWN = (960, 720)
PICTURES = 40  # of the training
STATE = """() => {
    const card = document.querySelector('.qd-run-card');
    const [step, total] = (card?.querySelector('.qd-facts b')?.textContent ?? '').split('/');
    return { status: card?.querySelector('.qd-status')?.dataset.state ?? '',
             step: parseInt(step) || 0, total: parseInt(total) || 0 };
}"""
SHOWN_MS, LAST_MS = 160, 2600  # how long a picture is shown, and the last one of each part


def picture(page: Page) -> Image.Image:
    """The window, at the size of the animation."""
    shot = Image.open(io.BytesIO(page.screenshot(animations="allow"))).convert("RGB")
    return shot.resize(SHOWN, Image.Resampling.LANCZOS)


def training(visitor: Visitor) -> list[Image.Image]:
    """The tab Train, from the first losses until the run is evaluated."""
    page = visitor.page
    page.wait_for_selector(".qd-start-button:enabled")
    page.click(".qd-start-button")
    visitor.tab("Train")
    visitor.wait_losses(1)
    pictures, shown = [], -1
    while (state := page.evaluate(STATE))["status"] != "done":
        part = PICTURES * state["step"] // max(state["total"], 1)
        if part > shown:  # by progress, not by time: a slow machine needs no more pictures
            pictures.append(picture(page))
            shown = part
        page.wait_for_timeout(150)
    page.wait_for_timeout(2500)  # the last values arrive
    return [*pictures, picture(page)]


def denoising(visitor: Visitor) -> list[Image.Image]:
    """The tab Samples: from noise to jets, step by step."""
    page = visitor.page
    visitor.tab("Samples")
    slider = page.locator(".qd-area-samples .qd-animation input[type=range]")
    slider.wait_for()
    last = int(slider.get_attribute("max") or 0)
    steps = sorted({round(last * i / 15) for i in range(16)})
    pictures = []
    for step in steps:
        slider.fill(str(step))
        page.wait_for_timeout(500)
        pictures.append(picture(page))
    return pictures


def write(parts: list[list[Image.Image]], target: Path) -> None:
    """Write the parts, one after the other, as an animated WebP below ``LIMIT`` bytes."""
    pictures = [one for part in parts for one in part]
    times = [t for part in parts for t in [SHOWN_MS] * (len(part) - 1) + [LAST_MS]]
    for quality in (70, 50, 35, 20):
        buffer = io.BytesIO()
        pictures[0].save(
            buffer,
            "WEBP",
            save_all=True,
            append_images=pictures[1:],
            duration=times,
            loop=0,
            quality=quality,
            method=4,
        )
        if len(buffer.getvalue()) < LIMIT:
            break
    target.write_bytes(buffer.getvalue())
    print(target.name, len(pictures), "pictures,", len(buffer.getvalue()), "bytes", flush=True)


def record(browser, server: Server, target: Path = TARGET) -> None:
    """Train a model on the real page, and write what the page shows meanwhile."""
    context = browser.new_context(viewport=WINDOW, color_scheme="light", reduced_motion="reduce")
    visitor = Visitor(context, server).open(f"?preset={PRESET}")
    visitor.wait_looked_at()
    write([training(visitor), denoising(visitor)], target)
    visitor.close()
    context.close()


def main() -> None:
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="qdiffgui-animation-"))
    server = Server(folder / "runs")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=FLAGS)
            record(browser, server)
            browser.close()
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
