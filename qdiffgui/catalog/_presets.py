"""Ready-made experiments."""

from __future__ import annotations

from qdiffgui.registry import Registry

presets = Registry("presets", "preset")

# load() gives an Experiment
presets.add(
    "quddpm-cluster-1q",
    "QuDDPM on a cluster of states",
    "One qubit and one ancilla learn a cluster about |0>; watch it on the Bloch sphere.",
    "qdiffgui.presets.quddpm:QUDDPM_CLUSTER_1Q",
    twin="",
)
presets.add(
    "quddpm-cluster-2q",
    "QuDDPM on two-qubit states",
    "The same on two qubits, with entangling noise.",
    "qdiffgui.presets.quddpm:QUDDPM_CLUSTER_2Q",
    twin="",
)
presets.add(
    "qdt-cluster-2q",
    "Baseline: direct transport",
    "One circuit with all of QuDDPM's parameters, from noise to two-qubit states in one go.",
    "qdiffgui.presets.quddpm:QDT_CLUSTER_2Q",
    twin="",
)
presets.add(
    "qgan-cluster-2q",
    "Baseline: quantum GAN",
    "A generator circuit against a discriminator circuit, on the same two-qubit states.",
    "qdiffgui.presets.quddpm:QGAN_CLUSTER_2Q",
    twin="",
)
presets.add(
    "quddpm-circle",
    "QuDDPM on a circle",
    "One qubit learns a great circle of states, which MMD cannot tell from Haar-random ones.",
    "qdiffgui.presets.quddpm:QUDDPM_CIRCLE",
    twin="lesson-mmd-blind",
)
presets.add(
    "quddpm-noise",
    "QuDDPM on correlated noise",
    "Two-qubit states after an error that hits both qubits, four times in five XX and else ZZ.",
    "qdiffgui.presets.quddpm:QUDDPM_NOISE",
    twin="",
)
presets.add(
    "quddpm-tfim",
    "QuDDPM on Ising ground states",
    "Four spins in a magnet: states of many-body physics with long-range order.",
    "qdiffgui.presets.quddpm:QUDDPM_TFIM",
    twin="",
)
presets.add(
    "lesson-mmd-blind",
    "Lesson: what MMD cannot see",
    "The circle again, trained with MMD. At the end MMD is perfect and the states are not on the circle: compare W.",
    "qdiffgui.presets.quddpm:LESSON_MMD_BLIND",
    twin="quddpm-circle",
)
presets.add(
    "msquddpm-cluster",
    "MSQuDDPM on a cluster of states",
    "From the maximally mixed state to a cluster about |0>; watch it grow out of the centre of the Bloch ball.",
    "qdiffgui.presets.mixed:MSQUDDPM_CLUSTER",
    twin="",
)
presets.add(
    "msquddpm-circle",
    "MSQuDDPM on a circle",
    "From one state to a whole circle, by measurement outcomes alone.",
    "qdiffgui.presets.mixed:MSQUDDPM_CIRCLE",
    twin="",
)
presets.add(
    "qgdm-mixed",
    "QGDM prepares a mixed state",
    "Three qubits, a random state of rank 2, one circuit for all steps.",
    "qdiffgui.presets.mixed:QGDM_MIXED",
    twin="",
)
presets.add(
    "qgdm-resource-efficient",
    "QGDM with one extra qubit",
    "Three qubits, a random pure state, a single time qubit.",
    "qdiffgui.presets.mixed:QGDM_RESOURCE_EFFICIENT",
    twin="",
)
presets.add(
    "qgdm-ensemble",
    "What QGDM cannot learn",
    "An ensemble of states: QGDM gives its mean every time.",
    "qdiffgui.presets.mixed:QGDM_ENSEMBLE",
    twin="",
)
presets.add(
    "jets-observables-quantum",
    "Four jet observables: quantum denoiser",
    "Six qubits denoise mass, multiplicity, pTD and width of real jets.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_QUANTUM",
    twin="jets-observables-mlp",
)
presets.add(
    "jets-observables-mlp",
    "Four jet observables: matched MLP",
    "The classical twin: an MLP with about as many parameters.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_MLP",
    twin="jets-observables-quantum",
)
presets.add(
    "jets-observables-flow",
    "Four jet observables: rectified flow",
    "A second classical twin of the same size, on straight lines from noise to data.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_FLOW",
    twin="",
)
presets.add(
    "jets-logpolar-4q",
    "Jet maps on 4 qubits: QuDDPM",
    "Fully quantum: 4x4 log-polar maps of gluon jets as four-qubit states.",
    "qdiffgui.presets.quddpm:JETS_LOGPOLAR_4Q",
    twin="",
)
presets.add(
    "jets-images-q-dense",
    "Jet images: Q-Dense",
    "8x8 jet images, denoised by a circuit on amplitudes.",
    "qdiffgui.presets.images:JETS_IMAGES_Q_DENSE",
    twin="jets-images-ddpm",
)
presets.add(
    "jets-images-ddpm",
    "Jet images: matched DDPM",
    "The same images, an MLP with about as many parameters.",
    "qdiffgui.presets.images:JETS_IMAGES_DDPM",
    twin="jets-images-q-dense",
)
presets.add(
    "jets-bits-qd3pm",
    "Jets as bits: QD3PM",
    "Eight qubits learn the joint distribution of four jet observables in bits: every shot is a jet.",
    "qdiffgui.presets.bits:JETS_BITS_QD3PM",
    twin="jets-bits-d3pm",
)
presets.add(
    "jets-bits-d3pm",
    "Jets as bits: factorised D3PM",
    "The classical twin, which draws bits independently at each step.",
    "qdiffgui.presets.bits:JETS_BITS_D3PM",
    twin="jets-bits-qd3pm",
)
presets.add(
    "digits-q-dense",
    "Digits: Q-Dense",
    "A circuit of 987 angles denoises all ten handwritten digits.",
    "qdiffgui.presets.digits:DIGITS_Q_DENSE",
    twin="digits-dense",
)
presets.add(
    "digits-dense",
    "Digits: matched dense network",
    "The same digits, process and budget, a dense network.",
    "qdiffgui.presets.digits:DIGITS_DENSE",
    twin="digits-q-dense",
)
presets.add(
    "digits-uss",
    "Digits: one matrix for all steps",
    "Ten steps of one unitary, multiplied into one matrix (USS).",
    "qdiffgui.presets.digits:DIGITS_USS",
    twin="",
)
presets.add(
    "digits-qu-net",
    "Digits: QU-Net",
    "A U-Net whose convolutions are circuits on patches.",
    "qdiffgui.presets.digits:DIGITS_QU_NET",
    twin="digits-unet",
)
presets.add(
    "digits-unet",
    "Digits: matched U-Net",
    "The same recipe, a classical U-Net of as many parameters.",
    "qdiffgui.presets.digits:DIGITS_UNET",
    twin="digits-qu-net",
)
presets.add(
    "jets-qg-hybrid",
    "Jet images: U-Net with a circuit inside",
    "Haar-random states become 8x8 jet images; the bottleneck is a circuit.",
    "qdiffgui.presets.qg_unet:JETS_QG_HYBRID",
    twin="",
)
presets.add(
    "jets-qg-quantum",
    "Jet images: a circuit alone",
    "The same noise, denoised by one circuit and nothing classical.",
    "qdiffgui.presets.qg_unet:JETS_QG_QUANTUM",
    twin="",
)
presets.add(
    "jets-latent-4q",
    "Jet maps through a latent space: 4 qubits",
    "A linear classical encoder makes 16 uncorrelated numbers of a 4x4 map; a four-qubit circuit denoises them.",
    "qdiffgui.presets.latent:JETS_LATENT_4Q",
    twin="",
)
presets.add(
    "jets-latent-6q",
    "Jet maps through a latent space: 6 qubits",
    "The same on six qubits: each sees more of the numbers.",
    "qdiffgui.presets.latent:JETS_LATENT_6Q",
    twin="",
)
presets.add(
    "jets-radial-4q",
    "Radial profiles on 4 qubits: QD3PM",
    "Four bits say how far out a gluon jet's energy reaches; four qubits learn them jointly, rings of real jets fill the map.",
    "qdiffgui.presets.bits:JETS_RADIAL_4Q",
    twin="",
)
presets.add(
    "jets-maps-6q",
    "Jet maps on 6 qubits: QD3PM",
    "The same with six bits, for 16x4 log-polar maps.",
    "qdiffgui.presets.bits:JETS_MAPS_6Q",
    twin="",
)
presets.add(
    "jets-maps-ddpm",
    "Jet maps: DDPM at its best size",
    "The strong classical reference on 16x4 log-polar maps of gluon jets.",
    "qdiffgui.presets.maps:JETS_MAPS_DDPM",
    twin="",
)
presets.add(
    "jets-maps-latent",
    "Jet maps on 6 qubits: normal scores",
    "A six-qubit circuit learns the 16 leading normal scores of 16x4 maps; a Gaussian copula supplies the rest.",
    "qdiffgui.presets.maps:JETS_MAPS_LATENT_6Q",
    twin="",
)
presets.add(
    "digits-latent",
    "Digits through a latent space",
    "An autoencoder makes eight numbers of a digit, zero or one; a four-qubit circuit learns these.",
    "qdiffgui.presets.latent:DIGITS_LATENT",
    twin="",
)
presets.add(
    "jets-radial-quddpm",
    "Radial profiles on 4 qubits: QuDDPM",
    "Radial profiles of gluon jets as four-qubit states, trained by an energy distance that sees what is far out.",
    "qdiffgui.presets.quddpm:JETS_RADIAL_QUDDPM",
    twin="",
)
presets.add(
    "digits-latent-bottleneck",
    "Digits as amplitudes: the reverse bottleneck",
    "A published recipe as it is (Cacioppo et al.): its digits are no better than what the decoder makes of random states.",
    "qdiffgui.presets.latent:DIGITS_LATENT_BOTTLENECK",
    twin="",
)
presets.add(
    "jets-latent-mixed",
    "Jet maps through a latent space: mixed states",
    "MSQuDDPM between encoder and decoder: better than decoded noise, no better than trivial generators.",
    "qdiffgui.presets.latent:JETS_LATENT_MIXED",
    twin="",
)
presets.add(
    "jets-clouds-ddpm",
    "Jets of 30 particles: set transformer",
    "Full resolution: eta, phi and pT of the 30 leading constituents, denoised together by a set transformer.",
    "qdiffgui.presets.clouds:JETS_CLOUDS_DDPM",
    twin="jets-clouds-flow",
)
presets.add(
    "jets-clouds-flow",
    "Jets of 30 particles: rectified flow",
    "The same network on straight lines from noise to jets: fewer steps.",
    "qdiffgui.presets.clouds:JETS_CLOUDS_FLOW",
    twin="jets-clouds-ddpm",
)
presets.add(
    "jets-channels-unet",
    "16x16x3 jet images: U-Net",
    "Full resolution: charged particles, photons and neutral hadrons in 768 pixels, denoised by a U-Net.",
    "qdiffgui.presets.channels:JETS_CHANNELS_UNET",
    twin="",
)
presets.add(
    "showers-latent",
    "Calorimeter showers: four qubits",
    "Energies of 13 layers and of the electron, through a linear latent space and a circuit on four qubits.",
    "qdiffgui.presets.showers:SHOWERS_LATENT",
    twin="showers-ddpm",
)
presets.add(
    "showers-ddpm",
    "Calorimeter showers: matched MLP",
    "The same showers, a classical network of as many parameters.",
    "qdiffgui.presets.showers:SHOWERS_DDPM",
    twin="showers-latent",
)
presets.add(
    "showers-quddpm",
    "Calorimeter showers as states: QuDDPM",
    "A shower is a four-qubit state, and measuring it gives quanta of its energy; fully quantum.",
    "qdiffgui.presets.showers:SHOWERS_QUDDPM",
    twin="",
)
