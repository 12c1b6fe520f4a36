"""Which cells of a map are lit, drawn before their contents: from a table of patterns, or from a
Born machine.

The amplitudes of a circuit never vanish, while most maps have empty cells. So a pattern is drawn
first, and each state is projected onto its lit cells. The Born machine is a circuit with one qubit
per cell, whose measured bit string is the pattern (arXiv:1804.04168); it minimizes the exact
negative log-likelihood of the training patterns. It starts from independent cells: the first RY of
qubit k turns |0> to the probability that cell k is lit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from qdiffgui import catalog, engine
from qdiffgui.circuits.composed_cost import ansatz_cost
from qdiffgui.engine import GateProgram
from qdiffgui.errors import ConfigError
from qdiffgui.models.base import Array, CircuitInfo, below
from qdiffgui.models.circuit_use import CircuitUse
from qdiffgui.models.optimiser import Optimiser
from qdiffgui.models.qcbm import QCBM, measured_circuits, measured_use
from qdiffgui.models.string_model import bits_of, codes_of

MAX_CELLS = 16
N_LAYERS = 6
_RATE = 0.05
_FIRST = 0.05  # standard deviation of the first angles about those of independent cells
_TINY = 1e-12


class Table:
    """The patterns of the training maps and their frequencies, per class: a generator that only
    memorizes.

    Parameters
    ----------
    n_cells : int
        Cells of a map.

    Examples
    --------
    >>> import torch
    >>> table = Table(2)
    >>> table.fit([torch.tensor([[0.0, 1.0], [0.0, 1.0]])])
    >>> table.draw(1, 0, torch.Generator())
    tensor([[0., 1.]])
    """

    about = "lit cells drawn from the table of the training maps' patterns"

    def __init__(self, n_cells: int) -> None:
        self.n_cells = n_cells
        self.patterns: list[Tensor] = []
        self.shares: list[Tensor] = []

    def fit(self, groups: Sequence[Tensor]) -> None:
        """Count the patterns of maps or states (n, n_cells) of each class."""
        pairs = [torch.unique((x != 0).float(), dim=0, return_counts=True) for x in groups]
        self.patterns = [patterns for patterns, _ in pairs]
        self.shares = [counts / counts.sum() for _, counts in pairs]

    def draw(self, n: int, group: int, generator: torch.Generator) -> Tensor:
        """Masks (n, n_cells) of a class: 1 for a lit cell, 0 for an empty one."""
        rows = torch.multinomial(self.shares[group], n, replacement=True, generator=generator)
        return self.patterns[group][rows]

    def arrays(self) -> dict[str, Array]:
        """What ``draw`` needs."""
        return {
            f"{k}/{name}": array.numpy()
            for k, parts in enumerate(zip(self.patterns, self.shares))
            for name, array in zip(("patterns", "shares"), parts)
        }

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Restore what ``arrays`` returned."""
        groups = range(len(arrays) // 2)
        self.patterns, self.shares = (
            [torch.from_numpy(np.array(arrays[f"{k}/{name}"])) for k in groups]
            for name in ("patterns", "shares")
        )
        for patterns, shares in zip(self.patterns, self.shares):
            if patterns.shape != (len(shares), self.n_cells) or not len(shares):
                raise ValueError(f"{tuple(patterns.shape)} patterns of {self.n_cells} cells")


class BornMachine:
    """A circuit per class whose measured bits are the lit cells.

    Parameters
    ----------
    n_cells : int
        Cells of a map, at most ``MAX_CELLS``.
    n_groups : int
        Number of classes.
    seed : int
        Seed of the first angles.
    steps : int
        Optimizer steps in total.

    Raises
    ------
    ConfigError
        If there are too many cells.

    Examples
    --------
    >>> import torch
    >>> machine = BornMachine(2, 1, 0, 100)
    >>> machine.fit([torch.tensor([[0.0, 1.0], [1.0, 0.0]])])
    >>> losses = [machine.step(i)[0] for i in range(100)]
    >>> losses[-1] < losses[0]
    True
    """

    about = f"lit cells drawn from a Born machine, one qubit per cell, {N_LAYERS} layers"

    def __init__(self, n_cells: int, n_groups: int, seed: int, steps: int) -> None:
        if n_cells > MAX_CELLS:
            raise ConfigError(
                f"A Born machine has one qubit per cell, at most {MAX_CELLS}, but the map has "
                f"{n_cells} cells: choose a smaller map, or set model.occupancy to 'table'."
            )
        self.n_cells, self.n_groups, self.n_steps = n_cells, n_groups, steps
        self.ansatz = catalog.ansatze["hardware-efficient"].load()
        self.program: GateProgram = self.ansatz.trace(n_cells, N_LAYERS)
        self.strings = QCBM(n_cells, n_groups, engine.compile(self.program))
        self.strings.initialize(torch.Generator().manual_seed(seed), _FIRST)
        self._codes: list[Tensor] = []
        self._shares: list[Tensor] = []
        self._optimiser: Optimiser | None = None
        self._chances: Tensor | None = None

    def fit(self, groups: Sequence[Tensor]) -> None:
        """Count the patterns of each class, and start from independent cells."""
        table = Table(self.n_cells)
        table.fit(groups)
        self._codes = [codes_of(patterns) for patterns in table.patterns]
        self._shares = table.shares
        first = _first_ry(self.program)
        with torch.no_grad():
            for row, patterns, share in zip(self.strings.angles, table.patterns, table.shares):
                row[first] = 2 * torch.asin((share @ patterns).clamp(0, 1).sqrt())
        self._restart()

    def _restart(self) -> None:
        self._optimiser = Optimiser({"theta": self.strings.angles}, _RATE, self.n_steps)
        self._chances = None

    def step(self, i: int) -> tuple[float, float, float]:
        """Take optimizer step i: mean negative log-likelihood in nats, norm of its gradient, and
        learning rate.
        """
        assert self._optimiser is not None
        loss = torch.stack(
            [
                -(share * (p[codes] + _TINY).log()).sum()
                for p, codes, share in zip(self.strings.probabilities(), self._codes, self._shares)
            ]
        ).mean()
        self._chances = None
        return self._optimiser.step(i, loss)

    @torch.no_grad()
    def draw(self, n: int, group: int, generator: torch.Generator) -> Tensor:
        """Masks (n, n_cells) of a class; the pattern without any lit cell is left out."""
        if self._chances is None:
            self._chances = self.strings.probabilities().clone()
            self._chances[:, 0] = 0
        chances = self._chances[group]
        codes = torch.multinomial(chances, n, replacement=True, generator=generator)
        return bits_of(codes, self.n_cells).float()

    def arrays(self) -> dict[str, Array]:
        """What ``draw`` needs."""
        return {"theta": self.strings.angles.detach().numpy().copy()}

    def load(self, arrays: Mapping[str, Array]) -> None:
        """Restore what ``arrays`` returned."""
        with torch.no_grad():
            self.strings.angles.copy_(torch.from_numpy(np.array(arrays["theta"])))
        self._chances = None

    def circuits(self, names: Sequence[str]) -> list[CircuitInfo]:
        """The circuit of each class; ``names`` are those of the classes."""
        return measured_circuits(
            "occupancy circuit",
            names,
            self.program,
            self.ansatz.bind(self.n_cells, N_LAYERS),
            self.arrays()["theta"],
            ("All wires start in |0>; wire k measured as 1 means that cell k is lit.",),
        )

    def circuit_uses(self, symbols: Mapping[str, float]) -> list[CircuitUse]:
        """The use of each circuit, in the iterations after its own training; ``symbols`` are those
        of the circuits trained then.
        """
        use = measured_use(
            "0",
            {**symbols, "n": self.n_cells, "a": 0, "L": N_LAYERS},
            ansatz_cost("hardware-efficient", "n"),
            (
                f"The occupancy circuit is trained in the first {self.n_steps} iterations, on one "
                "state each; these are not counted per step.",
            ),
        )
        return [use] * self.n_groups

    def state(self) -> dict[str, Array]:
        """What ``step`` depends on."""
        assert self._optimiser is not None
        return self.arrays() | {
            f"optimiser/{name}": array for name, array in self._optimiser.state().items()
        }

    def load_state(self, state: Mapping[str, Array]) -> None:
        """Restore what ``state`` returned, after ``fit``."""
        self.load(state)
        self._restart()
        assert self._optimiser is not None
        self._optimiser.load_state(below(state, "optimiser"))


def project(psi: Tensor, mask: Tensor) -> Tensor:
    """States (..., d) projected onto the lit cells of a mask of the same shape; their norms stay.

    A state without any amplitude there becomes zero.
    """
    lit = psi * mask
    weight = (lit.real.square() + lit.imag.square()).sum(-1, keepdim=True)
    whole = (psi.real.square() + psi.imag.square()).sum(-1, keepdim=True)
    projected: Tensor = lit * (whole / weight.clamp_min(_TINY)).sqrt()
    return projected


def _first_ry(program: GateProgram) -> list[int]:
    """The weight of the first RY of each qubit, in the order of the qubits."""
    found: dict[int, int] = {}
    for gate in program.gates():
        if gate["name"] == "RY":
            found.setdefault(gate["wires"][0], gate["weights"][0])
    return [found[k] for k in range(program.n_qubits)]
