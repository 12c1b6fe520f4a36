"""A file of one's own: good ones are looked at, bad ones get a sentence and no start."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from qdiffgui import catalog


@pytest.fixture
def jets(shared):
    """A good file."""
    file = shared / "data" / "formats" / "QG_jets.npz"
    if not file.exists():
        pytest.skip("the file of formats is not here")
    return file


class TestOwnFile:
    """On one page, whose address names a run that does not exist."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit):
        return shared_visit("?run=20000101-000000-nothing")

    def test_an_address_that_names_nothing_says_so(self, visitor):
        alert = visitor.page.locator(".qd-alert:has-text('There is no run')")
        alert.get_by_role("button", name="Dismiss").click()
        alert.wait_for(state="detached")

    def test_settings_that_do_not_fit_say_so(self, visitor):
        page = visitor.page
        page.wait_for_selector(".qd-start-button:enabled")
        visitor.choose("qd-preset", catalog.presets["quddpm-cluster-1q"].label)
        page.wait_for_selector(".qd-card-preset .qd-note:has-text('One qubit')")
        page.locator(".qd-kind-data select").select_option(label="Quark and gluon jets")
        page.wait_for_selector(".qd-blockers:has-text('does not take the data')")
        assert page.locator(".qd-start-button").is_disabled()

    def test_bad_files_are_refused_in_a_sentence(self, visitor, tmp_path):
        (tmp_path / "picture.h5").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
        jets = np.tile([[10.0, 0.1, 0.1, 211.0]], (30, 5, 1))
        jets[3, 1, 0] = np.nan
        np.savez(tmp_path / "nan.npz", X=jets, y=np.arange(30) % 2)
        np.savez(tmp_path / "keys.npz", a=np.zeros(3))
        page = visitor.page
        visitor.choose("qd-preset", catalog.presets["jets-observables-mlp"].label)
        page.wait_for_selector(".qd-start-button:enabled")
        page.locator(".qd-kind-data select").select_option(label="Your own file")
        field = page.locator(".qd-field-path input[type=text]")
        page.wait_for_selector(".qd-blockers:has-text('No file selected')")
        expected = {
            "picture.h5": "is a PNG image",
            "nan.npz": "found NaN",
            "keys.npz": "Expected the arrays",
            "missing.npz": "there is none",
        }
        for name, words in expected.items():
            field.fill(str(tmp_path / name))
            field.press("Enter")
            page.wait_for_selector(f".qd-blockers:has-text('{words}')")
            assert page.locator(".qd-start-button").is_disabled()
            assert words in page.locator(".qd-area-explore .qd-alert p").inner_text()
            assert "Traceback" not in page.inner_text("body")

    def test_a_good_file_is_uploaded_and_looked_at(self, visitor, jets):
        page = visitor.page
        with page.expect_file_chooser() as chooser:
            page.get_by_label("Upload a data file", exact=True).click()
        chooser.value.set_files(jets)
        page.wait_for_selector("text=Stored: QG_jets.npz")
        page.wait_for_selector(".qd-start-button:enabled")
        visitor.wait_looked_at()
        assert page.locator(".qd-field-path input[type=text]").input_value().endswith("QG_jets.npz")
        assert page.locator(".qd-start-button").is_enabled()
        assert page.locator(".qd-alert").count() == 0

    def test_a_file_over_the_limit_is_refused(self, visitor, tmp_path):
        large = tmp_path / "large.npz"
        with large.open("wb") as stream:
            stream.truncate(201 * 2**20)
        page = visitor.page
        with page.expect_file_chooser() as chooser:
            page.get_by_label("Upload a data file", exact=True).click()
        chooser.value.set_files(large)
        page.wait_for_selector(".qd-upload-picker .qd-wrong-text")
        assert (
            "above the limit of 200 MB"
            in page.locator(".qd-upload-picker .qd-wrong-text").inner_text()
        )

    def test_a_training_that_breaks_says_so_with_a_report(self, visitor, jets, tmp_path):
        """The file is there when it is looked at and gone when the training begins."""
        file = tmp_path / "jets.npz"
        shutil.copy(jets, file)
        page = visitor.page
        path = page.locator(".qd-field-path input[type=text]")
        path.fill(str(tmp_path / "missing.npz"))
        path.press("Enter")
        page.wait_for_selector(".qd-start-button:disabled")
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
