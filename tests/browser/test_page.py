"""The page itself: what stands in it before anything is pressed."""

from __future__ import annotations

import time

from qdiffgui import catalog, explanations


def test_the_skeleton_comes_before_the_kernel_and_leaves(visit):
    visitor = visit()
    page = visitor.page
    assert page.title() == "qdiffgui"
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").inner_text() == "qdiffgui"
    assert page.locator("main").count() == 1
    page.wait_for_selector("#qd-skeleton", state="detached")
    source = visitor.response.text()
    assert "qd-skeleton" in source
    assert "cdn." not in source


def test_data_noise_forward_process_and_circuit_are_shown_before_training(visit):
    page = visit("?preset=quddpm-cluster-1q").page
    page.wait_for_function("document.querySelector('.qd-area-explore .qd-film canvas')?.height > 100")
    page.wait_for_selector(".qd-area-explore .js-plotly-plot .scatterlayer .trace")
    page.wait_for_selector(".qd-circuit .gate.weight")
    page.locator(".qd-circuit .gate.weight").first.hover()
    assert "angle" in page.locator(".qd-circuit-tip").inner_text()
    film = page.locator(".qd-area-explore .qd-film")
    before = film.locator("canvas").evaluate("c => c.toDataURL()")
    film.get_by_label("Play").click()
    page.wait_for_function("document.querySelector('.qd-area-explore .qd-film input[type=range]').value >= 3")
    assert film.locator("canvas").evaluate("c => c.toDataURL()") != before
    film.get_by_label("Diffusion time").focus()
    page.keyboard.press("Home")
    assert film.get_by_label("Diffusion time").input_value() == "0"


LATE = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    const hello = text.includes('"op":"ready","search"');
    if (hello) window.__late = true;
    hello ? setTimeout(() => send.call(this, data), 1500) : send.call(this, data);
  };
})();"""


def test_a_choice_made_as_soon_as_possible_stays(visit):
    """The address reaches the kernel late; the form cannot be touched before it has, and so nothing is taken back."""
    visitor = visit("?preset=jets-observables-mlp", LATE)
    page = visitor.page
    page.locator(".qd-kind-data select").select_option(label="Your own file")
    page.wait_for_selector(".qd-blockers:has-text('No file is chosen')")
    assert page.evaluate("window.__late")
    assert page.locator(".qd-preset select").evaluate("s => s.selectedOptions[0].text") == "My own settings"
    assert page.locator(".qd-kind-data select").evaluate("s => s.selectedOptions[0].text") == "Your\xa0own\xa0file"
    assert page.get_by_label("Upload a data file").is_visible()


def test_names_for_everybody(visit):
    """Each control has a name, the tabs their role."""
    page = visit().page
    page.wait_for_selector("[role=tablist]")
    page.wait_for_selector(".qd-start-button:enabled")
    page.wait_for_function(
        """() => (shown => shown.length > 15 && shown.every(e => e.getAttribute('aria-label') || e.labels?.length))(
            [...document.querySelectorAll('.qd-app input, .qd-app select, .qd-app [role=slider]')].filter(e => e.offsetParent))"""
    )
    assert page.get_by_role("tab").count() >= 5
    page.wait_for_function("""() => !document.querySelector('[title="null"]')""")


def test_light_and_dark(visit):
    page = visit().page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.get_by_label("Switch between light and dark").click()
    assert page.evaluate(ground) != before
    page.reload(wait_until="commit")
    page.wait_for_selector(".qd-app")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_narrow_screens_do_not_scroll_sideways(visit):
    visitor = visit()
    visitor.wait_looked_at()
    page = visitor.page
    for width in (1440, 1024, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("width => innerWidth === width && document.documentElement.scrollWidth <= width", arg=width)


def test_a_closed_page_leaves_no_kernel(visit, server):
    def wait_for_kernels(n):
        for _ in range(900):
            if server.kernels() == n:
                break
            time.sleep(0.1)
        assert server.kernels() == n

    wait_for_kernels(1)  # the one that stands ready for the next page
    visitor = visit()
    wait_for_kernels(2)
    visitor.close()
    wait_for_kernels(1)


def test_every_model_is_explained_with_typeset_formulas(visit):
    visitor = visit("?preset=jets-observables-mlp")
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
