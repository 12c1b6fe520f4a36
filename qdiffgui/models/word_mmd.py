"""Maximum mean discrepancy of bit strings from parities (arXiv:2503.02934, Sec. III).

The Gaussian kernel of the Hamming distance, exp(-h / 2σ²), is a mixture of parities: with words
whose bits are 1 with probability p = (1 - exp(-1 / 2σ²)) / 2,

    MMD² = E_words ( mean of the word over the model - mean over the data )².

So a few random words estimate it, and a model needs only the means of words. p = w / n is chosen by
the mean number w of bits in a word.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from qdiffgui.models.iqp import unbiased
from qdiffgui.models.string_model import StringModel


def kernel_base(weight: float, n_bits: int) -> float:
    """exp(-1 / 2σ²) of the kernel whose words have ``weight`` bits on average; at most n_bits / 2
    count.
    """
    return 1 - 2 * min(weight / n_bits, 0.5)


def draw_words(
    n_words: int, n_bits: int, weights: Sequence[float], generator: torch.Generator
) -> Tensor:
    """Words (n_words, n_bits) float32 of 0 and 1, in turn from the kernels of ``weights``."""
    turns = torch.arange(n_words) % len(weights)
    chance = torch.tensor([min(weight / n_bits, 0.5) for weight in weights])[turns]
    return (torch.rand(n_words, n_bits, generator=generator) < chance[:, None]).float()


def word_mmd(
    model: StringModel,
    batches: Sequence[Tensor],
    words: Tensor,
    n_strings: int,
    generator: torch.Generator,
) -> Tensor:
    """Unbiased estimates (n_classes,) of MMD² from batches, one per class, of strings (B, n_bits)
    of the data. They can be negative where the true value is near 0.
    """
    mean, square = model.word_means(words, n_strings, generator)
    found = []
    for k, bits in enumerate(batches):
        signs = 1 - 2 * (words @ bits.float().T).remainder(2)
        data, data_square = unbiased(signs)
        found.append((square[k] - 2 * mean[k] * data + data_square).mean())
    return torch.stack(found)
