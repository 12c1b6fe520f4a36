"""From settings to training and held-out samples, and to the model that will learn them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.data.representation import Representation
from qdiffgui.data.split import split
from qdiffgui.data.types import Dataset, Encoded, Physical
from qdiffgui.models.base import Family


@dataclass(frozen=True)
class Prepared:
    """Data ready for a model: loaded, split first, the representation fitted on the training part alone, both parts encoded."""

    dataset: Dataset
    representation: Representation
    train: Encoded
    test: Encoded
    train_content: Physical
    test_content: Physical


def load(config: Experiment) -> Dataset:
    """The data set of an experiment; raises ``DataError`` where a file cannot be used."""
    return cast(Dataset, catalog.datasets[config.data.kind].load()(config.data, config.seed))


def prepare(config: Experiment) -> Prepared:
    """Load, split, fit, encode. The split depends on the data and the seed only: equal for every model compared on them.

    Raises ``DataError`` where the data cannot be used or shown in the chosen representation.
    """
    dataset = load(config)
    train_content, test_content = split(dataset, config.evaluation.test_fraction, config.seed)
    representation: Representation = catalog.representations[config.representation.kind].load()(config.representation)
    representation.fit(train_content, dataset.classes)
    return Prepared(
        dataset=dataset,
        representation=representation,
        train=representation.encode(train_content, seed=config.seed),
        test=representation.encode(test_content, seed=config.seed + 1),
        train_content=train_content,
        test_content=test_content,
    )


def build(config: Experiment, prepared: Prepared) -> Family:
    """The untrained model of an experiment, not yet fitted."""
    family = catalog.models[config.model.kind].load()
    return cast(Family, family(config.model, prepared.train.spec, config.training, config.seed))
