"""The plots of a benchmark's report, from a table alone."""

from __future__ import annotations

from typing import Any

from qdiffgui.evaluation.columns import Column
from qdiffgui.studies.benchmark.report_plots import _of_class
from qdiffgui.studies.benchmark.result import BenchmarkResult, ModelResult


def test_the_ranking_is_sorted_best_first_by_each_metric() -> None:
    def cells(auc: float | None, w1: float) -> dict[str, Any]:
        values = {"auc": auc, "w1:mean": w1}
        return {k: v if v is None else {"value": v, "error": 0.01} for k, v in values.items()}

    rows = {
        "circuit": cells(0.7, 0.1),
        "mlp": cells(0.42, 0.3),  # 0.08 from the best value, a half
        "file:A": cells(0.6, 0.2),
        "floor": cells(0.5, 0.01),
        "zero": cells(None, 0.9),
        "pca-gaussian": cells(0.65, 0.05),
    }
    columns = (
        Column("auc", "Classifier AUC", "", "half"),
        Column("w1:mean", "W1", "", "lower"),
    )
    models = tuple(
        ModelResult(key, key, "ddpm", role, {}, 1, 1, 1, (), {})
        for key, role in (("circuit", "quantum"), ("mlp", "matched"))
    )
    found = BenchmarkResult("few", "Few", models, columns, {}, {"all": rows}, (0,), {}, ())
    section = next(_of_class(found, None, "all"))
    shown = [[trace.y[0] for trace in plot.data] for plot in section.plots]
    assert shown == [
        ["mlp", "file:A", "pca-gaussian", "circuit"],
        ["pca-gaussian", "circuit", "file:A", "mlp", "zero"],
    ]
