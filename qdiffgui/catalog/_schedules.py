"""Noise schedules of every forward process."""

from __future__ import annotations

from qdiffgui.registry import Registry

schedules = Registry(
    "schedules", "schedule", facts=("process",), settings="qdiffgui.config.schedules:ScheduleConfig"
)

# load() gives a function config -> alpha_bar (n_steps + 1,) (Gaussian, Haar; blend, flow, channels:
# what is left of the data) or strengths (n_steps,) (scrambling)
schedules.add(
    "cosine",
    "Cosine",
    "alpha_bar falls as a squared cosine.",
    "qdiffgui.diffusion.schedules:cosine",
    settings="qdiffgui.config.schedules:Cosine",
    paper="arXiv:2102.09672",
    process="gaussian",
)
schedules.add(
    "trigonometric",
    "Trigonometric",
    "Equal steps in the angle between data and noise.",
    "qdiffgui.diffusion.schedules:trigonometric",
    settings="qdiffgui.config.schedules:Trigonometric",
    paper="arXiv:2202.00512",
    process="gaussian",
)
schedules.add(
    "linear",
    "Linear",
    "beta rises linearly.",
    "qdiffgui.diffusion.schedules:linear",
    settings="qdiffgui.config.schedules:Linear",
    paper="arXiv:2006.11239",
    process="gaussian",
)
schedules.add(
    "sigmoid",
    "Sigmoid",
    "alpha_bar falls as a sigmoid.",
    "qdiffgui.diffusion.schedules:sigmoid",
    settings="qdiffgui.config.schedules:Sigmoid",
    paper="arXiv:2212.11972",
    process="gaussian",
)
schedules.add(
    "linear-angles",
    "Linear angles",
    "The scrambling strength rises linearly.",
    "qdiffgui.diffusion.schedules:linear_angles",
    settings="qdiffgui.config.schedules:LinearAngles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "quadratic-angles",
    "Quadratic angles",
    "The scrambling strength rises as t².",
    "qdiffgui.diffusion.schedules:quadratic_angles",
    settings="qdiffgui.config.schedules:QuadraticAngles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "piecewise-angles",
    "Two-piece angles",
    "The scrambling strength rises slowly, then jumps and rises fast.",
    "qdiffgui.diffusion.schedules:piecewise_angles",
    settings="qdiffgui.config.schedules:PiecewiseAngles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "haar",
    "Haar mixing",
    "Exact mixing with a Haar-random state of all qubits.",
    "qdiffgui.diffusion.schedules:haar",
    settings="qdiffgui.config.schedules:HaarMixing",
    paper="arXiv:2412.21082",
    process="haar",
)
schedules.add(
    "haar-patches",
    "Haar product patches",
    "Exact mixing with independent Haar-random states on patches of qubits.",
    "qdiffgui.diffusion.schedules:haar",
    settings="qdiffgui.config.schedules:HaarPatches",
    paper="arXiv:2412.21082",
    process="haar",
)
schedules.add(
    "blend",
    "Blend with noise",
    "Convex mix with one noise image, of weight (t/τ)^p.",
    "qdiffgui.diffusion.schedules:blend",
    settings="qdiffgui.config.schedules:Blend",
    paper="arXiv:2401.07049",
    process="blend",
)
schedules.add(
    "straight",
    "Straight line",
    "Straight lines from data to noise.",
    "qdiffgui.diffusion.schedules:straight",
    settings="qdiffgui.config.schedules:Straight",
    paper="arXiv:2209.03003",
    process="flow",
)
schedules.add(
    "depolarizing-cosine",
    "Depolarizing, cosine",
    "Strengths from a power of the squared cosine; ends maximally mixed.",
    "qdiffgui.diffusion.schedules:depolarizing_cosine",
    settings="qdiffgui.config.schedules:DepolarizingCosine",
    paper="arXiv:2411.17608",
    process="depolarizing",
)
schedules.add(
    "depolarizing-linear",
    "Depolarizing, linear",
    "Strengths rise linearly; ends maximally mixed.",
    "qdiffgui.diffusion.schedules:growing_channel",
    settings="qdiffgui.config.schedules:DepolarizingLinear",
    paper="arXiv:2411.17608",
    process="depolarizing",
)
schedules.add(
    "amplitude-damping",
    "Amplitude damping",
    "Every qubit decays; ends in |0...0>.",
    "qdiffgui.diffusion.schedules:growing_channel",
    settings="qdiffgui.config.schedules:AmplitudeDamping",
    process="amplitude-damping",
)
schedules.add(
    "dephasing",
    "Dephasing",
    "Every qubit loses its coherence; the populations stay.",
    "qdiffgui.diffusion.schedules:growing_channel",
    settings="qdiffgui.config.schedules:Dephasing",
    process="dephasing",
)
