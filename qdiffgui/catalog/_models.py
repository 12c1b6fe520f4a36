"""Diffusion models."""

from __future__ import annotations

from qdiffgui.registry import Registry

models = Registry(
    "models",
    "model",
    facts=("quantum",),
    pages="qdiffgui.explanations",
    settings="qdiffgui.config.models:ModelConfig",
)

# load() gives the DiffusionModel class
models.add(
    "quddpm",
    "QuDDPM",
    "Fully quantum: random circuits add noise, and one measured circuit per step removes it.",
    "qdiffgui.models.quddpm:QuDDPM",
    settings="qdiffgui.config.models:QuDDPM",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "msquddpm",
    "MSQuDDPM",
    (
        "Fully quantum, for mixed states: a noise channel forward, one measured circuit per "
        "step back."
    ),
    "qdiffgui.models.msquddpm:MSQuDDPM",
    settings="qdiffgui.config.models:MSQuDDPM",
    paper="arXiv:2411.17608",
    quantum=True,
)
models.add(
    "qgdm",
    "QGDM",
    (
        "Fully quantum, for one density matrix: all steps share one circuit, which takes the "
        "time as an input."
    ),
    "qdiffgui.models.qgdm:QGDM",
    settings="qdiffgui.config.models:QGDM",
    paper="arXiv:2401.07039",
    quantum=True,
)
models.add(
    "q-dense",
    "Q-Dense",
    "One strongly entangling circuit denoises images that are encoded in amplitudes.",
    "qdiffgui.models.q_dense:QDense",
    settings="qdiffgui.config.models:QDense",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "quantum-denoiser",
    "Quantum denoiser DDPM",
    "Gaussian diffusion of a few observables, denoised by a data re-uploading circuit.",
    "qdiffgui.models.quantum_denoiser:QuantumDenoiser",
    settings="qdiffgui.config.models:QuantumDenoiser",
    paper="arXiv:2006.11239",
    quantum=True,
)
models.add(
    "ddpm",
    "Classical DDPM / DDIM",
    (
        "Classical reference: an MLP, a U-Net or a set transformer with a chosen number of "
        "parameters."
    ),
    "qdiffgui.models.ddpm:ClassicalDDPM",
    settings="qdiffgui.config.models:ClassicalDDPM",
    paper="arXiv:2006.11239",
    quantum=False,
)
models.add(
    "classical-blend",
    "Classical twin of the image models",
    "A dense network or a U-Net, trained like Q-Dense and QU-Net.",
    "qdiffgui.models.classical_blend:ClassicalBlend",
    settings="qdiffgui.config.models:ClassicalBlend",
    paper="arXiv:2401.07049",
    quantum=False,
)
models.add(
    "uss",
    "USS (unitary single sampling)",
    "One unitary per step; when sampling, all steps multiply into one matrix.",
    "qdiffgui.models.uss:USS",
    settings="qdiffgui.config.models:USS",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "qu-net",
    "QU-Net",
    "A small U-Net whose convolutions are circuits on patches of the image.",
    "qdiffgui.models.qu_net:QUNet",
    settings="qdiffgui.config.models:QUNet",
    paper="arXiv:2401.07049",
    quantum=True,
)
models.add(
    "rectified-flow",
    "Rectified flow",
    "Second classical reference: straight lines from noise to data, few steps.",
    "qdiffgui.models.rectified_flow:RectifiedFlow",
    settings="qdiffgui.config.models:RectifiedFlow",
    paper="arXiv:2209.03003",
    quantum=False,
)
models.add(
    "qdt",
    "QDT, direct transport",
    "Baseline for QuDDPM: one deep circuit maps noise to data in a single step.",
    "qdiffgui.models.qdt:QDT",
    settings="qdiffgui.config.models:QDT",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "qgan",
    "QGAN",
    "Baseline for QuDDPM: a generator circuit against a discriminator circuit.",
    "qdiffgui.models.qgan:QGAN",
    settings="qdiffgui.config.models:QGAN",
    paper="arXiv:2310.05866",
    quantum=True,
)
models.add(
    "qd3pm",
    "QD3PM",
    (
        "Discrete diffusion of jets as bit strings: one measured circuit models all bits "
        "jointly, and each shot is one jet."
    ),
    "qdiffgui.models.qd3pm:QD3PM",
    settings="qdiffgui.config.models:QD3PM",
    paper="arXiv:2505.05151",
    quantum=True,
)
models.add(
    "d3pm",
    "Classical D3PM",
    "Classical twin of QD3PM: an MLP that denoises the bits independently in each step.",
    "qdiffgui.models.d3pm:D3PM",
    settings="qdiffgui.config.models:D3PM",
    paper="arXiv:2107.03006",
    quantum=False,
)
models.add(
    "qg-unet",
    "Quark/gluon quantum U-Net",
    (
        "Haar-random states as noise, denoised by a U-Net with a circuit as its bottleneck, or "
        "by a circuit alone."
    ),
    "qdiffgui.models.qg_unet:QGUNet",
    settings="qdiffgui.config.models:QGUNet",
    paper="arXiv:2412.21082",
    quantum=True,
)
models.add(
    "latent",
    "Latent quantum diffusion",
    (
        "An autoencoder compresses each jet; a circuit denoises the latent vector; the decoder "
        "maps it back."
    ),
    "qdiffgui.models.latent:Latent",
    settings="qdiffgui.config.models:Latent",
    paper="arXiv:2311.15444",
    quantum=True,
)
models.add(
    "latent-network",
    "Latent diffusion with a network",
    (
        "Classical twin of latent quantum diffusion: an MLP denoises the same latent numbers in "
        "the same diffusion process."
    ),
    "qdiffgui.models.latent_network:LatentNetwork",
    settings="qdiffgui.config.models:LatentNetwork",
    paper="arXiv:2112.10752",
    quantum=False,
)
models.add(
    "made",
    "MADE (autoregressive)",
    (
        "Strong classical reference on maps, not a diffusion model: a masked network gives each "
        "share of a map the distribution of its level, given the shares before it."
    ),
    "qdiffgui.models.made:MADE",
    settings="qdiffgui.config.models:MADE",
    paper="arXiv:1502.03509",
    quantum=False,
)
models.add(
    "d3pm-levels",
    "D3PM on levels",
    (
        "Classical discrete diffusion of the shares of a map in levels: masked levels are filled "
        "in over many steps, in random order."
    ),
    "qdiffgui.models.level_d3pm:LevelD3PM",
    settings="qdiffgui.config.models:LevelD3PM",
    paper="arXiv:2107.03006",
    quantum=False,
)
models.add(
    "born-machine",
    "Born machine",
    ("No diffusion: one circuit, IQP or QCBM, is measured once, and the bit string is the sample."),
    "qdiffgui.models.born_machine:BornMachine",
    settings="qdiffgui.config.models:BornMachine",
    paper="arXiv:2503.02934",
    quantum=True,
)
models.add(
    "classical-born",
    "Classical twins of the Born machine",
    "No diffusion: random bit flips with the gates of IQP, or a matrix product state.",
    "qdiffgui.models.classical_born:ClassicalBorn",
    settings="qdiffgui.config.models:ClassicalBorn",
    paper="arXiv:2503.02934",
    quantum=False,
)
models.add(
    "masked-quantum",
    "Masked quantum diffusion",
    (
        "Absorbing discrete diffusion of jet maps: shares of the energy are unmasked one by one, "
        "each by one shot of a four-qubit circuit."
    ),
    "qdiffgui.models.masked_quantum:MaskedQuantum",
    settings="qdiffgui.config.models:MaskedQuantum",
    paper="arXiv:2107.03006",
    quantum=True,
)
models.add(
    "masked-network",
    "Masked diffusion with networks",
    "Classical twin of masked quantum diffusion: a small network per share instead of a circuit.",
    "qdiffgui.models.masked_network:MaskedNetwork",
    settings="qdiffgui.config.models:MaskedNetwork",
    paper="arXiv:2107.03006",
    quantum=False,
)
