"""Circuits on any PennyLane device: other simulators, noise models, finite shots, hardware."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pennylane as qml
import torch
from torch import Tensor

from qdiffgui.engine.backend import NO_STATE_VECTOR
from qdiffgui.engine.program import Fixed, GateProgram, Rotation
from qdiffgui.errors import UserError

# Channels that act on every wire of a gate after it; "readout" flips each wire before measurement.
NOISE = {
    "depolarizing": qml.DepolarizingChannel,
    "amplitude_damping": qml.AmplitudeDamping,
    "phase_damping": qml.PhaseDamping,
    "bit_flip": qml.BitFlip,
    "phase_flip": qml.PhaseFlip,
    "readout": qml.BitFlip,
}
_BROADCASTS = ("default.qubit", "default.mixed")
_PAULI_GATES = {
    "X": qml.RX,
    "Y": qml.RY,
    "Z": qml.RZ,
    "XX": qml.IsingXX,
    "YY": qml.IsingYY,
    "ZZ": qml.IsingZZ,
}


class PennyLaneBackend:
    """Runs a program as a PennyLane QNode.

    Devices without support for batches get one sample at a time.

    Parameters
    ----------
    program : GateProgram
        The circuit.
    dtype : torch.dtype
        Complex type of the results.
    device : str
        Name of the PennyLane device.
    noise : mapping of str to float, optional
        Probability of each kind in ``NOISE``; needs default.mixed.
    shots : int, optional
        Number of shots; exact by default.
    diff_method : str
        PennyLane's method of differentiation.

    Raises
    ------
    UserError
        If the device is not usable here, or the noise is invalid.
    """

    def __init__(
        self,
        program: GateProgram,
        dtype: torch.dtype,
        device: str,
        noise: Mapping[str, float] | None = None,
        shots: int | None = None,
        diff_method: str = "best",
    ) -> None:
        self.program, self.dtype, self.name = program, dtype, device
        self.real = torch.float64 if dtype == torch.complex128 else torch.float32
        self.noise = _checked(dict(noise or {}), device)
        self.shots, self.diff_method = shots, diff_method
        try:
            options = {} if device.startswith("default") else {"c_dtype": _numpy_dtype(dtype)}
            self.device = qml.device(device, wires=program.n_qubits, **options)
        except Exception as error:  # a plug-in may raise anything
            raise UserError(
                f"PennyLane has no usable device {device!r} ({error}): install its plug-in or "
                "choose another device."
            ) from error

    def state(
        self, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> Tensor:
        if self.noise or self.name == "default.mixed":
            raise UserError(NO_STATE_VECTOR)
        return self._run(lambda: [qml.state()], shared, sample, psi, batch)[0].to(self.dtype)

    def expval(
        self,
        words: Sequence[str],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        wires = range(self.program.n_qubits)
        wire_map = {w: w for w in wires}
        observables = [qml.pauli.string_to_pauli_word(word, wire_map=wire_map) for word in words]
        columns = self._run(
            lambda: [qml.expval(o) for o in observables], shared, sample, psi, batch
        )
        return torch.stack(columns, 1).to(self.real)

    def probabilities(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        return self._run(lambda: [qml.probs(wires=list(wires))], shared, sample, psi, batch)[0].to(
            self.real
        )

    def density_matrix(
        self,
        wires: Sequence[int],
        shared: Tensor,
        sample: Tensor | None,
        psi: Tensor | None,
        batch: int,
    ) -> Tensor:
        return self._run(lambda: [qml.density_matrix(list(wires))], shared, sample, psi, batch)[
            0
        ].to(self.dtype)

    def _run(
        self, measure: Any, shared: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int
    ) -> list[Tensor]:
        """One tensor (B, …) per measurement."""
        shared = shared.to(torch.float64)
        sample = None if sample is None else sample.to(torch.float64)
        psi = None if psi is None else psi.to(torch.complex128)
        if psi is not None:  # PennyLane requires unit norm
            norm = torch.linalg.vector_norm(psi, dim=1, keepdim=True)
            if not torch.allclose(norm, torch.ones_like(norm), atol=1e-5):
                raise UserError("A PennyLane device needs normalized input states: normalize psi.")
            psi = psi / norm.detach()
        node = self._node(measure)
        if self.name in _BROADCASTS:
            results = node(shared, sample, psi)
            return [self._batched(r, sample, psi, batch) for r in results]
        rows = []
        for i in range(batch):
            one = (None if sample is None else sample[i], None if psi is None else psi[i])
            rows.append(node(shared, *one))
        return [torch.stack(column) for column in zip(*rows, strict=True)]

    @staticmethod
    def _batched(result: Tensor, sample: Tensor | None, psi: Tensor | None, batch: int) -> Tensor:
        return result.expand(batch, *result.shape) if sample is None and psi is None else result

    def _node(self, measure: Any) -> Any:
        def circuit(shared: Tensor, sample: Tensor | None, psi: Tensor | None) -> Any:
            if psi is not None:
                qml.StatePrep(psi, wires=range(self.program.n_qubits))
            self._queue(shared, sample)
            if "readout" in self.noise:
                for w in range(self.program.n_qubits):
                    qml.BitFlip(self.noise["readout"], wires=w)
            return measure()

        return qml.QNode(
            circuit, self.device, interface="torch", diff_method=self.diff_method, shots=self.shots
        )

    def _queue(self, shared: Tensor, sample: Tensor | None) -> None:
        per_sample = self.program.sample_rows()
        place = per_sample.cumsum() - 1, (~per_sample).cumsum() - 1
        for p in self.program.primitives:
            if isinstance(p, Fixed):
                self._fixed(p)
            elif per_sample[p.row]:
                assert sample is not None
                _rotation(p, sample[..., place[0][p.row]])
            else:
                _rotation(p, shared[place[1][p.row]])
            for kind, probability in self.noise.items():
                if kind != "readout":
                    for wire in (*(c for c, _ in p.controls), *p.wires):
                        NOISE[kind](probability, wires=wire)

    def _fixed(self, p: Fixed) -> None:
        known = getattr(qml, p.name, None)
        if known is not None and known.num_params == 0:
            gate = known(wires=list(p.wires))
        else:
            gate = qml.QubitUnitary(self.program.constants[p.constant], wires=list(p.wires))
        _under(gate, p.controls)


def _rotation(p: Rotation, theta: Tensor) -> None:
    if not p.pauli and len(p.controls) == 0:
        qml.GlobalPhase(theta / 2)
    elif not p.pauli:  # exp(-i θ/2 Π) is a (multi-)controlled phase shift by -θ/2
        wires = [w for w, _ in p.controls]
        _flips(p.controls)
        if len(wires) == 1:
            qml.GlobalPhase(theta / 4)  # for PhaseShift itself default.mixed issues a warning
            qml.RZ(-theta / 2, wires=wires)
        else:
            qml.ctrl(qml.PhaseShift(-theta / 2, wires=wires[-1]), control=wires[:-1])
        _flips(p.controls)
    elif p.pauli in _PAULI_GATES:
        _under(_PAULI_GATES[p.pauli](theta, wires=list(p.wires)), p.controls)
    else:
        _under(qml.PauliRot(theta, p.pauli, wires=list(p.wires)), p.controls)


def _flips(controls: tuple[tuple[int, int], ...]) -> None:
    for wire, value in controls:
        if not value:
            qml.PauliX(wires=wire)


def _under(gate: Any, controls: tuple[tuple[int, int], ...]) -> None:
    if controls:
        qml.ctrl(
            gate, control=[w for w, _ in controls], control_values=[bool(v) for _, v in controls]
        )


def _checked(noise: dict[str, float], device: str) -> dict[str, float]:
    for kind, probability in noise.items():
        if kind not in NOISE:
            raise UserError(f"There is no noise {kind!r}: choose from {', '.join(NOISE)}.")
        if not 0 <= probability <= 1:
            raise UserError(
                f"The probability of {kind} noise must be from 0 to 1; found {probability}."
            )
    if noise and device != "default.mixed":
        raise UserError(
            f"The device {device} simulates pure states only: use 'pennylane:default.mixed' for "
            "noise."
        )
    return {kind: p for kind, p in noise.items() if p}


def _numpy_dtype(dtype: torch.dtype) -> Any:
    return torch.empty(0, dtype=dtype).numpy().dtype.type
