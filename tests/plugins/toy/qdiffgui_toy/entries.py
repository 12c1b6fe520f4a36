"""The entries that qdiffgui lists. Imports neither torch nor PennyLane."""

from qdiffgui.registry import Entry

MODEL = Entry(
    "toy-linear",
    "Toy linear denoiser",
    "Gaussian diffusion whose denoiser is one linear layer.",
    "qdiffgui_toy.model:ToyLinear",
    {"quantum": False, "paper": "arXiv:2006.11239"},
    settings="qdiffgui_toy.settings:ToyLinear",
    page="qdiffgui_toy:model.md",
)
SCHEDULE = Entry(
    "toy-square",
    "Toy square",
    "alpha_bar falls with the square of the step.",
    "qdiffgui_toy.schedule:square",
    {"process": "gaussian"},
    settings="qdiffgui_toy.settings:ToySquare",
)
DATASET = Entry(
    "toy-jets",
    "Toy jets",
    "Mass and width of two classes, drawn from log-normal distributions.",
    "qdiffgui_toy.dataset:load",
    settings="qdiffgui_toy.settings:ToyJets",
)
FORMAT = Entry(
    "toy-csv",
    "toy jets (CSV)",
    "Text with the columns label, mass and width.",
    "qdiffgui_toy.file_format",
    {"container": "stream"},
)
REPRESENTATION = Entry(
    "toy-scaled",
    "Toy scaled columns",
    "Each column, shifted and scaled to mean 0 and standard deviation 1.",
    "qdiffgui_toy.representation:ToyScaled",
    settings="qdiffgui_toy.settings:ToyScaled",
)
ANSATZ = Entry(
    "toy-ladder",
    "Toy ladder",
    "RY on every qubit, CNOT from each qubit to the next.",
    "qdiffgui_toy.ansatz:ANSATZ",
    {"paper": "PennyLane"},
)
METRIC = Entry(
    "toy-median",
    "Toy median shift",
    "Distance of the medians of one observable, in its unit.",
    "qdiffgui_toy.metric:measure",
    {"of": "observable", "better": "lower", "least": 30},
)
PRESET = Entry(
    "toy-preset",
    "Toy jets: linear denoiser",
    "A linear denoiser learns the mass and width of toy jets.",
    "qdiffgui_toy.preset:EXPERIMENT",
)
LESSON = Entry(
    "toy-lesson",
    "A toy lesson",
    "Train a denoiser that is too simple, and see what it misses.",
    page="qdiffgui_toy:lesson.md",
)
