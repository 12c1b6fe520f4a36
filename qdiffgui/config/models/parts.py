"""Words that the settings of several families share."""

BACKEND = "What simulates the circuit: auto, numba, torch, or pennylane:<device>."
TARGET = "Predict the less noisy image, or the noise removed."
ENCODING = "sqrt: probabilities are the pixel fractions (energy preserving); amplitude: as in the paper."
ABLATION = "trained; frozen: random angles that stay; separable: without entangling gates. The last two show what the circuit is good for."
NETWORK = "Multilayer perceptron, U-Net for maps, or set transformer for clouds of particles."
N_PARAMETERS = "The network is built with as close to this many trainable numbers as its shape allows."
READOUT = "Each number from one Pauli word, or from a trained sum of all words on one qubit and on neighbours."
KERNEL_POWER = "k in the kernel F^k = |<psi|phi>|^(2k) of the loss powered-mmd, which sees the first k moments; 1 is plain MMD."
CELLS = (
    "How a map is diffused. ranks: each cell's own distribution made normal; normal-scores: two uncorrelated numbers a cell (is it lit, "
    "how bright), so that noise alone decodes to a Gaussian copula, up to 128 cells, no U-Net; roots: standardised square roots; "
    "auto: ranks up to 128 cells, else roots."
)
