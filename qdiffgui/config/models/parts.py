"""Words that the settings of several families share."""

BACKEND = "What simulates the circuit: auto, numba, torch, or pennylane:<device>."
TARGET = "Predict the less noisy image, or the noise removed."
ENCODING = "sqrt: probabilities are the pixel fractions (energy preserving); amplitude: as in the paper."
ABLATION = "trained; frozen: random angles that stay; separable: without entangling gates. The last two show what the circuit is good for."
NETWORK = "Multilayer perceptron, or U-Net for maps."
N_PARAMETERS = "The network is built with as close to this many trainable numbers as its shape allows."
READOUT = "Each number from one Pauli word, or from a trained sum of all words on one qubit and on neighbours."
