"""The report of a benchmark opens from the disk: no network, no error, every table and figure
drawn.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qdiffgui.catalog import benchmarks
from qdiffgui.data.types import UNLABELLED, Encoded
from qdiffgui.evaluation import baselines
from qdiffgui.experiment.prepare import prepare
from qdiffgui.studies.benchmark import blank_images, user_file
from qdiffgui.studies.benchmark.costs import costs
from qdiffgui.studies.benchmark.measure import average_over_seeds, measure
from qdiffgui.studies.benchmark.report import benchmark_page
from qdiffgui.studies.benchmark.result import BenchmarkResult, ModelResult
from qdiffgui.studies.benchmark.run import _about
from tests.data import files

EVIL = '<img src=x onerror="window.__evil=1">'


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two "models" (a Gaussian and the training set resampled) on 600 images of which 100 are
    blank.
    """
    folder = tmp_path_factory.mktemp("report")
    x = np.random.default_rng(0).random((600, 8, 8)).astype(np.float32)
    x[:100] = 0
    files.write(folder / "r.h5", X=x, y=np.arange(600) % 2)
    lineup = user_file.lineup_for_file(benchmarks["jets-images"], str(folder / "r.h5"))
    prepared = prepare(lineup.base)
    makers = {"q-dense": baselines.pca_gaussian, "ddpm-matched": baselines.bootstrap}
    n = 200  # as few as the classifier test takes
    drawn = {
        key: Encoded(
            make(prepared.train, n, 1), np.full(n, UNLABELLED, np.int8), prepared.train.spec
        )
        for key, make in makers.items()
    }
    labels = {"q-dense": EVIL, "ddpm-matched": "DDPM"}
    found = measure(prepared, drawn, labels, n, 0)
    study = blank_images.combine_seeds(
        prepared,
        [blank_images.measure_blank_images(prepared, drawn, 0)],
        blank_images.n_per_side(prepared, drawn),
    )
    models = tuple(
        ModelResult(
            c.key,
            labels[c.key],
            c.experiment.model.kind,
            c.role,
            {},
            1.0,
            1.0,
            1,
            ("run",),
            {},
            costs(c.experiment, prepared).plain(),
        )
        for c in lineup.contestants
        if c.key in drawn
    )
    table = average_over_seeds([found])
    result = BenchmarkResult(
        "jets-images",
        "Images",
        models,
        found.columns,
        {**found.labels, **labels},
        table,
        (0,),
        _about(lineup, prepared),
        (),
        (),
        study,
    )
    path = folder / "report.html"
    path.write_text(benchmark_page(result, [found]), encoding="utf-8")
    return path


def test_the_report_opens_offline(browser, report: Path) -> None:
    context = browser.new_context(offline=True)
    view = context.new_page()
    errors: list[str] = []
    requests: list[str] = []
    view.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else None
    )
    view.on("pageerror", lambda error: errors.append(str(error)))
    view.on("request", lambda request: requests.append(request.url))
    view.goto(report.as_uri())
    view.wait_for_function(
        "() => { const all = [...document.querySelectorAll('.plot')];"
        " return all.length > 5 && all.every(f => f.querySelector('.main-svg')); }"
    )
    heads = view.locator("h2").all_inner_texts()
    assert heads[:3] == ["Quality", "Cost", "Blank images"], "no summary without a verdict"
    assert view.locator("td", has_text="W1-EFP").count() >= 1
    assert view.get_by_text("17% of the images are blank", exact=False).count() == 1
    assert view.evaluate("window.__evil") is None
    assert view.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        "tables scroll in themselves"
    )
    context.close()
    assert errors == []
    assert [url for url in requests if not url.startswith(("file://", "data:", "blob:"))] == []
