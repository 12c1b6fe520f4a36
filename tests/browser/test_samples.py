"""Samples in the real page: look, generate anew, cancel, download; at 390 px nothing is cut
off.
"""

from __future__ import annotations

import h5py
import numpy as np
import pytest

from qdiffgui.config import parse
from qdiffgui.runs.runner import Runner
from tests.ui.test_samples import JETS

SLOW = {
    "kind": "quantum-denoiser",
    "n_qubits": 6,
    "n_layers": 8,
    "schedule": {"kind": "cosine", "n_steps": 100},
}
"""A model whose 20 000 samples take long enough to be cancelled on any machine."""


@pytest.fixture(scope="module")
def run(store):
    runner = Runner(store, mode="thread", warm=False)
    given = JETS["representation"] | {
        "names": ["pt", "mass", "width"],
        "conditions": ["pt"],
    }
    made = runner.submit(parse(JETS | {"model": SLOW, "representation": given}))
    runner.wait(made.id, 120)
    runner.close()
    return made.id


class TestSamples:
    """On one page that has a run open."""

    @pytest.fixture(scope="class")
    @classmethod
    def visitor(cls, shared_visit, run):
        return shared_visit(f"?run={run}")

    def test_samples_are_drawn_anew_and_saved(self, visitor, tmp_path):
        visitor.tab("Samples")
        card = visitor.page.locator(".qd-generate")
        card.get_by_label("Samples").fill("40")
        card.get_by_label("Class").select_option("gluon")
        card.get_by_label("Sampler").select_option("DDIM")
        condition = card.get_by_label("Condition")
        assert condition.get_attribute("placeholder") == "pt=…"
        condition.fill("pt")
        condition.press("Enter")
        card.get_by_role("button", name="Generate").click()
        card.get_by_text("Expected conditions such as").wait_for()
        condition.fill("pt=520")
        condition.press("Enter")
        card.get_by_role("button", name="Generate").click()
        card.get_by_role("button", name="Download HDF5").wait_for()
        caption = visitor.page.locator(".qd-area-samples .qd-animation-caption")
        assert "These are the samples." in caption.text_content()
        with visitor.page.expect_download() as download:
            card.get_by_role("button", name="Download HDF5").click()
        download.value.save_as(tmp_path / "samples.h5")
        with h5py.File(tmp_path / "samples.h5") as file:
            assert file["jets/mass"].shape == (40,)
            assert set(file["jets/label"][()]) == {0}
            assert np.allclose(file["jets/pt"], 520)
        card.get_by_label("Samples").fill("20000")
        card.get_by_label("Measurement").select_option("10 000 shots")
        card.get_by_role("button", name="Generate").click()
        card.get_by_role("button", name="Cancel").click()
        card.get_by_text("Cancelled.").wait_for()

    def test_on_a_telephone_figures_take_one_column_and_nothing_is_cut_off(self, visitor):
        visitor.page.set_viewport_size({"width": 390, "height": 844})
        visitor.tab("Samples")
        figure = ".qd-area-samples .js-plotly-plot"
        visitor.page.wait_for_function(
            f"() => document.querySelector('{figure}')?.layout.xaxis?.domain[1] === 1"
        )
        visitor.tab("Explore")
        visitor.wait_looked_at()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390
