"""Published tasks that ``qdiffgui reproduce`` reruns."""

from __future__ import annotations

from qdiffgui.registry import Registry

reproductions = Registry("reproductions", "published task")

# load() gives a qdiffgui.studies.reproduction.Task
reproductions.add(
    "quddpm-cluster-1q",
    "QuDDPM, one-qubit cluster",
    "States scattered around |0>, learned by 20 circuits on one qubit and one ancilla.",
    "qdiffgui.studies.reproduction.quddpm:CLUSTER_1Q",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-cluster-2q",
    "QuDDPM, two-qubit cluster",
    "States scattered around |00>, learned by 20 circuits on two qubits and one ancilla.",
    "qdiffgui.studies.reproduction.quddpm:CLUSTER_2Q",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-circle",
    "QuDDPM, circle",
    (
        "One-qubit states with real amplitudes on a great circle, which MMD cannot tell from "
        "Haar-random ones."
    ),
    "qdiffgui.studies.reproduction.quddpm:CIRCLE",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "qdense-digits",
    "Q-Dense, digits and jets",
    "A circuit with 987 angles against dense networks with as many parameters, on 8x8 images.",
    "qdiffgui.studies.reproduction.q_dense:QDENSE_DIGITS",
    paper="arXiv:2401.07049",
)
reproductions.add(
    "uss",
    "USS, one matrix for all steps",
    "The power of one unitary against step-by-step sampling: result and run time.",
    "qdiffgui.studies.reproduction.uss:USS_TASK",
    paper="arXiv:2401.07049",
)
reproductions.add(
    "msquddpm-cluster",
    "MSQuDDPM, cluster",
    (
        "States around |0>, from the maximally mixed state through six measured circuits on "
        "three qubits."
    ),
    "qdiffgui.studies.reproduction.msquddpm:CLUSTER",
    paper="arXiv:2411.17608",
)
reproductions.add(
    "msquddpm-circle",
    "MSQuDDPM, circle",
    "A circle of states from one mixed state: all randomness comes from measurement outcomes.",
    "qdiffgui.studies.reproduction.msquddpm:CIRCLE",
    paper="arXiv:2411.17608",
)
reproductions.add(
    "qgdm",
    "QGDM, random states",
    "Random pure and rank-2 states of 1 to 4 qubits; with one time qubit, of 1 to 8 qubits.",
    "qdiffgui.studies.reproduction.qgdm:QGDM_STATES",
    paper="arXiv:2401.07039",
)
reproductions.add(
    "qunet-digits",
    "QU-Net, digits",
    (
        "A U-Net with quantum convolutions: trained, frozen, not entangled, and against a "
        "classical one."
    ),
    "qdiffgui.studies.reproduction.qu_net:QUNET_DIGITS",
    paper="arXiv:2401.07049",
)
reproductions.add(
    "jets-hybrid",
    "Quark/gluon quantum U-Net, jets",
    (
        "Haar noise on jet images, denoised by a U-Net with a circuit inside and by a circuit "
        "alone, "
        "with ablations."
    ),
    "qdiffgui.studies.reproduction.qg_unet:JETS_HYBRID",
    paper="arXiv:2412.21082",
)
reproductions.add(
    "quddpm-noise",
    "QuDDPM, correlated noise",
    (
        "Two-qubit states after an XX error (80%) or a ZZ error; the share is inferred from "
        "the generated states."
    ),
    "qdiffgui.studies.reproduction.quddpm:NOISE",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-tfim",
    "QuDDPM, Ising ground states",
    (
        "Ground states of four spins in a random transverse field; the magnetization measures "
        "their order."
    ),
    "qdiffgui.studies.reproduction.quddpm:TFIM",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "quddpm-baselines",
    "QuDDPM's baselines, two-qubit cluster",
    "Direct transport and a quantum GAN with as many parameters as QuDDPM.",
    "qdiffgui.studies.reproduction.quddpm_baselines:BASELINES",
    paper="arXiv:2310.05866",
)
reproductions.add(
    "latent-jets",
    "Latent quantum diffusion, jets",
    "Gluon jet maps as 16 uncorrelated numbers, denoised by circuits on 4 and 6 qubits.",
    "qdiffgui.studies.reproduction.latent:LATENT_JETS",
    paper="arXiv:2311.15444",
)
reproductions.add(
    "qd3pm-jets",
    "QD3PM, jets as bits",
    (
        "Four jet observables in eight bits: the circuit's exact distribution against "
        "independent bits and a factorized D3PM."
    ),
    "qdiffgui.studies.reproduction.bits:QD3PM_JETS",
    paper="arXiv:2505.05151",
)
reproductions.add(
    "jets-maps",
    "Jet maps on 4 and 6 qubits",
    (
        "QD3PM on radial profiles and log-polar maps of gluon jets, against each trivial "
        "generator and its own codec."
    ),
    "qdiffgui.studies.reproduction.bits:JETS_MAPS",
    paper="arXiv:2505.05151",
)
