"""Ready-made experiments."""

from __future__ import annotations

from qdiffgui.registry import Registry

presets = Registry("presets", "preset", expects="qdiffgui.config:Experiment")

# load() gives an Experiment
presets.add(
    "points-circuit",
    "Points: quantum circuit",
    "Four qubits learn points that you draw, starting from Gaussian noise.",
    "qdiffgui.presets.points:POINTS_CIRCUIT",
    twin="points-network",
)
presets.add(
    "points-network",
    "Points: matched MLP",
    "The classical twin: an MLP with as many parameters, trained in the same way.",
    "qdiffgui.presets.points:POINTS_NETWORK",
    twin="points-circuit",
)
presets.add(
    "points-quddpm",
    "Points: QuDDPM on states",
    "Your points as states of one qubit: QuDDPM learns them on the Bloch sphere.",
    "qdiffgui.presets.points:POINTS_QUDDPM",
    twin="",
)
presets.add(
    "quddpm-cluster-1q",
    "QuDDPM on a cluster of states",
    (
        "One qubit and one ancilla learn a cluster of states around |0>. Watch it on the Bloch "
        "sphere."
    ),
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
    (
        "One circuit with all of QuDDPM's parameters maps noise to two-qubit states in a single "
        "step."
    ),
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
    "One qubit learns a great circle of states, which MMD cannot tell from Haar-random states.",
    "qdiffgui.presets.quddpm:QUDDPM_CIRCLE",
    twin="lesson-mmd-blind",
)
presets.add(
    "quddpm-noise",
    "QuDDPM on correlated noise",
    (
        "Two-qubit states after a correlated error on both qubits: XX in 80% of the cases, ZZ "
        "otherwise."
    ),
    "qdiffgui.presets.quddpm:QUDDPM_NOISE",
    twin="",
)
presets.add(
    "quddpm-tfim",
    "QuDDPM on Ising ground states",
    "Ground states of four spins in a transverse field, with long-range order.",
    "qdiffgui.presets.quddpm:QUDDPM_TFIM",
    twin="",
)
presets.add(
    "lesson-mmd-blind",
    "Lesson: what MMD cannot see",
    (
        "The circle again, trained with MMD. At the end the MMD is perfect, yet the states are "
        "not on the circle: compare W."
    ),
    "qdiffgui.presets.quddpm:LESSON_MMD_BLIND",
    twin="quddpm-circle",
)
presets.add(
    "msquddpm-cluster",
    "MSQuDDPM on a cluster of states",
    (
        "From the maximally mixed state to a cluster around |0>. Watch it leave the center of "
        "the Bloch ball."
    ),
    "qdiffgui.presets.mixed:MSQUDDPM_CLUSTER",
    twin="",
)
presets.add(
    "msquddpm-circle",
    "MSQuDDPM on a circle",
    "From a single state to a whole circle: all randomness comes from measurement outcomes.",
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
    "Given an ensemble of states, QGDM always generates the mean state.",
    "qdiffgui.presets.mixed:QGDM_ENSEMBLE",
    twin="",
)
presets.add(
    "jets-observables-quantum",
    "Four jet observables: quantum denoiser",
    "Four qubits learn mass, multiplicity, pTD and width of simulated jets (PYTHIA 8.3), starting "
    "from a Gaussian copula.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_QUANTUM",
    twin="jets-observables-mlp",
)
presets.add(
    "jets-observables-mlp",
    "Four jet observables: matched MLP",
    "The classical twin: an MLP with as many parameters, trained in the same way.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_MLP",
    twin="jets-observables-quantum",
)
presets.add(
    "jets-observables-flow",
    "Four jet observables: rectified flow",
    "A second classical twin of the same size: straight lines from noise to data, from the same "
    "copula.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_FLOW",
    twin="",
)
presets.add(
    "jets-observables-quantum-plain",
    "Four jet observables: plain quantum denoiser",
    "Six qubits predict the noise of the standardized observables, as in a plain DDPM.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_QUANTUM_PLAIN",
    twin="jets-observables-mlp-plain",
)
presets.add(
    "jets-observables-mlp-plain",
    "Four jet observables: plain matched MLP",
    "The classical twin of the plain quantum denoiser: an MLP with about as many parameters.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_MLP_PLAIN",
    twin="jets-observables-quantum-plain",
)
presets.add(
    "jets-observables-flow-plain",
    "Four jet observables: plain rectified flow",
    "Straight lines from noise to the standardized observables.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_FLOW_PLAIN",
    twin="",
)
presets.add(
    "jets-observables-8-quantum",
    "Eight jet observables: quantum denoiser",
    "Eight qubits learn mass, multiplicity, pTD, width, LHA, C2, D2 and τ21.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_8_QUANTUM",
    twin="jets-observables-8-mlp",
)
presets.add(
    "jets-observables-8-mlp",
    "Eight jet observables: matched MLP",
    "The classical twin: an MLP with as many parameters, trained in the same way.",
    "qdiffgui.presets.observables:JETS_OBSERVABLES_8_MLP",
    twin="jets-observables-8-quantum",
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
    "8x8 jet images in amplitudes, denoised by a circuit.",
    "qdiffgui.presets.images:JETS_IMAGES_Q_DENSE",
    twin="jets-images-ddpm",
)
presets.add(
    "jets-images-ddpm",
    "Jet images: matched DDPM",
    "The same images, denoised by an MLP with about as many parameters.",
    "qdiffgui.presets.images:JETS_IMAGES_DDPM",
    twin="jets-images-q-dense",
)
presets.add(
    "jets-bits-qd3pm",
    "Jets as bits: QD3PM",
    (
        "Eight qubits learn the joint distribution of four jet observables as bits. Each shot "
        "is one jet."
    ),
    "qdiffgui.presets.bits:JETS_BITS_QD3PM",
    twin="jets-bits-d3pm",
)
presets.add(
    "jets-bits-d3pm",
    "Jets as bits: factorized D3PM",
    "The classical twin, which draws the bits independently in each step.",
    "qdiffgui.presets.bits:JETS_BITS_D3PM",
    twin="jets-bits-qd3pm",
)
presets.add(
    "digits-q-dense",
    "Digits: Q-Dense",
    "A circuit with 987 angles denoises all ten handwritten digits.",
    "qdiffgui.presets.digits:DIGITS_Q_DENSE",
    twin="digits-dense",
)
presets.add(
    "digits-dense",
    "Digits: matched dense network",
    "The same digits, process and budget with a dense network.",
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
    "A U-Net whose convolutions are circuits on patches of the image.",
    "qdiffgui.presets.digits:DIGITS_QU_NET",
    twin="digits-unet",
)
presets.add(
    "digits-unet",
    "Digits: matched U-Net",
    "The same recipe with a classical U-Net of as many parameters.",
    "qdiffgui.presets.digits:DIGITS_UNET",
    twin="digits-qu-net",
)
presets.add(
    "jets-qg-hybrid",
    "Jet images: U-Net with a circuit inside",
    (
        "Haar-random states become 8x8 jet images, denoised by a U-Net with a circuit as its "
        "bottleneck."
    ),
    "qdiffgui.presets.qg_unet:JETS_QG_HYBRID",
    twin="",
)
presets.add(
    "jets-qg-quantum",
    "Jet images: a circuit alone",
    "The same noise, denoised by one circuit without any classical network.",
    "qdiffgui.presets.qg_unet:JETS_QG_QUANTUM",
    twin="",
)
presets.add(
    "jets-latent-4q",
    "Jet maps through a latent space: 4 qubits",
    (
        "A linear encoder turns a 4x4 map into 16 uncorrelated numbers, which a four-qubit "
        "circuit denoises."
    ),
    "qdiffgui.presets.latent:JETS_LATENT_4Q",
    twin="",
)
presets.add(
    "jets-latent-6q",
    "Jet maps through a latent space: 6 qubits",
    "The same on six qubits, each of which sees more of the numbers.",
    "qdiffgui.presets.latent:JETS_LATENT_6Q",
    twin="",
)
presets.add(
    "jets-radial-4q",
    "Radial profiles on 4 qubits: QD3PM",
    (
        "Four bits encode the radial extent of a gluon jet and four qubits learn them jointly; "
        "training jets fill in the map."
    ),
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
    "jets-maps-made",
    "Jet maps: MADE (autoregressive)",
    (
        "The strongest classical reference on 16x4 log-polar maps of gluon jets; autoregressive, "
        "not a diffusion model."
    ),
    "qdiffgui.presets.maps:JETS_MAPS_MADE",
    twin="",
)
presets.add(
    "jets-maps-d3pm-levels",
    "Jet maps: D3PM on levels",
    "Classical discrete diffusion of the same levels: masks are filled in, in random order.",
    "qdiffgui.presets.maps:JETS_MAPS_D3PM_LEVELS",
    twin="",
)
presets.add(
    "jets-maps-latent",
    "Jet maps on 6 qubits: normal scores",
    (
        "A six-qubit circuit learns the 16 leading normal scores of 16x4 maps; a Gaussian copula "
        "supplies the rest."
    ),
    "qdiffgui.presets.maps:JETS_MAPS_LATENT_6Q",
    twin="jets-maps-latent-network",
)
presets.add(
    "jets-maps-latent-network",
    "Jet maps: a network on normal scores",
    "The same 16 normal scores, denoised by a network of as many parameters as the circuit.",
    "qdiffgui.presets.maps:JETS_MAPS_LATENT_NETWORK",
    twin="jets-maps-latent",
)
presets.add(
    "jets-radial-masked",
    "Radial profiles: masked circuits",
    "A four-qubit circuit per ring draws its share of the energy of a jet, with one shot each.",
    "qdiffgui.presets.masked:JETS_RADIAL_MASKED",
    twin="jets-radial-masked-network",
)
presets.add(
    "jets-radial-masked-network",
    "Radial profiles: masked networks",
    "The classical twin: the same levels of radial profiles, with a small network per cell.",
    "qdiffgui.presets.masked:JETS_RADIAL_MASKED_NETWORK",
    twin="jets-radial-masked",
)
presets.add(
    "jets-4x4-masked",
    "4x4 jet maps: masked circuits",
    "A four-qubit circuit per cell of a 4x4 map draws its share of the energy, one shot each.",
    "qdiffgui.presets.masked:JETS_4X4_MASKED",
    twin="jets-4x4-masked-network",
)
presets.add(
    "jets-4x4-masked-network",
    "4x4 jet maps: masked networks",
    "The classical twin: the same levels of 4x4 log-polar maps, with a small network per cell.",
    "qdiffgui.presets.masked:JETS_4X4_MASKED_NETWORK",
    twin="jets-4x4-masked",
)
presets.add(
    "jets-maps-masked",
    "Jet maps: masked circuits",
    "A four-qubit circuit per cell of a 16x4 map draws its share of the energy, one shot each.",
    "qdiffgui.presets.masked:JETS_MAPS_MASKED",
    twin="jets-maps-masked-network",
)
presets.add(
    "jets-maps-masked-network",
    "Jet maps: masked networks",
    "The classical twin: the same levels of 16x4 log-polar maps, with a small network per cell.",
    "qdiffgui.presets.masked:JETS_MAPS_MASKED_NETWORK",
    twin="jets-maps-masked",
)
presets.add(
    "digits-latent",
    "Digits through a latent space",
    (
        "An autoencoder turns zeros and ones into eight numbers each, which a four-qubit "
        "circuit learns."
    ),
    "qdiffgui.presets.latent:DIGITS_LATENT",
    twin="",
)
presets.add(
    "jets-radial-quddpm",
    "Radial profiles on 4 qubits: QuDDPM",
    (
        "Radial profiles of gluon jets as four-qubit states: a Born machine draws the lit cells, "
        "QuDDPM the contents, from noise that ends short of Haar states."
    ),
    "qdiffgui.presets.quddpm:JETS_RADIAL_QUDDPM",
    twin="jets-radial-quddpm-haar",
)
presets.add(
    "jets-radial-quddpm-haar",
    "Radial profiles on 4 qubits: QuDDPM from Haar states",
    (
        "Radial profiles of gluon jets as four-qubit states, from Haar-random states and without "
        "empty cells, trained with an energy distance that is sensitive to large radii."
    ),
    "qdiffgui.presets.quddpm:JETS_RADIAL_QUDDPM_HAAR",
    twin="jets-radial-quddpm",
)
presets.add(
    "digits-latent-bottleneck",
    "Digits as amplitudes: the reverse bottleneck",
    (
        "A published recipe, unchanged (Cacioppo et al.). Its digits are no better than decoded "
        "random states."
    ),
    "qdiffgui.presets.latent:DIGITS_LATENT_BOTTLENECK",
    twin="",
)
presets.add(
    "jets-latent-mixed",
    "Jet maps through a latent space: mixed states",
    (
        "MSQuDDPM between encoder and decoder: better than decoded noise, no better than trivial "
        "generators."
    ),
    "qdiffgui.presets.latent:JETS_LATENT_MIXED",
    twin="",
)
presets.add(
    "jets-clouds-ddpm",
    "Jets of 30 particles: set transformer",
    (
        "Full resolution: eta, phi and pT of the 30 leading constituents, denoised together by a "
        "set "
        "transformer."
    ),
    "qdiffgui.presets.clouds:JETS_CLOUDS_DDPM",
    twin="jets-clouds-flow",
)
presets.add(
    "jets-clouds-flow",
    "Jets of 30 particles: rectified flow",
    "The same network on straight lines from noise to jets, with fewer steps.",
    "qdiffgui.presets.clouds:JETS_CLOUDS_FLOW",
    twin="jets-clouds-ddpm",
)
presets.add(
    "jets-channels-unet",
    "16x16x3 jet images: U-Net",
    (
        "Full resolution: charged particles, photons and neutral hadrons in 768 pixels, denoised "
        "by "
        "a U-Net."
    ),
    "qdiffgui.presets.channels:JETS_CHANNELS_UNET",
    twin="",
)
presets.add(
    "showers-latent",
    "Calorimeter showers: four qubits",
    (
        "The energies of 13 layers and of the electron, through a linear latent space and a "
        "four-qubit circuit."
    ),
    "qdiffgui.presets.showers:SHOWERS_LATENT",
    twin="showers-latent-network",
)
presets.add(
    "showers-latent-network",
    "Calorimeter showers: a network in the latent space",
    "The same latent numbers, denoised by a network of as many parameters as the circuit.",
    "qdiffgui.presets.showers:SHOWERS_LATENT_NETWORK",
    twin="showers-latent",
)
presets.add(
    "showers-ddpm",
    "Calorimeter showers: matched MLP",
    "The same showers with a classical network of as many parameters.",
    "qdiffgui.presets.showers:SHOWERS_DDPM",
    twin="",
)
presets.add(
    "showers-quddpm",
    "Calorimeter showers as states: QuDDPM",
    "Fully quantum: a shower is a four-qubit state, and measuring it gives quanta of its energy.",
    "qdiffgui.presets.showers:SHOWERS_QUDDPM",
    twin="",
)
presets.add(
    "jets-bits-iqp",
    "Jets as bits: IQP Born machine",
    "No diffusion: an eight-qubit IQP circuit is measured once, and the bits are the jet.",
    "qdiffgui.presets.born:JETS_BITS_IQP",
    twin="jets-bits-mps",
)
presets.add(
    "jets-bits-qcbm",
    "Jets as bits: QCBM",
    "The same bits from layers of rotations and entangling gates.",
    "qdiffgui.presets.born:JETS_BITS_QCBM",
)
presets.add(
    "jets-bits-mps",
    "Jets as bits: matrix product state",
    "The classical twin with about as many parameters, with exact likelihood and samples.",
    "qdiffgui.presets.born:JETS_BITS_MPS",
    twin="jets-bits-iqp",
)
presets.add(
    "jets-occupancy-iqp",
    "Which cells are lit: IQP on 64 qubits",
    "Which of 64 cells of a gluon jet are lit, from a circuit whose gates join near cells only.",
    "qdiffgui.presets.born:JETS_OCCUPANCY_IQP",
    twin="jets-occupancy-mps",
)
presets.add(
    "jets-occupancy-mps",
    "Which cells are lit: matrix product state",
    "The classical twin on the same 64 bits.",
    "qdiffgui.presets.born:JETS_OCCUPANCY_MPS",
    twin="jets-occupancy-iqp",
)
presets.add(
    "showers-occupancy-iqp",
    "Which layers are lit: IQP on 16 qubits",
    "Which layers of a calorimeter shower hold more than 8% of the map, trained by parities of "
    "bits.",
    "qdiffgui.presets.born:SHOWERS_OCCUPANCY_IQP",
    twin="",
)
