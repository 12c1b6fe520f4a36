"""``qdiffgui circuit``: the trained circuits, one OpenQASM 3 program per reverse step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs


def circuit(
    model: Annotated[
        str, typer.Argument(metavar="RUN|MODEL", help="A run, or a model file (model.h5).")
    ],
    qasm: Annotated[bool, typer.Option("--qasm", help="Print the OpenQASM 3 programs.")] = False,
    step: Annotated[
        int,
        typer.Option(min=0, help="Reverse step, counted from 1 in sampling order. 0: all steps."),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Write each program to a file in this folder."
        ),
    ] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Show the circuits of a trained model and say whether it could generate samples on a quantum
    computer.
    """
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model
    from qdiffgui.errors import UserError

    if out is not None and not out.is_dir():
        raise UserError(f"Expected --output to name an existing folder; found '{out}'.")
    path = find_model(model, runs)
    quiet_threads()
    from qdiffgui.config import hardware
    from qdiffgui.exports.write import write_text
    from qdiffgui.model_file import load
    from qdiffgui.studies.noise.step_programs import programs

    trained = load(path)
    infos = trained.diffusion_model.circuits()
    steps = programs(infos, step)
    reason = hardware.unsupported_reason(trained.config)
    hardware_note = (
        f"This model cannot generate samples on a quantum computer: {reason}."
        if reason
        else hardware.measurement_note(trained.config)
    )
    if out is not None:
        files = [
            out / f"{_slug(p.name)}{f'-step-{p.step:03d}' if p.step else ''}.qasm" for p in steps
        ]
        for file, program in zip(files, steps):
            write_text(file, program.text)
    if as_json:
        rows = [
            program._asdict() if qasm else {"name": program.name, "step": program.step}
            for program in steps
        ]
        return output.document(
            {
                "model": str(path),
                "hardware": not reason,
                "hardware_note": hardware_note,
                "programs": rows,
            }
        )
    if qasm and out is None:
        print("\n".join(program.text for program in steps), end="")
    else:
        for info in infos:
            facts = ", ".join(
                f"{key.replace('_', ' ')} {value}"
                for key, value in info.facts.items()
                if not isinstance(value, dict)
            )
            print(
                f"{info.name}: {info.n_qubits} qubits, {facts}; "
                f"run {info.repeated} times per sample"
            )
        print(
            f"{len(steps)} OpenQASM program{'' if len(steps) == 1 else 's'}"
            f"{f' written to {out}' if out is not None else '; --qasm prints them'}."
        )
    output.note(hardware_note)


def _slug(name: str) -> str:
    from qdiffgui.runs.store import slug

    return slug(name) or "circuit"
