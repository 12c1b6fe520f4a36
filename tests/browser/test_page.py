"""The page itself: what stands in it before anything is pressed."""

from __future__ import annotations

import pytest

from qdiffgui import catalog, explanations
from tests.waiting import wait_for

LATE = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    const hello = text.includes('"op":"ready","search"');
    if (hello) window.__late = true;
    hello ? setTimeout(() => send.call(this, data), 1500) : send.call(this, data);
  };
})();"""


class TestOnePage:
    """What leaves the page as it was, on one whose address cannot be followed."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit):
        return shared_visit("?config=abc")

    def test_the_skeleton_comes_before_the_kernel_and_leaves(self, visitor):
        page = visitor.page
        assert page.title() == "qdiffgui"
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("h1").inner_text() == "qdiffgui"
        assert page.locator("main").count() == 1
        page.wait_for_selector("#qd-skeleton", state="detached")
        source = visitor.response.text()
        assert "qd-skeleton" in source
        assert "cdn." not in source

    def test_an_address_that_cannot_be_followed_is_refused_in_a_sentence(self, visitor):
        page = visitor.page
        page.wait_for_selector(".qd-alert:has-text('are invalid')")
        page.wait_for_selector(".qd-start-button:enabled")

    def test_names_for_everybody(self, visitor):
        """Each control has a name, the tabs their role."""
        page = visitor.page
        page.wait_for_selector("[role=tablist]")
        page.wait_for_selector(".qd-start-button:enabled")
        page.wait_for_function(
            """() => (shown => shown.length > 15 &&
                shown.every(e => e.getAttribute('aria-label') || e.labels?.length))(
                [...document.querySelectorAll(
                    '.qd-app input, .qd-app select, .qd-app [role=slider]'
                )].filter(e => e.offsetParent))"""
        )
        assert page.get_by_role("tab").count() >= 5
        page.wait_for_function("""() => !document.querySelector('[title="null"]')""")

    def test_narrow_screens_do_not_scroll_sideways(self, visitor):
        visitor.wait_looked_at()
        page = visitor.page
        for width in (1440, 1024, 390):
            page.set_viewport_size({"width": width, "height": 844})
            page.wait_for_function(
                "width => innerWidth === width && document.documentElement.scrollWidth <= width",
                arg=width,
            )
        page.set_viewport_size({"width": 1440, "height": 900})

    def test_light_and_dark(self, visitor):
        page = visitor.page
        ground = "getComputedStyle(document.body).backgroundColor"
        before = page.evaluate(ground)
        page.get_by_label("Switch between light and dark").click()
        page.wait_for_function(f"before => {ground} !== before", arg=before)
        page.reload(wait_until="commit")
        page.wait_for_selector(".qd-app")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    def test_a_closed_page_leaves_no_kernel(self, visitor, server):
        """Nor does one that was loaded again, as this one was."""

        def wait_for_kernels(n):
            wait_for(lambda: server.kernels() == n, f"{n} kernels", interval=0.1)

        wait_for_kernels(2)  # one stands ready for the next page
        visitor.close()
        wait_for_kernels(1)


class TestBeforeTraining:
    """On one page, what is seen of a preset."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit):
        return shared_visit("?preset=quddpm-cluster-1q")

    def test_data_noise_forward_process_and_circuit_are_shown_before_training(self, visitor):
        page = visitor.page
        page.wait_for_function(
            "document.querySelector('.qd-area-explore .qd-animation canvas')?.height > 100"
        )
        page.wait_for_selector(".qd-area-explore .js-plotly-plot .scatterlayer .trace")
        page.wait_for_selector(".qd-circuit .gate.weight")
        page.locator(".qd-circuit .gate.weight").first.hover()
        assert "angle" in page.locator(".qd-circuit-tip").inner_text()
        film = page.locator(".qd-area-explore .qd-animation").first
        before = film.locator("canvas").evaluate("c => c.toDataURL()")
        film.get_by_label("Play").click()
        page.wait_for_function(
            "document.querySelector('.qd-area-explore .qd-animation input[type=range]').value >= 3"
        )
        assert film.locator("canvas").evaluate("c => c.toDataURL()") != before
        film.get_by_label("Diffusion time").focus()
        page.keyboard.press("Home")
        assert film.get_by_label("Diffusion time").input_value() == "0"

    def test_the_cursor_on_the_schedule_moves_with_the_forward_film(self, visitor):
        visitor.wait_looked_at()
        area = visitor.page.locator(".qd-area-explore")
        area.get_by_label("Diffusion time").fill("10")
        cursors = (
            "() => [...document.querySelectorAll('.qd-area-explore .js-plotly-plot')].filter(p "
            "=> p.layout.shapes?.[0]?.x0 === 10).length"
        )
        visitor.page.wait_for_function(f"({cursors})() === 2")
        assert "10 random circuits" in area.locator(".qd-animation-caption").first.text_content()


class TestOwnFile:
    """On one page without a file yet, so that nothing is inspected meanwhile."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit):
        return shared_visit("?preset=jets-observables-mlp", LATE)

    def test_a_choice_made_as_soon_as_possible_stays(self, visitor):
        """The address reaches the kernel late; the form cannot be touched before it has, and so
        nothing is taken back.
        """
        page = visitor.page
        page.locator(".qd-kind-data select").select_option(label="Your own file")
        page.wait_for_selector(".qd-blockers:has-text('No file selected')")
        assert page.evaluate("window.__late")
        assert (
            page.locator(".qd-preset select").evaluate("s => s.selectedOptions[0].text")
            == "Custom settings"
        )
        assert (
            page.locator(".qd-kind-data select").evaluate("s => s.selectedOptions[0].text")
            == "Your\xa0own\xa0file"
        )
        assert page.get_by_label("Upload a data file", exact=True).is_visible()

    def test_every_model_is_explained_with_typeset_formulas(self, visitor):
        page = visitor.page
        page.set_viewport_size({"width": 390, "height": 844})
        page.get_by_role("button", name="All settings").click()
        for key in explanations.explained():
            label = catalog.models[key].label
            page.locator(".qd-kind-model select").select_option(label=label)
            page.locator(".qd-explanation summary").filter(has_text=f": {label}").click()
            page.wait_for_selector(".qd-explanation mjx-container")
            assert page.locator(".qd-explanation mjx-merror").count() == 0, key
            assert "$" not in page.locator(".qd-explanation .qd-prose").inner_text(), key
            page.wait_for_function("document.documentElement.scrollWidth === 390")
