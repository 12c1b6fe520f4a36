"""The public contract (``qdiffgui.testing``) for each model, on each kind of data it accepts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from qdiffgui import catalog
from qdiffgui.config import Training, kinds
from qdiffgui.data.types import Encoded, Spec
from qdiffgui.models.base import DiffusionModel
from qdiffgui.testing import MODEL_CHECKS, ModelCase
from qdiffgui.testing._model_checks import check_all_moved, every_parameter_gets_a_gradient
from qdiffgui.testing._models import check_entry

TINY: dict[str, dict[str, Any]] = {
    "qdt": {"n_layers": 3},
    "qgan": {"n_layers": 3, "n_discriminator_layers": 3, "n_discriminator": 2, "n_generator": 3},
    "quddpm": {"n_layers": 2, "schedule": {"kind": "linear-angles", "n_steps": 3}},
    "q-dense": {"n_layers": 2, "schedule": {"kind": "blend", "n_steps": 4}},
    "classical-blend": {"n_parameters": 300, "schedule": {"kind": "blend", "n_steps": 4}},
    "uss": {"n_layers": 2, "schedule": {"kind": "blend", "n_steps": 4}},
    "qu-net": {"channels": 1, "n_layers": 1, "schedule": {"kind": "blend", "n_steps": 4}},
    "qg-unet": {
        "n_qubits": 3,
        "n_layers": 1,
        "width": 2,
        "schedule": {"kind": "haar", "n_steps": 4},
    },
    "quantum-denoiser": {
        "n_qubits": 3,
        "n_layers": 2,
        "schedule": {"kind": "cosine", "n_steps": 6},
    },
    "rectified-flow": {"n_parameters": 150, "schedule": {"kind": "straight", "n_steps": 6}},
    "qgdm": {"n_layers": 2, "schedule": {"kind": "depolarizing-cosine", "n_steps": 3}},
    "msquddpm": {
        "n_ancillas": 1,
        "n_layers": 2,
        "schedule": {"kind": "depolarizing-cosine", "n_steps": 3},
    },
    "latent": {
        "n_latent": 8,
        "n_qubits": 3,
        "n_layers": 2,
        "schedule": {"kind": "cosine", "n_steps": 6},
    },
    "latent-network": {
        "n_latent": 8,
        "n_parameters": 150,
        "schedule": {"kind": "cosine", "n_steps": 6},
    },
    "ddpm": {"n_parameters": 150, "schedule": {"kind": "cosine", "n_steps": 6}},
    "qd3pm": {"n_bits": 5, "n_layers": 2, "schedule": {"kind": "cosine", "n_steps": 4}},
    "made": {"n_levels": 5, "n_hidden": 16},
    "d3pm-levels": {"n_levels": 5, "n_hidden": 16, "schedule": {"kind": "cosine", "n_steps": 4}},
    "born-machine": {"n_bits": 5, "reach": 2, "loss": "mmd", "n_words": 16, "n_strings": 16},
    "classical-born": {"n_bits": 5, "loss": "mmd", "n_words": 16},
    "d3pm": {"n_bits": 5, "n_parameters": 150, "schedule": {"kind": "cosine", "n_steps": 4}},
    "masked-quantum": {"n_qubits": 2, "n_layers": 1},
    "masked-network": {"n_levels": 4, "n_parameters": 600},
}
CASES = [
    (key, kind) for key in catalog.models for kind in sorted(kinds.classes("model")[key].accepts)
]
# Variants with weights of their own. None has a frozen circuit, whose weights do not count as
# parameters.
VARIANTS: list[tuple[str, str, dict[str, Any]]] = [
    ("born-machine", "vector", {"circuit": "qcbm", "n_layers": 2, "loss": "likelihood"}),
    ("born-machine", "vector", {"n_hidden": 1, "reach": 0, "loss": "likelihood"}),
    ("classical-born", "map", {"twin": "mps", "bond": 2, "loss": "likelihood"}),
    ("quddpm", "map", {"conditioning": "label-qubit"}),
    ("quddpm", "map", {"conditioning": "class-angle"}),
    ("quddpm", "map", {"angles": "shared"}),
    ("quddpm", "map", {"joint_share": 0.5}),
    ("qg-unet", "map", {"variant": "classical"}),
    ("qg-unet", "map", {"variant": "quantum"}),
    ("ddpm", "channels", {"network": "unet", "n_parameters": 1500}),
    ("ddpm", "cloud", {"network": "set-transformer", "n_parameters": 1500}),
    ("rectified-flow", "cloud", {"network": "set-transformer", "n_parameters": 4000}),
    ("d3pm-levels", "map", {"noise": "uniform"}),
    ("latent", "map", {"encoder": "autoencoder"}),
    ("latent", "map", {"cells": "normal-scores"}),
    ("latent-network", "map", {"encoder": "autoencoder", "n_parameters": 20_000}),
    ("latent-network", "map", {"cells": "normal-scores"}),
    ("ddpm", "map", {"cells": "roots"}),
    ("masked-quantum", "map", {"uploads": "every", "n_ancillas": 1}),
    ("masked-quantum", "map", {"uploads": "one"}),
    ("masked-quantum", "map", {"order": "random"}),
    ("masked-network", "map", {"order": "random", "features": "scores"}),
    ("ddpm", "map", {"cells": "normal-scores"}),
    ("latent", "map", {"encoder": "autoencoder", "recipe": "bottleneck"}),
    (
        "latent",
        "map",
        {
            "encoder": "autoencoder",
            "recipe": "mixed",
            "schedule": {"kind": "depolarizing-cosine", "n_steps": 3},
        },
    ),
]


def samples(kind: str) -> Encoded:
    """160 encoded jets or one-qubit states."""
    return ModelCase("", kind).samples


def build(
    key: str,
    kind: str,
    spec: Spec | None = None,
    seed: int = 0,
    iterations: int = 30,
    **settings: Any,
) -> DiffusionModel:
    config = kinds.classes("model")[key](**{**TINY[key], **settings})
    training = Training(iterations=iterations, batch_size=32)
    return catalog.models[key].load()(config, spec or samples(kind).spec, training, seed)  # type: ignore[no-any-return]


@pytest.mark.parametrize("key", catalog.models)
def test_entry_settings_and_class_agree(key: str) -> None:
    check_entry(catalog.models[key])


@pytest.mark.parametrize(("key", "kind"), CASES)
@pytest.mark.parametrize("check", MODEL_CHECKS, ids=lambda check: check.__name__)
def test_contract(check: Callable[[ModelCase], None], key: str, kind: str) -> None:
    check(ModelCase(key, kind, TINY[key]))


@pytest.mark.parametrize(("key", "kind", "settings"), VARIANTS)
def test_every_parameter_of_a_variant_gets_a_gradient(
    key: str, kind: str, settings: dict[str, Any]
) -> None:
    every_parameter_gets_a_gradient(ModelCase(key, kind, {**TINY[key], **settings}))


def test_a_tensor_without_gradient_is_found() -> None:
    alive, other = np.arange(10.0), np.ones(3)
    check_all_moved({"a": alive, "b": other}, {"a": alive + 1, "b": other + 1})
    with pytest.raises(AssertionError, match="does not train 'b': 100% of it has not moved"):
        check_all_moved({"a": alive, "b": other}, {"a": alive + 1, "b": other})
    with pytest.raises(AssertionError, match="does not train 'a': 10% of it"):
        check_all_moved({"a": alive}, {"a": np.where(alive == 4, alive, alive + 1)})
