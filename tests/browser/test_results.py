"""Finished runs: seen, compared, exported, deleted and brought back; and what must not happen."""

from __future__ import annotations

import json

import h5py
import pytest

from qdiffgui.runs.state import ACTIVE
from tests.waiting import wait_for


class TestCompare:
    """Everything on one page that has no run open."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit, finished):
        return shared_visit()

    def test_compare(self, visitor, finished):
        page = visitor.page
        visitor.tab("Compare")
        for run in finished:
            page.locator(f'tr[data-run="{run.id}"] input[type=checkbox]').check()
        for part in (".qd-report tr.is-model", ".qd-report tr.is-floor", ".qd-verdict li"):
            page.wait_for_function("part => document.querySelectorAll(part).length >= 2", arg=part)
        page.wait_for_function(
            "document.querySelectorAll('.qd-area-compare .js-plotly-plot').length >= 2"
        )
        assert page.evaluate("window.__evil") is None
        assert page.locator("tr[data-run]", has_text="<script>").count() == 1

    def test_the_table_filters_sorts_and_pins_and_settings_that_differ_are_shown(
        self, visitor, finished
    ):
        page = visitor.page
        visitor.tab("Compare")
        page.get_by_label("Filter runs").fill("second")
        page.wait_for_function("document.querySelectorAll('tr[data-run]').length === 1")
        page.get_by_label("Filter runs").fill("")
        page.get_by_label("Filter runs").press("Tab")
        names = (
            "() => [...document.querySelectorAll('tr[data-run] strong')].map((e) => e.textContent)"
        )
        page.get_by_role("button", name="Run", exact=True).click()
        page.wait_for_selector("th[aria-sort=ascending]")
        ascending = page.evaluate(names)
        page.locator("th[aria-sort=ascending] button").click()
        page.wait_for_selector("th[aria-sort=descending]")
        assert page.evaluate(names) == ascending[::-1] or len(set(ascending)) < len(ascending)
        page.get_by_role("button", name="Pin second").click()
        page.wait_for_selector("[aria-label='Unpin second']")
        assert page.evaluate(names)[0] == "second"
        for run in finished:
            page.locator(f'tr[data-run="{run.id}"] input[type=checkbox]').check()
        page.get_by_role("button", name="Use second as the baseline").click()
        page.wait_for_selector(".qd-area-compare td:has-text('2 seeds')")
        page.get_by_label("Seeds as one row").uncheck()
        page.wait_for_selector(".qd-area-compare small:has-text('minus second')")
        page.wait_for_selector(".qd-settings-diff mark")
        assert "Seed" in page.locator(".qd-settings-diff").inner_text()
        page.get_by_role("button", name="Unpin second").click()
        page.wait_for_selector("[aria-label='Pin second']")

    def test_on_a_phone_the_names_of_runs_have_the_width_of_the_card(self, visitor, finished):
        page = visitor.page
        visitor.tab("Compare")
        page.set_viewport_size({"width": 390, "height": 844})
        for run in finished:
            row = page.locator(f'tr[data-run="{run.id}"]')
            name = row.locator("strong")
            assert name.bounding_box()["width"] > row.bounding_box()["width"] / 2
            assert name.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), "nothing is cut"
        for run in finished:
            page.locator(f'tr[data-run="{run.id}"] input[type=checkbox]').check()
        cell = page.locator(".qd-area-compare .qd-two-lines", has_text="second").first
        assert cell.bounding_box()["width"] > 120
        page.set_viewport_size({"width": 1440, "height": 900})

    def test_delete_and_undo(self, visitor, finished):
        run = finished[0]
        page = visitor.page
        visitor.tab("Compare")
        row = page.locator(f'tr[data-run="{run.id}"]')
        row.get_by_role("button", name="Delete").click()
        row.wait_for(state="detached")
        assert not run.exists()
        page.locator(".qd-alert").get_by_role("button", name="Undo").click()
        row.wait_for()
        assert run.exists()
        assert page.evaluate("window.__evil") is None

    def test_a_benchmark_starts_in_the_background_is_followed_and_stopped(self, visitor, store):
        page = visitor.page
        visitor.tab("Compare")
        page.get_by_role("button", name="Benchmarks").click()
        page.wait_for_selector(".qd-benchmark-start:enabled")
        page.locator(".qd-benchmark-form input[type=number]").nth(0).fill("1")
        page.click(".qd-benchmark-none")
        page.wait_for_selector(".qd-benchmark-start:disabled")
        for model in ("QD3PM, 8 qubits", "DDPM, best MLP"):  # they train for longer than this test
            page.get_by_role("checkbox", name=model).check()
        page.wait_for_selector(".qd-area-compare .qd-scale-count:has-text('2 runs')")
        page.click(".qd-benchmark-start")
        page.wait_for_selector(".qd-area-compare .qd-status[data-state=running]")
        page.wait_for_selector(".qd-area-compare [role=progressbar]")
        page.wait_for_selector(".qd-benchmark-stop:enabled")
        page.wait_for_selector(".qd-area-compare summary:has-text(' runs')")
        page.click(".qd-benchmark-stop")
        page.wait_for_selector(".qd-area-compare .qd-status[data-state=stopped]")
        page.wait_for_selector(".qd-benchmark-resume:enabled")
        wait_for(lambda: not any(state.status in ACTIVE for state in store.list()))
        page.click(".qd-benchmark-delete")
        page.wait_for_selector("text=No benchmarks yet")


class TestARun:
    """Everything on one page that has a run open; the last test opens another one."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit, finished):
        return shared_visit(f"?run={finished[1].id}")

    def test_export(self, visitor, finished):
        run, page = finished[1], visitor.page
        visitor.tab("Export")
        page.wait_for_selector(".qd-export-model:enabled")

        def save(key):
            with page.expect_download() as info:
                page.click(f".qd-export-{key}")
            return info.value

        model = save("model")
        assert model.suggested_filename == f"{run.id}.model.h5"
        with h5py.File(model.path()) as file:
            assert file.attrs["format"] == "qdiffgui-model"
        assert "OPENQASM 3" in save("circuit").path().read_text()
        assert "rows" in json.loads(save("report").path().read_text())
        assert save("drawing").path().read_text().startswith("<svg")
        page.locator(".qd-export-plot select").select_option(label="Loss")
        page.wait_for_selector(
            ".qd-area-export .js-plotly-plot[aria-label^='Loss'], .qd-area-export "
            "[aria-label^='Loss'] .main-svg"
        )
        html = save("html").path().read_text()
        assert "Plotly" in html
        assert "<script src" not in html
        assert save("png").path().read_bytes()[:4] == b"\x89PNG"
        assert b"<svg" in save("svg").path().read_bytes()[:200]

    def test_what_cannot_be_saved_says_why_and_the_command_can_be_copied(self, visitor, finished):
        run, page = finished[1], visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        visitor.tab("Export")
        page.wait_for_selector(".qd-export-model:enabled")
        row = page.locator("[data-offer=energyflow]")
        assert "quantum states" in row.inner_text()
        assert row.locator("button.qd-export-energyflow").is_disabled()
        page.locator("[data-offer=model] summary").click()
        page.get_by_label("Copy: On the command line: Model", exact=True).click()
        page.wait_for_selector("[data-offer=model] button:has-text('Copied')")
        assert page.evaluate("navigator.clipboard.readText()").startswith(
            f"qdiffgui export {run.id} --model "
        )

    def test_the_denoising_film_plays(self, visitor):
        page = visitor.page
        visitor.tab("Samples")
        film = page.locator(".qd-area-samples .qd-animation")
        page.wait_for_function("document.querySelector('.qd-area-samples canvas')?.height > 100")
        film.get_by_label("First frame").click()
        noise = film.locator("canvas").evaluate("c => c.toDataURL()")
        film.get_by_label("Play").click()
        page.wait_for_function(
            "(i => +i.value === +i.max)"
            "(document.querySelector('.qd-area-samples input[type=range]'))"
        )
        assert film.locator("canvas").evaluate("c => c.toDataURL()") != noise

    def test_figures_fill_their_boxes_in_every_tab(self, visitor):
        page = visitor.page
        for name in ("Train", "Samples", "Explore", "Train", "Compare", "Train"):
            visitor.tab(name)
        page.wait_for_function("document.querySelectorAll('.qd-area-train .main-svg').length >= 2")
        page.wait_for_function(
            """() => [...document.querySelectorAll('.qd-area-train .js-plotly-plot')].every(plot =>
                Math.abs(plot.querySelector('.main-svg').getBoundingClientRect().width
                    - plot.parentElement.clientWidth) < 3)"""
        )
        page.wait_for_function("document.querySelector('.qd-area-train canvas')?.height > 100")

    def test_a_bundle_goes_out_and_comes_in(self, visitor, finished, store):
        run, page = finished[1], visitor.page
        visitor.tab("Export")
        page.wait_for_selector(".qd-export-bundle:enabled")
        with page.expect_download() as info:
            page.click(".qd-export-bundle")
        visitor.tab("Compare")
        page.get_by_role("button", name="Import and bin").click()
        with page.expect_file_chooser() as chooser:
            page.get_by_label("Import a run bundle").click()
        chooser.value.set_files(
            {
                "name": "run.zip",
                "mimeType": "application/zip",
                "buffer": info.value.path().read_bytes(),
            }
        )
        page.wait_for_selector(".qd-alert:has-text('was imported')")
        page.locator(".qd-alert").get_by_role("button", name="Open").click()
        page.wait_for_function("id => location.search.includes(id)", arg=f"{run.id}-2")
        visitor.wait_status("done")
        store.delete(f"{run.id}-2")
        store.bin.free()
