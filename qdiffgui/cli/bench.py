"""``qdiffgui bench engine``: time the simulator against the installed PennyLane devices."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json
from qdiffgui.errors import UserError

SIZES = "4x256,6x256,8x64,8x256"
bench = typer.Typer(help="Benchmark this machine.", no_args_is_help=True, rich_markup_mode=None)


@bench.callback()
def _group() -> None:
    """Benchmark this machine."""


@bench.command("engine")
def engine(
    sizes: Annotated[str, typer.Option(help="QUBITSxBATCH, separated by commas.")] = SIZES,
    rounds: Annotated[
        int,
        typer.Option(min=1, max=100, help="Number of interleaved rounds. The median is reported."),
    ] = 5,
    as_json: Json = False,
) -> int:
    """Time one training step (6 layers of RY, RZ and a ring of CZ) on one thread. The exit status
    is 1 if any result is wrong.
    """
    wanted = parse_sizes(sizes)
    import torch
    from threadpoolctl import threadpool_limits

    from qdiffgui.engine.benchmark import bench as measure

    torch.set_num_threads(1)
    with threadpool_limits(1):
        rows = measure(wanted, rounds)
    if as_json:
        output.document([row._asdict() for row in rows])
    else:
        output.table(
            (
                "qubits",
                "batch",
                "simulator",
                "CPU ms per step",
                "relative to engine",
                "error",
                "first step, s",
            ),
            [
                (
                    str(r.n_qubits),
                    str(r.batch),
                    r.simulator,
                    f"{r.cpu_ms:.3f}",
                    f"{r.times_engine:.1f}",
                    f"{r.error:.0e}{'' if r.correct else ' WRONG'}",
                    f"{r.first_seconds:.2f}",
                )
                for r in rows
            ],
            right=(0, 1, 3, 4, 5, 6),
        )
        output.note(
            "Compare only times from the same run: other programs on this machine affect them."
        )
    return 0 if all(row.correct for row in rows) else 1


def parse_sizes(text: str) -> list[tuple[int, int]]:
    """Parse ``"4x256,8x64"`` into [(4, 256), (8, 64)]. Raises ``UserError`` for anything else."""
    found = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,2})x(\d{1,6})\s*", part)
        if match is None or not 1 <= int(match[1]) <= 14 or int(match[2]) < 1:
            raise UserError(
                f"Expected sizes such as 4x256,8x64 (1 to 14 qubits x batch); found '{part}'."
            )
        found.append((int(match[1]), int(match[2])))
    return found
