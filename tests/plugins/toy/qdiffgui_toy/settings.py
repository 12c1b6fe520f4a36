"""Settings: the form, the command line and stored files are made from these classes."""

from typing import ClassVar, Literal

from qdiffgui.config import setting
from qdiffgui.config.data import DataConfig
from qdiffgui.config.models import ModelConfig
from qdiffgui.config.representation import RepresentationConfig
from qdiffgui.config.schedules import GaussianSchedule


class ToySquare(GaussianSchedule):
    """alpha_bar falls with the square of the step."""

    kind: Literal["toy-square"] = "toy-square"
    n_steps: int = setting(8, "Steps", "Diffusion steps from data to noise.", ge=2, le=1000)


class ToyLinear(ModelConfig):
    """Gaussian diffusion with a linear denoiser."""

    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    quantum: ClassVar[bool] = False
    conditional: ClassVar[bool] = True
    reverse_caption: ClassVar[str] = "The linear layer {predicts}; {walk}"
    kind: Literal["toy-linear"] = "toy-linear"
    prediction: Literal["epsilon", "x0"] = setting(
        "epsilon", "Predicts", "The noise, or the clean data."
    )
    sampler: Literal["ddpm", "ddim"] = setting("ddpm", "Sampler", "Stochastic or deterministic.")
    sampling_steps: int = setting(0, "Sampling steps", "Denoising steps; 0: all.", ge=0, le=1000)
    eta: float = setting(0.0, "DDIM eta", "0: deterministic; 1: as noisy as DDPM.", ge=0, le=1)
    schedule: GaussianSchedule = setting(ToySquare(), "Noise", "How alpha_bar falls.")


class ToyJets(DataConfig):
    """Mass and width of two classes of toy jets."""

    gives: ClassVar[str] = "toy-table"
    kind: Literal["toy-jets"] = "toy-jets"
    n_jets: int = setting(400, "Jets", "Number of jets to draw.", ge=40, le=100_000)


class ToyScaled(RepresentationConfig):
    """Each column, shifted and scaled."""

    encodes: ClassVar[str] = "vector"
    from_data: ClassVar[frozenset[str]] = frozenset({"toy-table", "file"})
    kind: Literal["toy-scaled"] = "toy-scaled"
    clip: float = setting(4.0, "Clip", "Largest absolute value.", unit="σ", gt=1, le=10)
