"""The settings of a whole experiment: data, representation, model, training, evaluation, seed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from qdiffgui.config import summary
from qdiffgui.config.base import Config, setting
from qdiffgui.config.data import DataConfig, QuarkGluonJets
from qdiffgui.config.models import ModelConfig, QuantumDenoiser
from qdiffgui.config.representation import Observables, RepresentationConfig


class Training(Config):
    """How the model is trained.

    Parameters
    ----------
    iterations : int
        Optimizer steps in total; for QuDDPM of all denoising steps together.
    batch_size : int
        Samples per optimizer step.
    learning_rate : float
        Adam's step size at the start.
    decay : {"cosine", "constant"}
        How the learning rate falls.
    max_seconds : float
        Time limit of the training, s; 0 for none.
    threads : int
        CPU threads of the run.
    checkpoint_seconds, preview_seconds : float
        Time between checkpoints and between live samples, s.
    live_auc : bool
        Whether a small classifier follows the training, at a few checkpoints.

    Examples
    --------
    >>> Training(iterations=100).batch_size
    512
    """

    iterations: int = setting(2000, "Iterations", "Optimizer steps in total.", ge=1, le=1_000_000)
    batch_size: int = setting(512, "Batch size", "Samples per optimizer step.", ge=2, le=16384)
    learning_rate: float = setting(
        1e-2, "Learning rate", "Adam's step size at the start.", gt=0, le=1
    )
    decay: Literal["cosine", "constant"] = setting(
        "cosine", "Decay", "How the learning rate falls.", advanced=True
    )
    max_seconds: float = setting(
        0, "Time limit", "Stop training after this long; 0: no limit.", unit="s", ge=0, le=604800
    )
    threads: int = setting(1, "Threads", "CPU threads of this run.", ge=1, le=256)
    checkpoint_seconds: float = setting(
        5,
        "Checkpoint every",
        "Seconds between checkpoints.",
        unit="s",
        gt=0,
        le=3600,
        advanced=True,
    )
    preview_seconds: float = setting(
        2, "Preview every", "Seconds between live samples.", unit="s", gt=0, le=3600, advanced=True
    )
    live_auc: bool = setting(
        True,
        "AUC during training",
        "Show the AUC of a small classifier at a few checkpoints. It takes at most 5% of the CPU "
        "time of the training and does not change it.",
        advanced=True,
        later=True,
    )


class Evaluation(Config):
    """What is evaluated after training, always on held-out data.

    Parameters
    ----------
    n_generated : int
        Generated samples.
    test_fraction : float
        Share of the data that is held out.
    thorough : bool
        Whether to run the thorough checks as well.

    Examples
    --------
    >>> Evaluation().n_generated
    5000
    """

    n_generated: int = setting(
        5000, "Generated", "Samples generated for the evaluation.", ge=20, le=100_000
    )
    test_fraction: float = setting(
        0.25, "Held out", "Share of the data that is held out for the evaluation.", gt=0.01, lt=0.9
    )
    thorough: bool = setting(
        False,
        "Thorough",
        "Also check with other classifiers, calibration, reweighting, tails and amplification. It "
        "doubles the time of the evaluation.",
        advanced=True,
        later=True,
    )


class Experiment(Config):
    """All settings of a run. On the same machine they reproduce it bit for bit.

    Settings are validated and immutable; ``qdiffgui.preset`` or ``config.override`` returns a
    changed copy. ``model_dump`` and ``model_dump_json`` give them as plain data.

    Parameters
    ----------
    version : int
        Version of the layout of the settings.
    name : str
        Name of the run, free text.
    seed : int
        Random seed.
    data : DataConfig
        The data set. ``kind`` selects it; see ``qdiffgui.catalog.datasets``.
    representation : RepresentationConfig
        How a sample is written for the model; see ``qdiffgui.catalog.representations``.
    model : ModelConfig
        The model with its schedule; see ``qdiffgui.catalog.models``.
    training : Training
        Iterations, batch size, learning rate and limits.
    evaluation : Evaluation
        What is compared with held-out data.

    Raises
    ------
    ValueError
        If a value is out of bounds, or data, representation and model do not fit together.
        ``config.parse`` raises ``ConfigError`` with a readable message instead.

    Examples
    --------
    >>> from qdiffgui import Experiment
    >>> Experiment(name="longer", training={"iterations": 5000}, seed=3)
    Experiment: longer
      data            qg-jets           (defaults)
      representation  observables       (defaults)
      model           quantum-denoiser  (defaults)
      training                          iterations=5000
      evaluation                        (defaults)
      seed            3
    """

    version: Literal[1] = 1
    name: str = setting("", "Name", "A name for the run; free text.", max_length=120)
    seed: int = setting(0, "Seed", "Random seed of the run.", ge=0, lt=2**31)
    data: DataConfig = Field(default_factory=QuarkGluonJets, title="Data")
    representation: RepresentationConfig = Field(
        default_factory=Observables, title="Representation"
    )
    model: ModelConfig = Field(default_factory=QuantumDenoiser, title="Model")
    training: Training = Field(default_factory=Training, title="Training")
    evaluation: Evaluation = Field(default_factory=Evaluation, title="Evaluation")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        given, encodes = self.data.gives, self.representation.encodes
        if given not in self.representation.from_data:
            raise ValueError(
                f"The representation '{self.representation.kind}' does not take the data "
                f"'{self.data.kind}': choose a representation for {given}."
            )
        if encodes not in self.model.accepts:
            raise ValueError(
                f"The model '{self.model.kind}' learns {' or '.join(sorted(self.model.accepts))} "
                f"data, but the representation '{self.representation.kind}' gives {encodes} data: "
                "change one of the two."
            )
        if self.representation.given and not self.model.takes_conditions:
            raise ValueError(
                f"The model '{self.model.kind}' takes no continuous conditions: choose ddpm, "
                "rectified-flow or quantum-denoiser, or remove the conditions of the "
                "representation."
            )
        if self.representation.given and getattr(self.model, "targets", "") == "posterior-mean":
            raise ValueError(
                "Mean targets need classes, and continuous conditions have none: set model.targets "
                "to 'sample'."
            )
        network = getattr(self.model, "network", "")
        if network == "unet" and encodes not in ("map", "channels"):
            raise ValueError(
                "A U-Net needs a map: choose an image or log-polar representation, or an MLP."
            )
        if network == "set-transformer" and encodes != "cloud":
            raise ValueError(
                "A set transformer needs particle clouds: choose the representation 'cloud', or an "
                "MLP."
            )
        return self

    def __repr__(self) -> str:
        """The kind of each part and the settings that differ from their defaults."""
        return summary.text(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        """The same as a table, for notebooks."""
        return summary.html(self)

    def pinned(self) -> Self:
        """The same settings, tied to the present content of their data file, if they have one.

        Settings that are tied to some content already stay so, and cannot be used once the file
        has another content.
        """
        data = self.data.pinned()
        return self if data is self.data else self.model_copy(update={"data": data})

    def digest(self) -> str:
        """A short hash of all settings except the name: equal settings have equal digests, also in
        versions that had fewer settings.

        A data file counts by its content and its name; its folder does not count.
        """
        pinned = self.pinned()
        settings = _without_later(pinned, pinned.model_dump(mode="json", exclude={"name"}))
        if getattr(pinned.data, "content", ""):
            settings["data"]["path"] = Path(settings["data"]["path"]).name
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]


def _without_later(config: Config, dumped: dict[str, Any]) -> dict[str, Any]:
    """The settings less those that were added later and are at their defaults."""
    kept: dict[str, Any] = {}
    for name, value in dumped.items():
        own, info = getattr(config, name), type(config).model_fields[name]
        extra = info.json_schema_extra
        if isinstance(extra, dict) and extra.get("later") and own == info.default:
            continue
        kept[name] = _without_later(own, value) if isinstance(own, Config) else value
    return kept
