"""QDT is QuDDPM with one step: it has its parameters in one circuit, and learns from noise to data
in one go.
"""

from __future__ import annotations

from qdiffgui.config import Training
from qdiffgui.config import models as settings
from qdiffgui.data.types import Spec
from qdiffgui.evaluation import quantum
from qdiffgui.models.qdt import QDT
from qdiffgui.models.quddpm import QuDDPM
from tests.models.test_quddpm import cluster


def test_as_many_parameters_as_quddpm_of_its_steps_times_its_layers() -> None:
    spec, training = Spec("state", (4,)), Training(iterations=20)
    qdt = QDT(settings.QDT(n_layers=120), spec, training, 0)
    quddpm = QuDDPM(settings.QuDDPM(n_layers=6), spec, training, 0)
    assert qdt.n_parameters == quddpm.n_parameters == 720


def test_goes_from_haar_states_to_the_cluster_in_one_step() -> None:
    model = QDT(
        settings.QDT(n_layers=8),
        Spec("state", (2,)),
        Training(iterations=250, batch_size=64, learning_rate=0.05),
        0,
    )
    model.fit(cluster(500, 0))
    for i in range(model.n_steps):
        model.step(i)
    drawn = model.sample(300, seed=1, trajectory=True)
    assert drawn.times == (1, 0)
    w = [quantum.wasserstein(frame, cluster(300, 1).x) for frame in drawn.trajectory]
    assert w[0] > 0.35
    assert w[1] < 0.7 * w[0]
    assert model.forward_process(cluster(5, 0).x)[1] == (0, 1)
