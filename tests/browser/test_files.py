"""A file of one's own: good ones are looked at, bad ones get a sentence and no start."""

from __future__ import annotations

import numpy as np
import pytest


def test_bad_files_are_refused_in_a_sentence(visit, tmp_path):
    (tmp_path / "picture.h5").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    np.savez(tmp_path / "nan.npz", X=np.full((30, 5, 4), np.nan), y=np.zeros(30))
    np.savez(tmp_path / "keys.npz", a=np.zeros(3))
    page = visit("?preset=jets-observables-mlp").page
    page.wait_for_selector(".qd-start-button:enabled")
    page.locator(".qd-kind-data select").select_option(label="Your own file")
    field = page.locator(".qd-field-path input[type=text]")
    page.wait_for_selector(".qd-blockers:has-text('No file is chosen')")
    expected = {
        "picture.h5": "is a PNG image", "nan.npz": "found NaN", "keys.npz": "Expected the arrays", "missing.npz": "there is none",
    }  # fmt: skip
    for name, words in expected.items():
        field.fill(str(tmp_path / name))
        field.press("Enter")
        page.wait_for_selector(f".qd-blockers:has-text('{words}')")
        assert page.locator(".qd-start-button").is_disabled()
        assert words in page.locator(".qd-area-explore .qd-alert p").inner_text()
        assert "Traceback" not in page.inner_text("body")


def test_a_good_file_is_uploaded_and_looked_at(visit, shared):
    file = shared / "data" / "formats" / "QG_jets.npz"
    if not file.exists():
        pytest.skip("the file of formats is not here")
    visitor = visit("?preset=jets-observables-mlp")
    page = visitor.page
    page.locator(".qd-kind-data select").select_option(label="Your own file")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Upload a data file").click()
    chooser.value.set_files(file)
    page.wait_for_selector("text=Stored: QG_jets.npz")
    page.wait_for_selector(".qd-start-button:enabled")
    visitor.wait_looked_at()
    assert page.locator(".qd-field-path input[type=text]").input_value().endswith("QG_jets.npz")
    assert page.locator(".qd-start-button").is_enabled()
    assert page.locator(".qd-alert").count() == 0


def test_a_file_over_the_limit_is_refused(visit, tmp_path):
    large = tmp_path / "large.npz"
    with large.open("wb") as stream:
        stream.truncate(201 * 2**20)
    visitor = visit("?preset=jets-observables-mlp")
    page = visitor.page
    page.locator(".qd-kind-data select").select_option(label="Your own file")
    with page.expect_file_chooser() as chooser:
        page.get_by_label("Upload a data file").click()
    chooser.value.set_files(large)
    page.wait_for_selector(".qd-upload-picker .qd-wrong-text")
    assert "uploads end at 200 MB" in page.locator(".qd-upload-picker .qd-wrong-text").inner_text()


def test_settings_that_do_not_fit_say_so(visit):
    visitor = visit("?preset=quddpm-cluster-1q")
    page = visitor.page
    page.wait_for_selector(".qd-start-button:enabled")
    page.locator(".qd-kind-data select").select_option(label="Quark and gluon jets")
    page.wait_for_selector(".qd-blockers:has-text('cannot be shown as')")
    assert page.locator(".qd-start-button").is_disabled()


def test_an_address_that_names_nothing_says_so(visit):
    visitor = visit("?run=20000101-000000-nothing")
    visitor.page.wait_for_selector(".qd-alert:has-text('There is no run')")
