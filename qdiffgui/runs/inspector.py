"""A helper process that shows settings before they are trained: JSON lines in, JSON lines out.

``{"id", "method": "inspect", "config": {...}}`` is answered with ``{"id", "result": {...}}`` or ``{"id", "error": "a sentence"}``.
It keeps torch out of the page's kernel and stays alive, so that only the first answer pays for the imports.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any, TextIO

from qdiffgui.errors import UserError
from qdiffgui.runs.worker import QUIET_THREADS


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one request; whatever goes wrong is in it."""
    from qdiffgui.config import parse
    from qdiffgui.experiment import inspect

    number = request.get("id")
    try:
        if request.get("method") != "inspect":
            raise UserError(f"The inspector knows the method 'inspect'; found '{request.get('method')}'.")
        return {"id": number, "result": inspect(parse(request.get("config") or {}))}
    except UserError as error:
        return {"id": number, "error": str(error)}
    except Exception as error:
        traceback.print_exc()
        return {"id": number, "error": f"The preview could not be made ({type(error).__name__}: {error})."}


def serve(requests: TextIO, answers: TextIO) -> None:
    """Answer requests in turn until their stream ends."""
    for line in requests:
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        reply = answer(request) if isinstance(request, dict) else {"id": None, "error": "Expected one JSON object a line."}
        answers.write(json.dumps(reply, default=str) + "\n")
        answers.flush()


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
