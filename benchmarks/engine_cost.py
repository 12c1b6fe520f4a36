"""Check the choices of engine/cost.py between the kernel and a product with the unitary.

    python benchmarks/engine_cost.py

For shared angles only. Prints the costs measured on this installation (see engine/calibration.py),
then for every size the CPU time of a forward and backward pass in both ways, in milliseconds, and
what the cost model chooses.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import torch

from qdiffgui import engine
from qdiffgui.engine.calibration import costs
from qdiffgui.engine.cost import AutoBackend
from qdiffgui.engine.layered_circuit import layered_circuit


def median_ms(work: Callable[[], object], rounds: int = 15) -> float:
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return statistics.median(times) * 1e3


def main() -> None:
    torch.set_num_threads(1)
    engine.warm_up(background=False)
    print(costs())
    for n in (2, 3, 4, 5, 6, 8):
        for layers in (4, 12):
            program = engine.trace(layered_circuit(n, layers), n_qubits=n, n_weights=2 * n * layers)
            auto = AutoBackend(program, torch.complex64, 1)
            weights = torch.rand(2 * n * layers, requires_grad=True)
            for batch in (64, 256, 1024, 4096):
                psi = engine.haar_states(batch, n)

                def step(run: Callable[..., torch.Tensor], psi: torch.Tensor = psi) -> None:
                    out = run(weights, psi)  # noqa: B023
                    torch.autograd.grad(out, weights, torch.ones_like(out))  # noqa: B023

                kernel = median_ms(lambda: step(lambda w, s: auto.kernel.state(w, None, s, len(s))))  # noqa: B023
                unitary = median_ms(lambda: step(lambda w, s: auto._through_unitary(w, s)))  # noqa: B023
                chosen = auto.by_unitary(batch)
                print(
                    f"{n} qubits, {layers:2d} layers, batch {batch:5d}: kernel {kernel:8.3f} ms, "
                    f"unitary {unitary:8.3f} ms,"
                    " model takes "
                    f"{'unitary' if chosen else 'kernel'}"
                    f"{'' if chosen == (unitary < kernel) else '  (slower)'}"
                )


if __name__ == "__main__":
    main()
