"""``qdiffgui circuit``: the trained circuits, one OpenQASM 3 program for each reverse step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qdiffgui.cli import output
from qdiffgui.cli.options import Json, Runs


def circuit(
    model: Annotated[str, typer.Argument(metavar="RUN|MODEL", help="A run, or a model file (model.h5).")],
    qasm: Annotated[bool, typer.Option("--qasm", help="The programs themselves, not only what they need.")] = False,
    step: Annotated[int, typer.Option(min=0, help="One reverse step, from 1 in the order of sampling; 0: all.")] = 0,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="A file for each program, in this folder.")
    ] = None,
    runs: Runs = None,
    as_json: Json = False,
) -> None:
    """Show the circuits of a trained model, and whether a quantum computer could generate with them."""
    from qdiffgui.cli.foreground import quiet_threads
    from qdiffgui.cli.models import find_model
    from qdiffgui.errors import UserError

    if out is not None and not out.is_dir():
        raise UserError(f"Expected --output to name a folder that exists; found '{out}'.")
    path = find_model(model, runs)
    quiet_threads()
    from qdiffgui.config import hardware
    from qdiffgui.exports.whole import text
    from qdiffgui.hardware.steps import programs
    from qdiffgui.model_file import load

    trained = load(path)
    infos = trained.family.circuits()
    made = programs(infos, step)
    reason = hardware.why_not(trained.config)
    says = f"A quantum computer could not generate with it: {reason}." if reason else hardware.how(trained.config)
    if out is not None:
        files = [out / f"{_slug(p.name)}{f'-step-{p.step:03d}' if p.step else ''}.qasm" for p in made]
        for file, program in zip(files, made):
            text(file, program.text)
    if as_json:
        rows = [program._asdict() if qasm else {"name": program.name, "step": program.step} for program in made]
        return output.document({"model": str(path), "hardware": not reason, "says": says, "programs": rows})
    if qasm and out is None:
        print("\n".join(program.text for program in made), end="")
    else:
        for info in infos:
            facts = ", ".join(
                f"{key.replace('_', ' ')} {value}" for key, value in info.facts.items() if not isinstance(value, dict)
            )
            print(f"{info.name}: {info.n_qubits} qubits, {facts}; used {info.repeated} times a sample")
        print(f"{len(made)} program(s){f' in {out}' if out is not None else ': --qasm prints them'}.")
    output.note(says)


def _slug(name: str) -> str:
    from qdiffgui.runs.store import slug

    return slug(name) or "circuit"
