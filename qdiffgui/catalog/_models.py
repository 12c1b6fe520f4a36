"""Model families."""

from __future__ import annotations

from qdiffgui.registry import Registry

models = Registry("models", "model")

# load() gives the Family class
models.add(
    "quddpm",
    "QuDDPM",
    "Fully quantum: random circuits scramble, one measured circuit a step denoises.",
    "qdiffgui.models.quddpm:QuDDPM",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "msquddpm",
    "MSQuDDPM",
    "Fully quantum, for mixed states: a noise channel forward, one measured circuit a step back.",
    "qdiffgui.models.msquddpm:MSQuDDPM",
    paper="arXiv:2411.17608",
    quantum=True,
)
models.add(
    "qgdm",
    "QGDM",
    "Fully quantum, for one density matrix: one circuit shared by all steps, time as an input.",
    "qdiffgui.models.qgdm:QGDM",
    paper="arXiv:2401.07039",
    quantum=True,
)
models.add(
    "q-dense",
    "Q-Dense",
    "One strongly entangling circuit denoises amplitude-embedded images.",
    "qdiffgui.models.q_dense:QDense",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "quantum-denoiser",
    "Quantum denoiser DDPM",
    "Gaussian diffusion of a few observables, denoised by a re-uploading circuit.",
    "qdiffgui.models.quantum_denoiser:QuantumDenoiser",
    paper="arXiv:2006.11239",
    quantum=True,
)
models.add(
    "ddpm",
    "Classical DDPM / DDIM",
    "The classical reference: MLP or U-Net at a chosen number of parameters.",
    "qdiffgui.models.ddpm:ClassicalDDPM",
    paper="arXiv:2006.11239",
    quantum=False,
)
models.add(
    "classical-blend",
    "Classical twin of the image models",
    "A dense network or a U-Net, trained as Q-Dense and QU-Net are.",
    "qdiffgui.models.classical_blend:ClassicalBlend",
    paper="arXiv:2401.07049",
    quantum=False,
)
models.add(
    "uss",
    "USS (unitary single sampling)",
    "One unitary a step; all steps of sampling multiply into one matrix.",
    "qdiffgui.models.uss:USS",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "qu-net",
    "QU-Net",
    "A small U-Net whose convolutions are circuits on patches of the image.",
    "qdiffgui.models.qu_net:QUNet",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "rectified-flow",
    "Rectified flow",
    "The other classical reference: straight lines from noise to data, few steps.",
    "qdiffgui.models.rectified_flow:RectifiedFlow",
    paper="arXiv:2209.03003",
    quantum=False,
)
models.add(
    "qdt",
    "QDT, direct transport",
    "Baseline of QuDDPM: one deep circuit from noise to data in a single go.",
    "qdiffgui.models.qdt:QDT",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "qgan",
    "QGAN",
    "Baseline of QuDDPM: a generator circuit against a discriminator circuit.",
    "qdiffgui.models.qgan:QGAN",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "qd3pm",
    "QD3PM",
    "Discrete diffusion of jets as bit strings: one measured circuit models all bits jointly, every shot is a jet.",
    "qdiffgui.models.qd3pm:QD3PM",
    paper="arXiv:2505.05151",
    quantum=True,
)
models.add(
    "d3pm",
    "Classical D3PM",
    "The classical twin of QD3PM: an MLP whose denoising step treats bits as independent.",
    "qdiffgui.models.d3pm:D3PM",
    paper="arXiv:2107.03006",
    quantum=False,
)
models.add(
    "qg-unet",
    "Quark/gluon quantum U-Net",
    "Haar-random states for noise; a U-Net with a circuit for bottleneck, or a circuit alone, denoises.",
    "qdiffgui.models.qg_unet:QGUNet",
    paper="arXiv:2412.21082",
    quantum=True,
)
models.add(
    "latent",
    "Latent quantum diffusion",
    "A classical encoder to a few numbers; a circuit denoises these; the way back.",
    "qdiffgui.models.latent:Latent",
    paper="arXiv:2311.15444",
    quantum=True,
)
