"""Quantum diffusion for quark and gluon jets, as intended by arXiv:2412.21082: random states for
noise, a U-Net with a circuit inside.

Images are amplitudes √(fraction). Forward, they are mixed with Haar-random states (or scrambled by
random circuits, or mixed with Gaussian noise). Backward, a denoiser predicts the image, and
``diffusion.amplitudes`` takes one step toward it. There are three variants:

* classical: a U-Net with a dense bottleneck;
* hybrid: the same U-Net with a re-uploading circuit as bottleneck;
* quantum: one circuit on |x_t> and an ancilla, conditioned on time and class by angles; its
  probabilities are the image. Its only classical parameters are one scale per step (the mean of
  many images has a smaller norm than each image) and the rates of the rotations by time and class.

Unlike the public code: the noise acts on the data and grows with t, the circuit sees its input and
is trained, angles are decoded by their inverse, and sub-sampling leaves no image blank.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.circuits import readout
from qdiffgui.circuits.cost import cost
from qdiffgui.circuits.ends import WireEnd, measured
from qdiffgui.config import Training
from qdiffgui.config.models import QGUNet as Settings
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion.amplitudes import amplitude_process
from qdiffgui.diffusion.gaussian import uniform_steps
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.amplitude_denoisers import AngleDenoiser, Denoiser, StateDenoiser, UNetDenoiser
from qdiffgui.models.base import CircuitInfo, Generated, Step, gate_angles
from qdiffgui.models.circuit_use import CircuitUse, symbols, uploaded_use
from qdiffgui.models.conditioning import Labels, time_features
from qdiffgui.models.one_optimiser import OneOptimiser
from qdiffgui.models.optimiser import Optimiser

_SLICE = 2048
_N_TIME = 6


class QGUNet(OneOptimiser):
    """Diffusion of image amplitudes, denoised by a U-Net around a circuit or by a circuit.

    ``denoiser`` also converts encoded images to states and back.

    Parameters
    ----------
    config : config.models.QGUNet
        Settings of the model.
    spec : Spec
        Encoded data: "map" (height, width).
    training : Training
        Iterations, batch size and learning rate.
    seed : int
        Seed of the weights and of training.

    References
    ----------
    arXiv:2412.21082

    Examples
    --------
    >>> from qdiffgui.config.models import QGUNet as Settings
    >>> QGUNet.kind == Settings().kind
    True
    """

    kind: ClassVar[str] = "qg-unet"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        if spec.kind != "map":
            raise ConfigError(
                f"qg-unet learns images, but the data are of kind '{spec.kind}': choose an "
                "image or a log-polar map."
            )
        if config.encoding == "angle-patches" and config.variant != "quantum":
            raise ConfigError(
                "Only the quantum variant supports angle patches, because a U-Net takes whole "
                "images: choose the encoding 'amplitude'."
            )
        super().__init__(config, spec, training, seed)
        self.process = amplitude_process(config.schedule)
        self.labels = Labels(spec.classes)
        n_condition = _N_TIME + self.labels.n_features
        self.denoiser = _denoiser(
            config,
            spec,
            n_condition,
            self.process.alpha_bar,
            self.process.n_steps,
            training.threads,
        )
        self.denoiser.initialize(torch.Generator().manual_seed(seed))
        self.optimiser = Optimiser(
            dict(self.denoiser.named_parameters()),
            training.learning_rate,
            training.iterations,
            training.decay,
            max_norm=1.0,
        )
        self._psi: Tensor | None = None
        self._features = torch.empty(0)

    @property
    def n_diffusion_steps(self) -> int:
        return self.process.n_steps

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.labels.fit(train.label)
        self._psi = self._states(train.x)
        self._features = self.labels.features(train.label)

    def step(self, i: int) -> Step:
        if self._psi is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        n = self.training.batch_size
        index = torch.randint(len(self._psi), (n,), generator=self.generator)
        t = uniform_steps(n, self.n_diffusion_steps, self.generator)
        psi = self._psi[index]
        loss = self.denoiser.loss(
            self._noisy(psi, t), psi, self._condition(t, self._features[index]), t
        )
        return Step(*self.optimiser.step(i, loss))

    def _noisy(self, psi: Tensor, t: Tensor) -> Tensor:
        """x_t of states (n, pieces, d); every piece has its own noise."""
        n, pieces, d = psi.shape
        path = self.process.path(psi.reshape(n * pieces, d), self.generator)
        return path[t.repeat_interleave(pieces), torch.arange(n * pieces)].reshape(n, pieces, d)

    def _condition(self, t: Tensor, features: Tensor) -> Tensor:
        return torch.cat([time_features(t, self.n_diffusion_steps, _N_TIME), features], dim=1)

    def _states(self, x: Array) -> Tensor:
        return self.denoiser.encode(
            torch.from_numpy(np.ascontiguousarray(x.reshape(len(x), -1), dtype=np.float32))
        )

    # ---- use

    @property
    def n_parameters(self) -> int:
        return sum(p.numel() for p in self.denoiser.parameters())

    def weights(self) -> dict[str, Array]:
        return {k: v.numpy().copy() for k, v in self.denoiser.state_dict().items()} | {
            "mix": self.labels.mix.copy()
        }

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        shapes = {name: value.shape for name, value in self.denoiser.state_dict().items()}
        self.denoiser.load_state_dict(
            {
                name: torch.from_numpy(np.array(weights[name], dtype=np.float32)).reshape(shape)
                for name, shape in shapes.items()
            }
        )
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    @torch.no_grad()
    def sample(
        self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False
    ) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = [
            self._walk(drawn[k : k + _SLICE], generator, trajectory) for k in range(0, n, _SLICE)
        ]
        frames = torch.cat(parts, dim=1) if parts else torch.zeros(1, 0, self.spec.size)
        x = frames.reshape(-1, n, *self.spec.shape).numpy()
        if not trajectory:
            return Generated(x[-1], drawn)
        return Generated(x[-1], drawn, x, tuple(range(self.n_diffusion_steps, -1, -1)))

    def _walk(self, label: Array, generator: torch.Generator, every: bool) -> Tensor:
        """Images (frames, n, n_pixels) from noise to samples, or only the last frame."""
        features, (pieces, d) = self.labels.features(label), self.denoiser.pieces
        x = self.process.noise(len(label) * pieces, d.bit_length() - 1, generator).reshape(
            -1, pieces, d
        )
        frames = [self.denoiser.decode(x)]
        for t in range(self.n_diffusion_steps, 0, -1):
            steps = torch.full((len(label),), t)
            x0 = self.denoiser(x, self._condition(steps, features), steps)
            x = self.process.back(x.reshape(-1, d), x0.reshape(-1, d), t, t - 1, generator).reshape(
                x.shape
            )
            frames = [*frames, self.denoiser.decode(x)] if every else [self.denoiser.decode(x)]
        return torch.stack(frames)

    @torch.no_grad()
    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        psi = self._states(x)
        path = self.process.path(psi.flatten(0, 1), torch.Generator().manual_seed(seed))
        frames = torch.stack([self.denoiser.decode(frame.reshape(psi.shape)) for frame in path])
        return frames.reshape(-1, *x.shape).numpy(), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        layer = self.denoiser.layer
        if layer is None:
            return []
        gates, weights = layer.program.gates(), layer.angles.detach().numpy().copy()
        angles = gate_angles(gates, weights)
        return [
            CircuitInfo(
                "bottleneck" if self.config.variant == "hybrid" else "denoiser",
                layer.program.n_qubits,
                gates,
                angles,
                layer.function,
                weights,
                n_inputs=layer.program.n_inputs,
                repeated=self.n_diffusion_steps,
                facts=cost(layer.program).facts(),
                about=self._about(layer.program.n_qubits),
                ends=self._ends(layer.program.n_qubits),
            )
        ]

    def circuit_uses(self) -> list[CircuitUse]:
        """The hybrid's bottleneck, or the circuit that denoises patches or whole images."""
        if self.denoiser.layer is None:
            return []
        use = self._bottleneck_use() if self.config.variant == "hybrid" else self._denoiser_use()
        return [replace(use, cost=None) if self.config.circuit == "separable" else use]

    def _bottleneck_use(self) -> CircuitUse:
        values = symbols(self, n=self.config.n_qubits, a=0, S=self.n_diffusion_steps, M=2)
        return uploaded_use(self.config.ansatz, values)

    def _denoiser_use(self) -> CircuitUse:
        n, pieces = self.denoiser.n_qubits, self.denoiser.pieces[0]
        amplitude = self.config.encoding == "amplitude"
        return uploaded_use(
            self.config.ansatz,
            symbols(self, n=n, S=self.n_diffusion_steps, M=1, N=pieces),
            width="n + a",
            inputs="N*B",
            runs="N*S",
            read=readout.PROBABILITIES if amplitude else readout.EXPECTATION,
            preparation=readout.COMPLEX,
        )

    def _ends(self, n_qubits: int) -> tuple[WireEnd, ...]:
        if self.config.variant == "hybrid":
            read = "Expectation values: the input of the rest of the U-Net."
            return measured(range(n_qubits), "⟨P⟩", "U-Net", read)
        assert isinstance(self.denoiser, StateDenoiser | AngleDenoiser)
        is_state = isinstance(self.denoiser, StateDenoiser)
        return measured(
            range(self.denoiser.n_qubits),
            "P" if is_state else "⟨Z⟩",
            "next step",
            ("Probabilities" if is_state else "Expectation values")
            + ": the fractions of the pixels, from which the next step's input follows.",
            n_qubits=n_qubits,
        )

    def _about(self, n_qubits: int) -> tuple[str, ...]:
        if self.config.variant == "hybrid":
            return (
                "All wires start in |0>.",
                (
                    "Input x_k is feature k of the bottleneck of a classical U-Net, whose weights "
                    f"are in the model file; {n_qubits} a layer."
                ),
                "Read out: expectation values, the input of the rest of the U-Net.",
            )
        assert isinstance(self.denoiser, StateDenoiser | AngleDenoiser)
        n_data = self.denoiser.n_qubits
        read = (
            "the probabilities of those wires, the fractions of pixels."
            if isinstance(self.denoiser, StateDenoiser)
            else (
                "<Z> of each of those wires; its arccos over pi is a pixel. The same circuit "
                "serves every patch of the image."
            )
        )
        return (
            f"Wires 0 to {n_data - 1} start in the noisy state |x_t>, the others in |0>.",
            (
                f"Input x_k, radians, is that of layer l = k div {n_qubits} and qubit q = k mod "
                f"{n_qubits}: sum_c rate[l,q,c] * condition[c]"
            ),
            (
                "with the features of step and class (and place of the patch); rate is among the "
                "weights in the model file."
            ),
            f"Read out: {read}",
        )

    def facts(self) -> dict[str, Any]:
        facts = {
            "n_parameters": self.n_parameters,
            "variant": self.config.variant,
            "n_diffusion_steps": self.n_diffusion_steps,
            "start": self.process.start,
            "conditional": self.labels.conditional,
        }
        layer = self.denoiser.layer
        if layer is None:
            return facts
        return facts | {
            "circuit": self.config.circuit,
            "circuit_parameters": layer.program.n_weights,
            "n_qubits": layer.program.n_qubits,
            "n_layers": self.config.n_layers,
            "ansatz": catalog.ansatze[self.config.ansatz].label,
            **cost(layer.program).facts(),
        }


def _denoiser(
    config: Settings,
    spec: Spec,
    n_condition: int,
    alpha_bar: Tensor | None,
    n_steps: int,
    threads: int,
) -> Denoiser:
    height, width = spec.shape
    if config.variant != "quantum":
        return UNetDenoiser(config, (height, width), n_condition, alpha_bar, threads)
    kind = StateDenoiser if config.encoding == "amplitude" else AngleDenoiser
    return kind(config, (height, width), n_condition, n_steps, threads)
