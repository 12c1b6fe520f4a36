"""Inspectors that stand in for the inspector process."""

from __future__ import annotations

import threading

from qdiffgui.errors import UserError
from qdiffgui.experiment import inspect


class Elsewhere:
    """Inspects in a thread of its own, as the client of the inspector process does."""

    def request(self, config, callback):
        threading.Thread(target=lambda: callback(inspect(config), None)).start()

    def close(self):
        pass


class Here:
    """Inspects in this process, at once: what the inspector process does, without starting one."""

    def request(self, config, callback):
        try:
            callback(inspect(config), None)
        except UserError as error:
            callback(None, str(error))

    def close(self):
        pass
