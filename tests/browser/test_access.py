"""For everybody: axe on every area in both themes, the keyboard alone, a narrow screen."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from qdiffgui.ui.areas import AREAS

NAMES = [area.name for area in AREAS]


def violations(page, *rules: str, within: str = "html") -> list[str]:
    """What axe finds serious or critical, of all rules or these: rule and first element."""
    # it need not describe each of the thousands of elements that pass
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        (
            f"{item['id']}: {item['nodes'][0]['html'][:200]} "
            f"{item['nodes'][0].get('failureSummary', '')[:300]}"
        )
        for item in found
        if item["impact"] in ("serious", "critical")
    ]


@pytest.fixture(scope="class")
def trained(finished):
    """A finished run, with an animation, a report and an export."""
    return finished[1]


@pytest.fixture(scope="class")
def visitor(shared_visit, trained):
    return shared_visit(f"?run={trained.id}", moving=True)


class TestARunForEverybody:
    """On one page, in this order: the keyboard finds it as it opens."""

    def test_the_keyboard_alone(self, visitor, trained):
        page, keys = visitor.page, visitor.page.keyboard
        selected = "document.querySelector('[role=tab][aria-selected=true]').dataset.area"
        page.wait_for_function(f"{selected} === 'Train'")
        keys.press("Tab")
        assert page.evaluate("document.activeElement.className") == "qd-skip"
        page.locator("[role=tab][aria-selected=true]").focus()
        keys.press("ArrowRight")
        page.wait_for_function(f"{selected} === {NAMES[2]!r}")
        assert page.evaluate("document.activeElement.dataset.area") == NAMES[2]
        keys.press("End")
        page.wait_for_function(f"{selected} === {NAMES[-1]!r}")
        keys.press("Alt+3")
        page.wait_for_selector(".qd-area-samples:not(.is-hidden)")
        bar = ".qd-area-samples .qd-animation input[type=range]"
        time = page.locator(bar).first
        time.wait_for()
        page.wait_for_function("bar => +document.querySelector(bar).max > 0", arg=bar)  # the frames
        time.focus()
        keys.press("Home")
        page.evaluate("() => new Promise((done) => setTimeout(done, 700))")
        assert time.input_value() == "0", "a key stops the animation, also where it moves nothing"
        keys.press("ArrowRight")
        assert time.input_value() == "1"
        assert time.get_attribute("aria-valuetext")

        seed = page.locator(".qd-field-seed input")
        seed.focus()
        assert seed.evaluate("e => getComputedStyle(e).outline").endswith("solid 2px"), (
            "the focus is seen"
        )
        keys.press("Control+a")
        keys.type("1e3")  # a control for whole numbers would drop the e without a word
        keys.press("Enter")
        page.wait_for_function(
            "Number(document.querySelector('.qd-field-seed input').value) === 1000"
        )
        page.wait_for_selector(".qd-undo:enabled")
        page.locator("[role=tab][aria-selected=true]").focus()
        keys.press("Control+z")
        page.wait_for_function(
            "seed => document.querySelector('.qd-field-seed input').value === seed",
            arg=str(trained.config().seed),
        )
        slider = page.locator(".qd-side [role=slider]").first
        assert slider.get_attribute("aria-label")
        before = slider.get_attribute("aria-valuenow")
        slider.focus()
        keys.press("ArrowRight")
        page.wait_for_function(
            "v => document.querySelector('.qd-side [role=slider]').ariaValueNow !== v",
            arg=before,
        )
        assert (
            page.evaluate("document.getElementById('qd-live').getAttribute('aria-live')")
            == "polite"
        )

    def test_axe_finds_nothing_serious_in_any_area(self, visitor, trained):
        page = visitor.page
        page.emulate_media(reduced_motion="reduce")
        visitor.tab("Train")
        page.wait_for_selector(".qd-area-train .main-svg")
        visitor.tab("Compare")
        page.locator(f'tr[data-run="{trained.id}"] input[type=checkbox]').check()
        visitor.tab("Explore")
        visitor.wait_looked_at()
        page.locator("#qd-log").click()
        page.wait_for_selector(".qd-logbook:not(.is-hidden)")
        found = [f"light, log: {line}" for line in violations(page, within=".qd-logbook")]
        page.locator(".qd-logbook").get_by_role("button", name="Close").click()
        for theme, rules in (("light", ()), ("dark", ("color-contrast",))):
            for name in NAMES:
                visitor.tab(name)
                page.wait_for_timeout(250)  # the last drawing, after which nothing moves
                # header and form are the same in all areas
                part = "html" if name == NAMES[0] else ".qd-main"
                lines = violations(page, *rules, within=part)
                found += [f"{theme}, {name}: {line}" for line in lines]
            page.get_by_label("Switch between light and dark").click()
        assert not found, "\n".join(found)

    def test_a_phone(self, visitor):
        page = visitor.page
        page.set_viewport_size({"width": 390, "height": 844})
        visitor.tab("Train")
        page.wait_for_selector(".qd-area-train .main-svg")
        for name in NAMES:
            box = page.get_by_role("tab", name=name, exact=True).bounding_box()
            assert 0 <= box["x"] <= 390 - box["width"], name
            assert box["y"] + box["height"] > 800, "at the bottom, within reach of a thumb"
            visitor.tab(name)
            page.wait_for_function("document.documentElement.scrollWidth <= 390")
            page.wait_for_function(
                """name => document.querySelector(`.qd-area-${name}`)
                .getBoundingClientRect().top < 60""",
                arg=name.lower(),
            )
        assert not page.locator(".qd-kind-model select").is_visible()
        page.get_by_role("button", name="All settings").click()
        page.locator(".qd-kind-model select").wait_for()
        page.wait_for_function("document.documentElement.scrollWidth <= 390")
