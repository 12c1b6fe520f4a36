"""A helper process that computes for the page: JSON lines in, JSON lines out.

A request is ``{"id", "method", ...}``, with one of the methods

- ``inspect`` (``config``): preview of an experiment before training, see ``experiment.inspect``;
- ``generate`` (``run``, ``asked``, ``file``): samples from the stored model of a run;
- ``cost`` (``config``): resources that the settings need, see ``studies.scaling.static``;
- ``estimate`` (``config``): training time, from a few optimizer steps;
- ``lineup`` (``lineup``, ``data``, ``effort``): the models of a benchmark with the training time of
  each, see ``studies.benchmark.estimates``;
- ``axes`` (``config``): the axes along which the settings can be scaled;
- ``point`` (``config``): cost and training time at one point of an axis, or why the settings are
  not possible there.

The answer is ``{"id", "result": {...}}`` or ``{"id", "error": "a sentence"}``. Lines ``{"id",
"fraction", "activity"}`` before it report progress.

The process keeps torch out of the page's kernel. It stays alive, so that only the first answer
waits for the imports.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from qdiffgui.errors import UserError
from qdiffgui.runs.threads import QUIET_THREADS
from qdiffgui.runs.worker import import_pennylane

Progress = Callable[[float, str], None]
Request = Mapping[str, Any]


def answer(
    request: Request, progress: Progress = lambda fraction, activity: None
) -> dict[str, Any]:
    """The answer to one request. Errors do not raise: they are part of the answer."""
    number, method = request.get("id"), str(request.get("method"))
    try:
        if method not in _METHODS:
            raise UserError(f"Expected one of the methods {', '.join(_METHODS)}; found '{method}'.")
        return {"id": number, "result": _METHODS[method](request, progress)}
    except UserError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:
        traceback.print_exc()
        failed = "Sampling" if method == "generate" else "The preview"
        return {"id": number, "error": f"{failed} failed ({type(error).__name__}: {error})."}


def _inspect(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.experiment import inspect

    return inspect(parse(request.get("config") or {}))


def _generate(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.background.generation import generate

    return generate(
        Path(str(request["run"])), request.get("asked") or {}, Path(str(request["file"])), progress
    )


def _cost(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.studies.scaling import static

    return static(parse(request.get("config") or {})).plain()


def _axes(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.studies.scaling.axes import describe_axes

    return {"axes": describe_axes(parse(request.get("config") or {}))}


def _estimate(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.experiment.inspect import estimate

    return dict(estimate(parse(request.get("config") or {})))


def _lineup(request: Request, progress: Progress) -> dict[str, Any]:
    from qdiffgui.studies.benchmark.estimates import describe

    return describe(request, progress)


def _point(request: Request, progress: Progress) -> dict[str, Any]:
    """``cost`` of one point of an axis, and ``seconds`` with their ``error`` and ``busy`` (see
    ``experiment.estimate``).

    A point that the model does not support is no error: it gets ``left_out``, the reason.
    """
    try:
        cost = _cost(request, progress)
        found = _estimate(request, progress)
        return {"cost": cost, **{key: found[key] for key in ("seconds", "error", "busy")}}
    except UserError as error:
        return {"left_out": str(error)}


_METHODS: dict[str, Callable[[Request, Progress], dict[str, Any]]] = {
    "inspect": _inspect,
    "generate": _generate,
    "cost": _cost,
    "estimate": _estimate,
    "lineup": _lineup,
    "axes": _axes,
    "point": _point,
}


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests one after the other until their stream ends."""

    def write(line: Mapping[str, Any]) -> None:
        answers.write(json.dumps(line, default=str) + "\n")
        answers.flush()

    def report(number: object, fraction: float, activity: str) -> None:
        write({"id": number, "fraction": fraction, "activity": activity})

    for line in requests:
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            write({"id": None, "error": "Expected one JSON object per line."})
            continue
        write(answer(request, partial(report, request.get("id"))))


def main() -> None:
    """Import all modules, then answer requests from standard input."""
    os.environ.update(QUIET_THREADS)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # printed text must not mix with the answers
    import torch

    import_pennylane()
    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up()
    # exclude imported objects from garbage collection: a full one would delay an answer by 0.2 s
    gc.freeze()
    torch.set_num_threads(1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
