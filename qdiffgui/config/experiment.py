"""One experiment, whole: data, representation, model, training, evaluation, seed."""

from __future__ import annotations

import hashlib
import json
from typing import Literal, Self

from pydantic import Field, model_validator

from qdiffgui.config.base import Config, setting
from qdiffgui.config.data import DataConfig, QuarkGluonJets
from qdiffgui.config.models import ModelConfig, QuantumDenoiser
from qdiffgui.config.representation import Observables, RepresentationConfig


class Training(Config):
    """How the model is trained. For QuDDPM ``iterations`` counts those of all denoising steps together."""

    iterations: int = setting(2000, "Iterations", "Optimiser steps in all.", ge=1, le=1_000_000)
    batch_size: int = setting(512, "Batch", "Samples a step.", ge=2, le=16384)
    learning_rate: float = setting(1e-2, "Learning rate", "Adam's step size at the start.", gt=0, le=1)
    decay: Literal["cosine", "constant"] = setting("cosine", "Decay", "How the learning rate falls.", advanced=True)
    max_seconds: float = setting(0, "Time limit", "Stop training after this long; 0: no limit.", unit="s", ge=0, le=604800)
    threads: int = setting(1, "Threads", "CPU threads of this run.", ge=1, le=256)
    checkpoint_seconds: float = setting(
        5, "Checkpoint every", "Seconds between checkpoints.", unit="s", gt=0, le=3600, advanced=True
    )
    preview_seconds: float = setting(2, "Preview every", "Seconds between live samples.", unit="s", gt=0, le=3600, advanced=True)


class Evaluation(Config):
    """What is compared at the end, always on held-out data."""

    n_generated: int = setting(5000, "Generated", "Samples drawn for the evaluation.", ge=20, le=100_000)
    test_fraction: float = setting(0.25, "Held out", "Share of the data kept for the test.", gt=0.01, lt=0.9)


class Experiment(Config):
    """Everything that a run needs. With its seed it reproduces the run bit for bit on the same machine."""

    version: Literal[1] = 1
    name: str = setting("", "Name", "A name for the run; free text.", max_length=120)
    seed: int = setting(0, "Seed", "Start of every random number in the run.", ge=0, lt=2**31)
    data: DataConfig = Field(default=QuarkGluonJets(), title="Data")
    representation: RepresentationConfig = Field(default=Observables(), title="Representation")
    model: ModelConfig = Field(default=QuantumDenoiser(), title="Model")
    training: Training = Field(default=Training(), title="Training")
    evaluation: Evaluation = Field(default=Evaluation(), title="Evaluation")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        given, encodes = self.data.gives, self.representation.encodes
        if given not in self.representation.from_data:
            raise ValueError(
                f"The data '{self.data.kind}' cannot be shown as '{self.representation.kind}': "
                f"choose a representation for {given}."
            )
        if encodes not in self.model.accepts:
            raise ValueError(
                f"The model '{self.model.kind}' learns {' or '.join(sorted(self.model.accepts))} data, and the representation "
                f"'{self.representation.kind}' gives {encodes} data: change one of the two."
            )
        network = getattr(self.model, "network", "")
        if network == "unet" and encodes not in ("map", "channels"):
            raise ValueError("A U-Net needs a map: choose an image or log-polar representation, or the MLP.")
        if network == "set-transformer" and encodes != "cloud":
            raise ValueError("A set transformer needs clouds of particles: choose the representation 'cloud', or the MLP.")
        return self

    def digest(self) -> str:
        """A short hash of all settings but the name: equal settings, equal digest."""
        settings = self.model_dump(mode="json", exclude={"name"})
        return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:12]
