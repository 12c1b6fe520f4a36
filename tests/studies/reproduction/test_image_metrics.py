"""The figures of image tasks: zero between equal samples, worse for worse images, the same rows for
everything compared.
"""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui.config import Experiment, override
from qdiffgui.experiment import Session
from qdiffgui.presets.digits import DIGITS_DENSE, DIGITS_QU_NET
from qdiffgui.presets.qg_unet import JETS_QG_HYBRID
from qdiffgui.studies.reproduction.image_metrics import (
    baseline_metrics,
    compare_images,
    floor_metrics,
    model_metrics,
    noise_metrics,
)
from qdiffgui.studies.reproduction.qg_unet import gradient
from qdiffgui.studies.reproduction.qu_net import smallest_gradient

N = 150


@pytest.fixture(scope="module")
def session() -> Session:
    return Session(override(DIGITS_DENSE, ["training.iterations=2"]))


def test_equal_images_have_no_distance(session: Session) -> None:
    truth = session.prepared.test.take(np.arange(N))
    found = compare_images(truth.x, truth.label, truth, session.prepared.representation, 0)
    assert found["pixels"] == 0
    assert found["observables"] == pytest.approx(0, abs=1e-6)
    assert {"row", "column", "spread", "concentration", "auc"} <= set(found)


def test_figures_tell_digits_from_noise_and_from_their_mean(session: Session) -> None:
    floor, start, by_baseline = (
        f(session, N, 0)
        for f in (
            floor_metrics,
            noise_metrics,
            baseline_metrics,
        )
    )
    assert floor["pixels"] < by_baseline["Mean sample"]["pixels"] < start["pixels"]
    assert floor["auc"] < 0.8 < start["auc"]
    assert set(by_baseline) >= {"All zero", "Mean sample", "Independent components", "PCA-Gaussian"}
    assert by_baseline["Independent components"]["pixels"] < 2 * floor["pixels"]
    assert set(model_metrics(session, N, 0)) == set(floor)


def _small(config: Experiment, *settings: str) -> Session:
    return Session(
        override(
            config,
            ["training.iterations=2", "training.batch_size=8", "model.n_layers=1", *settings],
        )
    )


def test_the_gradients_that_tasks_report_are_those_of_the_circuits() -> None:
    net = _small(DIGITS_QU_NET, "model.channels=1")
    assert smallest_gradient(net) > 0
    hybrid = "data.n_jets=200", "model.width=2"
    assert gradient(_small(JETS_QG_HYBRID, *hybrid)) > 0
    assert gradient(_small(JETS_QG_HYBRID, *hybrid, "model.circuit=frozen")) == 0
