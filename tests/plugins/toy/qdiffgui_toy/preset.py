"""A preset: an experiment with all its settings."""

from qdiffgui.config import Evaluation, Experiment, Training
from qdiffgui_toy.settings import ToyJets, ToyLinear, ToyScaled

EXPERIMENT = Experiment(
    name="Toy jets: linear denoiser",
    data=ToyJets(),
    representation=ToyScaled(),
    model=ToyLinear(),
    training=Training(iterations=300, batch_size=32),
    evaluation=Evaluation(n_generated=50),
)
