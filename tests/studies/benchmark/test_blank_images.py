"""What blank images do: put back in the right number, on both sides alike, and told from the
numbers.
"""

from __future__ import annotations

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.data.types import UNLABELLED, Encoded
from qdiffgui.evaluation import baselines
from qdiffgui.evaluation.columns import Column
from qdiffgui.experiment.prepare import Prepared, prepare
from qdiffgui.studies.benchmark import blank_images, blank_verdict, user_file
from qdiffgui.studies.benchmark.measure import MEMORY
from tests.data import files


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """400 images of 1 to 4 lit pixels, 100 of them blank."""
    rng = np.random.default_rng(0)
    x = np.zeros((400, 8, 8), np.float32)
    for image in x[:300]:
        k = rng.integers(1, 5)
        image[rng.integers(2, 6, k), rng.integers(2, 6, k)] = rng.uniform(0.5, 1, k)
    path = tmp_path_factory.mktemp("blank") / "r.h5"
    files.write(path, X=x, y=np.arange(400) % 2)
    return prepare(user_file.lineup_for_file(catalog.benchmarks["jets-images"], str(path)).base)


@pytest.fixture(scope="module")
def found(prepared: Prepared) -> blank_images.BlankImages:
    copies = Encoded(
        baselines.bootstrap(prepared.train, 150, 1),
        np.full(150, UNLABELLED, np.int8),
        prepared.train.spec,
    )
    return blank_images.combine_seeds(
        prepared,
        [
            blank_images.measure_blank_images(prepared, {"copies": copies}, seed)
            for seed in range(2)
        ],
        150,
    )


def test_blank_images_are_known_and_put_back(
    prepared: Prepared, found: blank_images.BlankImages
) -> None:
    assert blank_images.has_blank_images(prepared)
    assert blank_images.blank_share(prepared) == found.share == 0.25
    back = blank_images.with_blanks(prepared.test.x, 30)
    assert (back.reshape(len(back), -1).sum(1) == 0).sum() == 30
    assert len(back) == len(prepared.test)


def test_every_metric_is_given_with_and_without(found: blank_images.BlankImages) -> None:
    assert set(found.table) == {blank_images.WITHOUT, blank_images.WITH, blank_images.GIVEN}
    keys = {column.key for column in found.columns}
    whole = {
        "auc",
        "precision",
        "recall",
        "density",
        "coverage",
        "w1-m",
        "w1-p",
        "w1-efp",
        "fpd",
        "kpd",
        "emd-coverage",
        "emd-mmd",
    }
    assert whole | {MEMORY, "w1:spread", "separation:row"} <= keys
    for variant in (blank_images.WITHOUT, blank_images.WITH):
        assert all(found.table[variant]["floor"][key] is not None for key in keys - {MEMORY})
        assert all(found.table[variant]["copies"][key] is not None for key in keys)
    assert {"FPD", "KPD", "Precision"} <= set(found.few)


def test_a_model_without_blank_images_is_told_from_data_with_them(
    found: blank_images.BlankImages,
) -> None:
    distances = {
        variant: rows["copies"]["w1:concentration"]["value"]
        for variant, rows in found.table.items()
    }
    assert distances[blank_images.WITH] > 2 * max(
        distances[blank_images.WITHOUT], distances[blank_images.GIVEN]
    )
    text = " ".join(blank_verdict.sentences(found, ["copies"], {"copies": "Copies"}))
    assert text.startswith("25% of the images are blank. They were left out of training")
    worse = text.split("With blank images in the data only, Copies scores worse on ")[1].split(";")[
        0
    ]
    assert "W1 √Σ f²" in worse
    assert "150 images on each side are too few to judge a model" in text


def test_words_follow_the_numbers_alone() -> None:
    column = Column("w1:row", "W1 row", "", "lower")

    def cell(value: float) -> dict[str, dict[str, float]]:
        return {"w1:row": {"value": value, "error": 0.1}}

    table = {
        blank_images.WITHOUT: {"floor": cell(1.0), "model": cell(2.0)},
        blank_images.WITH: {"floor": cell(1.1), "model": cell(3.0)},
        blank_images.GIVEN: {"model": cell(1.0)},
    }
    told = list(
        blank_verdict.sentences(
            blank_images.BlankImages(0.1, 50, (column,), table, ()), ["model"], {"model": "M"}
        )
    )
    assert "in 0 of 1 metrics." in told[0]
    assert told[1] == "With blank images in the data only, M scores worse on W1 row."
    assert told[2] == "With as many blank images added to its samples, M scores better on W1 row."
    assert (
        blank_verdict.row(
            blank_images.BlankImages(0.1, 50, (column,), table, ()), column, ["model"]
        )[2]
        == "2.000 ± 0.100"
    )


def test_pixels_become_clouds_about_the_middle() -> None:
    x = np.zeros((2, 4, 4))
    x[0, 0, 3], x[0, 2, 1] = 0.25, 0.75
    cloud = blank_images.pixel_clouds(x, 3)
    np.testing.assert_allclose(cloud[0], [[0.125, -0.125, 0.75], [-0.375, 0.375, 0.25], [0, 0, 0]])
    assert not cloud[1].any()
