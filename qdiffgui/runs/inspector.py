"""A helper process for what the page must not compute itself: JSON lines in, JSON lines out.

``{"id", "method": "inspect", "config": {...}}`` shows settings before they are trained; ``{"id", "method": "generate", "run": PATH,
"asked": {...}, "file": PATH}`` samples anew from the stored model of a run; ``"cost"`` counts what settings cost (``scaling.static``),
``"estimate"`` times a few of their steps, ``"axes"`` tells along what they can grow (``scaling.axes``), and ``"point"`` what they cost at
one place of an axis, or why they cannot be there. Each is answered with ``{"id", "result": {...}}`` or ``{"id", "error": "a sentence"}``;
lines ``{"id", "share", "doing"}`` before it say how far it has come. It keeps torch out of the page's kernel and stays alive, so that only
the first answer pays for the imports.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO

from qdiffgui.errors import UserError
from qdiffgui.runs.worker import QUIET_THREADS

Tell = Callable[[float, str], None]
Request = Mapping[str, Any]


def answer(request: Request, tell: Tell = lambda share, doing: None) -> dict[str, Any]:
    """The answer to one request; whatever goes wrong is in it."""
    number, method = request.get("id"), str(request.get("method"))
    try:
        if method not in _METHODS:
            raise UserError(f"The inspector knows the methods {', '.join(_METHODS)}; found '{method}'.")
        return {"id": number, "result": _METHODS[method](request, tell)}
    except UserError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:
        traceback.print_exc()
        what = "The samples could" if method == "generate" else "The preview could"
        return {"id": number, "error": f"{what} not be made ({type(error).__name__}: {error})."}


def _inspect(request: Request, tell: Tell) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.experiment import inspect

    return inspect(parse(request.get("config") or {}))


def _generate(request: Request, tell: Tell) -> dict[str, Any]:
    from qdiffgui.runs.generation import generate

    return generate(Path(str(request["run"])), request.get("asked") or {}, Path(str(request["file"])), tell)


def _cost(request: Request, tell: Tell) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.scaling import static

    return static(parse(request.get("config") or {})).plain()


def _axes(request: Request, tell: Tell) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.scaling.axes import described

    return {"axes": described(parse(request.get("config") or {}))}


def _estimate(request: Request, tell: Tell) -> dict[str, Any]:
    from qdiffgui.config import parse
    from qdiffgui.experiment.inspect import estimate

    return dict(estimate(parse(request.get("config") or {})))


def _point(request: Request, tell: Tell) -> dict[str, Any]:
    """``cost`` and ``seconds``, or ``left_out``: what a family cannot be made of is a place less, and no fault of the choice."""
    try:
        return {"cost": _cost(request, tell), "seconds": _estimate(request, tell)["seconds"]}
    except UserError as error:
        return {"left_out": str(error)}


_METHODS: dict[str, Callable[[Request, Tell], dict[str, Any]]] = {
    "inspect": _inspect, "generate": _generate, "cost": _cost, "estimate": _estimate, "axes": _axes, "point": _point,
}  # fmt: skip


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests in turn until their stream ends."""

    def say(line: Mapping[str, Any]) -> None:
        answers.write(json.dumps(line, default=str) + "\n")
        answers.flush()

    for line in requests:
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            say({"id": None, "error": "Expected one JSON object a line."})
            continue
        number = request.get("id")
        say(answer(request, lambda share, doing, number=number: say({"id": number, "share": share, "doing": doing})))  # type: ignore[misc]


def main() -> None:
    os.environ.update(QUIET_THREADS)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what anything prints must not stand among the answers
    import torch

    import qdiffgui.experiment  # noqa: F401
    from qdiffgui.engine import warm_up

    warm_up()
    gc.freeze()  # a full collection need not walk through all that was imported: 0.2 s in the middle of an answer
    torch.set_num_threads(1)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
