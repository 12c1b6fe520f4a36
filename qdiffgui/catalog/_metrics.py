"""Figures of merit."""

from __future__ import annotations

from qdiffgui.registry import Registry

metrics = Registry("metrics", "metric")

# load() gives a function (generated, real, *, seed) -> Measured. ``of`` says of what: "observable" (n,), "sample" (n, d) features,
# "state" (n, d) amplitudes. ``better``: lower, higher, half (.5 is best), or floor (the nearer to the floor's value the better).
# ``least`` is the number of samples a side below which it means nothing.
metrics.add(
    "auc",
    "Classifier AUC",
    "Gradient-boosted two-sample test, cross-validated: .5 cannot tell generated from real, 1 always can.",
    "qdiffgui.evaluation.classifier:measure",
    paper="arXiv:1610.06545",
    of="sample",
    better="half",
    least=200,
)
metrics.add(
    "w1",
    "W1",
    "Wasserstein-1 distance of one observable, generated against held out, in its unit and in units of W1(quark, gluon).",
    "qdiffgui.evaluation.wasserstein:measure",
    paper="arXiv:2106.11535",
    of="observable",
    better="lower",
    least=30,
)
metrics.add(
    "wasserstein",
    "W of states",
    "Exact optimal transport between ensembles of states, cost 1 - fidelity.",
    "qdiffgui.evaluation.states:wasserstein",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "mmd",
    "MMD²",
    "Distance of the mean density matrices; blind to everything else about an ensemble.",
    "qdiffgui.evaluation.states:mmd",
    paper="arXiv:2310.05866",
    of="state",
    better="lower",
    least=40,
)
metrics.add(
    "spread",
    "Spread",
    "1 - mean fidelity of pairs: 0 for a collapsed ensemble, 1 - 1/d for Haar.",
    "qdiffgui.evaluation.states:spread",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "f0",
    "F₀",
    "Mean fidelity with |0...0>; to be that of the data, for 1 is collapse.",
    "qdiffgui.evaluation.states:f0",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
)
metrics.add(
    "y-squared",
    "⟨Y⟩²",
    "Mean squared Y of one-qubit states: 0 on the circle of real states, 1/3 for Haar.",
    "qdiffgui.evaluation.states:y_squared",
    paper="arXiv:2310.05866",
    of="state",
    better="floor",
    least=40,
    n_qubits=1,
)
