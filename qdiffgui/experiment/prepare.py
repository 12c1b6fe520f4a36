"""From settings to training and held-out samples, and to the untrained model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from qdiffgui import catalog
from qdiffgui.config import Experiment
from qdiffgui.data.representation import Representation
from qdiffgui.data.split import split
from qdiffgui.data.types import Dataset, Encoded, Physical
from qdiffgui.models.base import DiffusionModel


@dataclass(frozen=True)
class Prepared:
    """Data ready for a model.

    The data are loaded and split. The representation is fitted to the training part only and then
    encodes both parts.

    Attributes
    ----------
    dataset : Dataset
        All samples, as loaded.
    representation : Representation
        The fitted representation.
    train, test : Encoded
        Training and held-out samples, encoded.
    train_content, test_content : Physical
        The same samples as physical data (GeV, radians).
    """

    dataset: Dataset
    representation: Representation
    train: Encoded
    test: Encoded
    train_content: Physical
    test_content: Physical


def load(config: Experiment) -> Dataset:
    """The data set of an experiment. Raises ``DataError`` if a file cannot be used."""
    return cast(Dataset, catalog.datasets[config.data.kind].load()(config.data, config.seed))


def prepare(config: Experiment) -> Prepared:
    """Load the data, split them, fit the representation, and encode.

    The split depends only on the data and the seed: it is the same for all models compared.

    Parameters
    ----------
    config : Experiment
        The settings.

    Returns
    -------
    Prepared
        Training and held-out samples.

    Raises
    ------
    DataError
        If the data cannot be used, or not in the chosen representation.

    Examples
    --------
    >>> import qdiffgui
    >>> from qdiffgui.experiment import prepare
    >>> data = prepare(qdiffgui.preset("quddpm-cluster-1q"))
    >>> data.train.x.shape, data.test.x.shape
    ((1000, 2), (1000, 2))
    """
    dataset = load(config)
    train_content, test_content = split(dataset, config.evaluation.test_fraction, config.seed)
    representation: Representation = catalog.representations[config.representation.kind].load()(
        config.representation
    )
    representation.fit(train_content, dataset.classes)
    return Prepared(
        dataset=dataset,
        representation=representation,
        train=representation.encode(train_content, seed=config.seed),
        test=representation.encode(test_content, seed=config.seed + 1),
        train_content=train_content,
        test_content=test_content,
    )


def build(config: Experiment, prepared: Prepared) -> DiffusionModel:
    """The untrained model of an experiment.

    Parameters
    ----------
    config : Experiment
        The settings.
    prepared : Prepared
        The data, for their kind and shape.

    Returns
    -------
    DiffusionModel
        A model with initial parameters, before ``fit``.

    Examples
    --------
    >>> import qdiffgui
    >>> from qdiffgui.experiment import build, prepare
    >>> config = qdiffgui.preset("quddpm-cluster-1q")
    >>> build(config, prepare(config)).n_parameters
    320
    """
    model_class = catalog.models[config.model.kind].load()
    return cast(
        DiffusionModel, model_class(config.model, prepared.train.spec, config.training, config.seed)
    )
