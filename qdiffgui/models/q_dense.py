"""Q-Dense: one strongly entangling circuit denoises amplitude-embedded images (arXiv:2401.07049, section III).

Pixels are in the units of ``diffusion.blend`` (mean 1/2). What the paper leaves open is decided so: the circuit is told neither the
step nor the scale of the image (amplitude embedding normalises it), its probabilities are read as the pixel fractions of the answer,
and a label qubit is traced out. All of the network is the circuit: no weight is classical.

What to expect: the mean square makes the best answer to pure noise the mean image, nothing random is added on the way, and a
circuit moves similar noise images to similar answers. Samples of the published recipe therefore vary little; they vary more with
the encoding "amplitude" than with "sqrt".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog
from qdiffgui.circuits.cost import cost
from qdiffgui.config import Training
from qdiffgui.config.models import QDense as Settings
from qdiffgui.data.types import Array, Encoded, Spec
from qdiffgui.diffusion import blend as process
from qdiffgui.engine import compile
from qdiffgui.errors import ConfigError, UserError
from qdiffgui.models.base import CircuitInfo, Family, Generated, Step, below, rng_state, set_rng_state
from qdiffgui.models.conditioning import Labels
from qdiffgui.models.optimiser import Optimiser

_SLICE = 4096
_NOISE_SCALE = 0.1  # of the target "noise": (net - 1/2) / 10 is the noise of one step, as in the paper
_SPREAD = 0.1  # of the first angles, radians


class QDense(Family):
    """The image denoiser of arXiv:2401.07049: 47 layers on 6 data qubits and the label qubit are 987 parameters for 8x8 pixels."""

    kind: ClassVar[str] = "q-dense"
    config: Settings

    def __init__(self, config: Settings, spec: Spec, training: Training, seed: int) -> None:
        if spec.kind != "map":
            raise ConfigError(
                f"Q-Dense learns images, and the data are of kind '{spec.kind}': choose an image or a log-polar map."
            )
        super().__init__(config, spec, training, seed)
        self.data_weight = torch.from_numpy(np.asarray(catalog.schedules[config.schedule.kind].load()(config.schedule)))
        self.labels = Labels(spec.classes)
        self.n_data_qubits = max(math.ceil(math.log2(spec.size)), 1)
        self.has_label = config.label_qubit and self.labels.conditional
        self.n_qubits = self.n_data_qubits + self.has_label
        self.ansatz = catalog.ansatze[config.ansatz].load()
        if self.ansatz.takes_inputs:
            raise ConfigError(f"The ansatz '{config.ansatz}' takes data as angles, and Q-Dense as amplitudes: choose another.")
        self.program = self.ansatz.trace(self.n_qubits, config.n_layers)
        self.circuit = compile(self.program, backend=config.backend, threads=training.threads)
        start = torch.randn(self.program.n_weights, generator=torch.Generator().manual_seed(seed)) * _SPREAD
        self.theta = start.requires_grad_()
        self.optimiser = Optimiser({"theta": self.theta}, training.learning_rate, training.iterations, training.decay)
        self._fractions: Tensor | None = None
        self._label_states: Tensor | None = None

    @property
    def n_diffusion_steps(self) -> int:
        return len(self.data_weight) - 1

    # ---- the network

    def predict(self, pixels: Tensor, label_states: Tensor) -> Tensor:
        """What the circuit makes of images (batch, n_pixels): pixels with mean 1/2. label_states : (batch, 2), or (batch, 0) without."""
        x = pixels.clamp(min=0) + 1e-9  # the square root has no gradient at 0, and an empty image no direction
        amplitudes = process.to_fractions(x).sqrt() if self.config.encoding == "sqrt" else torch.nn.functional.normalize(x, dim=1)
        psi = torch.nn.functional.pad(amplitudes, (0, 2**self.n_data_qubits - self.spec.size)).to(torch.complex64)
        if self.has_label:
            psi = (psi[:, :, None] * label_states[:, None, :]).flatten(1)
        probabilities = self.circuit.probabilities(self.theta, psi=psi, wires=range(self.n_data_qubits))
        return process.to_pixels(process.to_fractions(probabilities[:, : self.spec.size]))

    def denoise(self, pixels: Tensor, label_states: Tensor) -> Tensor:
        """x_{t-1} of x_t, both (batch, n_pixels) pixels: the answer itself, or x_t less the noise that it says."""
        answer = self.predict(pixels, label_states)
        if self.config.target == "data":
            return answer
        return process.to_pixels(process.to_fractions(pixels - _NOISE_SCALE * (answer - process.MEAN)))

    def label_states(self, label: Array) -> Tensor:
        """RX(2 pi k / K)|0> of labels (n,): (n, 2) complex64, k the place of the label among K classes; |0> for the unlabelled."""
        if not self.has_label:
            return torch.zeros(len(label), 0, dtype=torch.complex64)
        place = np.where(np.isin(label, self.labels.known), np.searchsorted(self.labels.known, label), 0)
        half = torch.from_numpy(place * (math.pi / len(self.labels.known)))
        return torch.stack([half.cos().to(torch.complex64), -1j * half.sin().to(torch.complex64)], dim=1)

    # ---- training

    def fit(self, train: Encoded) -> None:
        self.labels.fit(train.label)
        self._fractions = torch.from_numpy(np.ascontiguousarray(train.x.reshape(len(train), -1), dtype=np.float32))
        self._label_states = self.label_states(train.label)

    def step(self, i: int) -> Step:
        if self._fractions is None or self._label_states is None:
            raise UserError("A model must be fitted on training samples before it is trained.")
        n = self.training.batch_size
        index = torch.randint(len(self._fractions), (n,), generator=self.generator)
        t = torch.randint(1, self.n_diffusion_steps + 1, (n,), generator=self.generator)
        x0 = process.to_pixels(self._fractions[index])
        noise = process.noise_images(n, self.spec.size, self.generator)
        x, target = (process.blend(x0, noise, self.data_weight[steps]) for steps in (t, t - 1))
        answer = self.predict(x, self._label_states[index])
        if self.config.target == "noise":
            answer, target = _NOISE_SCALE * (answer - process.MEAN), x - target
        return Step(*self.optimiser.step(i, (answer - target).square().mean()))

    def state(self) -> dict[str, Array]:
        return {"generator": rng_state(self.generator)} | {f"optimiser/{k}": v for k, v in self.optimiser.state().items()}

    def load_state(self, state: Mapping[str, Array]) -> None:
        set_rng_state(self.generator, state["generator"])
        self.optimiser.load_state(below(state, "optimiser"))

    # ---- use

    @property
    def n_parameters(self) -> int:
        return self.theta.numel()

    def weights(self) -> dict[str, Array]:
        return {"theta": self.theta.detach().numpy().copy(), "mix": self.labels.mix.copy()}

    def load_weights(self, weights: Mapping[str, Array]) -> None:
        with torch.no_grad():
            self.theta.copy_(torch.from_numpy(np.array(weights["theta"], dtype=np.float32)))
        self.labels.mix = np.array(weights["mix"], dtype=np.float64)

    @torch.no_grad()
    def sample(self, n: int, label: int | None = None, *, seed: int = 0, trajectory: bool = False) -> Generated:
        generator = torch.Generator().manual_seed(seed)
        drawn = self.labels.drawn(n, label, generator)
        parts = []
        for begin in range(0, n, _SLICE):
            states = self.label_states(drawn[begin : begin + _SLICE])
            x = process.noise_images(len(states), self.spec.size, generator)
            frames = [x]
            for _ in range(self.n_diffusion_steps):
                x = self.denoise(x, states)
                frames = [*frames, x] if trajectory else [x]
            parts.append(torch.stack([process.to_fractions(frame) for frame in frames]))
        frames_of_all = torch.cat(parts, dim=1).reshape(-1, n, *self.spec.shape).numpy() if parts else self._nothing()
        if not trajectory:
            return Generated(frames_of_all[-1], drawn)
        return Generated(frames_of_all[-1], drawn, frames_of_all, tuple(range(self.n_diffusion_steps, -1, -1)))

    def _nothing(self) -> Array:
        return np.zeros((1, 0, *self.spec.shape), dtype=np.float32)

    def forward_process(self, x: Array, *, seed: int = 0) -> tuple[Array, tuple[int, ...]]:
        flat = torch.from_numpy(np.ascontiguousarray(x.reshape(len(x), -1), dtype=np.float32))
        noise = process.noise_images(len(flat), self.spec.size, torch.Generator().manual_seed(seed))
        kept = [weight.expand(len(flat)) for weight in self.data_weight]
        frames = [process.to_fractions(process.blend(process.to_pixels(flat), noise, weight)) for weight in kept]
        return torch.stack(frames).reshape(-1, *x.shape).numpy(), tuple(range(self.n_diffusion_steps + 1))

    def circuits(self) -> list[CircuitInfo]:
        gates, weights = self.program.gates(), self.theta.detach().numpy().copy()
        angles = np.array([weights[gate["weights"][0]] if len(gate["weights"]) == 1 else np.nan for gate in gates])
        function = self.ansatz.bind(self.n_qubits, self.config.n_layers)
        return [
            CircuitInfo(
                "denoiser", self.n_qubits, gates, angles, function, weights, repeated=self.n_diffusion_steps,
                facts=cost(self.program).facts(),
            )
        ]  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {
            "n_parameters": self.n_parameters, "n_qubits": self.n_qubits, "n_layers": self.config.n_layers,
            "n_diffusion_steps": self.n_diffusion_steps, "label_qubit": self.has_label, "encoding": self.config.encoding,
            "target": self.config.target, "ansatz": self.ansatz.label, "conditional": self.has_label, **cost(self.program).facts(),
        }  # fmt: skip
