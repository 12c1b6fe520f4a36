"""Noise schedules of every forward process."""

from __future__ import annotations

from qdiffgui.registry import Registry

schedules = Registry("schedules", "schedule")

# load() gives a function config -> alpha_bar (n_steps + 1,) (Gaussian, Haar; blend, flow, channels: what is left of the data)
# or strengths (n_steps,) (scrambling)
schedules.add(
    "cosine",
    "Cosine",
    "Squared-cosine alpha_bar.",
    "qdiffgui.diffusion.schedules:cosine",
    paper="arXiv:2102.09672",
    process="gaussian",
)
schedules.add(
    "linear", "Linear", "Linear beta.", "qdiffgui.diffusion.schedules:linear", paper="arXiv:2006.11239", process="gaussian"
)
schedules.add(
    "sigmoid",
    "Sigmoid",
    "alpha_bar falls as a sigmoid.",
    "qdiffgui.diffusion.schedules:sigmoid",
    paper="arXiv:2212.11972",
    process="gaussian",
)
schedules.add(
    "linear-angles",
    "Linear angles",
    "Scrambling strength grows linearly.",
    "qdiffgui.diffusion.schedules:linear_angles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "quadratic-angles",
    "Quadratic angles",
    "Scrambling strength grows as t².",
    "qdiffgui.diffusion.schedules:quadratic_angles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "piecewise-angles",
    "Two-piece angles",
    "Scrambling strength grows slowly, then jumps and grows fast.",
    "qdiffgui.diffusion.schedules:piecewise_angles",
    paper="arXiv:2310.05866",
    process="scrambling",
)
schedules.add(
    "haar",
    "Haar mixing",
    "Exact mixing with a Haar-random state of all qubits.",
    "qdiffgui.diffusion.schedules:haar",
    paper="arXiv:2412.21082",
    process="haar",
)
schedules.add(
    "haar-patches",
    "Haar product patches",
    "Exact mixing with independent Haar-random states on patches of qubits.",
    "qdiffgui.diffusion.schedules:haar",
    paper="arXiv:2412.21082",
    process="haar",
)
schedules.add(
    "blend",
    "Blend with noise",
    "Convex mix with one noise image, weight (t/τ)^p.",
    "qdiffgui.diffusion.schedules:blend",
    paper="arXiv:2401.07049",
    process="blend",
)
schedules.add(
    "straight",
    "Straight line",
    "Data and noise joined by straight lines.",
    "qdiffgui.diffusion.schedules:straight",
    paper="arXiv:2209.03003",
    process="flow",
)
schedules.add(
    "depolarizing-cosine",
    "Depolarizing, cosine",
    "Strengths of a power of the squared cosine; ends maximally mixed.",
    "qdiffgui.diffusion.schedules:depolarizing_cosine",
    paper="arXiv:2411.17608",
    process="depolarizing",
)
schedules.add(
    "depolarizing-linear",
    "Depolarizing, linear",
    "Strengths grow linearly; ends maximally mixed.",
    "qdiffgui.diffusion.schedules:growing_channel",
    paper="arXiv:2411.17608",
    process="depolarizing",
)
schedules.add(
    "amplitude-damping",
    "Amplitude damping",
    "Every qubit decays; ends in |0...0>.",
    "qdiffgui.diffusion.schedules:growing_channel",
    process="amplitude-damping",
)
schedules.add(
    "dephasing",
    "Dephasing",
    "Every qubit loses its coherence; populations stay.",
    "qdiffgui.diffusion.schedules:growing_channel",
    process="dephasing",
)
