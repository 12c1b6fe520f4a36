"""Help texts that the settings of Gaussian diffusion models share."""

from __future__ import annotations

START = (
    "What is diffused: the standardized numbers; the same, whitened for each class (white); or "
    "their normal scores, whitened (copula). With whitened numbers, a model that answers 0 is the "
    "Gaussian, or the Gaussian copula, of the training data."
)
PREDICTION = "Predict the noise, the clean data, or the velocity of the path from data to noise."
TARGETS = (
    "What training compares with: the noise or the data of each sample, or their mean over all "
    "training samples that may lie behind a noisy point, which has less variance."
)
N_TARGETS = "Noisy points whose mean targets are computed once, before training."
ENVELOPE = (
    "Multiply the answer by 2 sin φ cos φ, which has no parameters: the velocity of whitened data "
    "is 0 at both ends of the path."
)
SAMPLER = (
    "Stochastic (ddpm), deterministic (ddim), or second order along the velocity, with two calls a "
    "step (heun)."
)
UPLOADS = (
    "The data angle of each rotation: one number of the sample times a trained scale (one), or a "
    "trained sum over all numbers (mixed)."
)
