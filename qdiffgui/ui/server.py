"""What the Voila server needs of us: who may see the page, and where its template lies.

``voila.json`` names ``LocalIdentity``; reading that setting imports this module, in the server process, before Voila looks for
templates. Nothing here is imported by the page's kernel.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from pathlib import Path
from typing import Any

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from tornado.web import GZipContentEncoding
from traitlets import default
from voila.handler import BaseVoilaHandler

SHARE = Path(__file__).resolve().parent / "share"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_PROC_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def register_template() -> None:
    """Let Voila find the template ``qdiffgui`` wherever the package is installed (it searches the Jupyter data path)."""
    known = [part for part in os.environ.get("JUPYTER_PATH", "").split(os.pathsep) if part]
    if str(SHARE) not in known:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(SHARE), *known])


def owner_of_connection(client_port: int, server_port: int) -> int | None:
    """The user id that owns the client's end of a loopback TCP connection; None where the system does not tell (no /proc)."""
    for table in _PROC_TABLES:
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            local, remote = fields[1].rsplit(":", 1), fields[2].rsplit(":", 1)
            if int(local[1], 16) == client_port and int(remote[1], 16) == server_port:
                return int(fields[7])
    return None


class LocalIdentity(PasswordIdentityProvider):
    """A token for everybody but the person who started the server.

    The token is made at every start and printed with the address. A browser of the same user on the same machine needs none: the
    kernel says which user owns the other end of a loopback connection. The ``Host`` header must name the loopback, so that
    a foreign site cannot borrow that right (DNS rebinding). Elsewhere (other users, other machines, no /proc) the token decides.
    """

    @default("token")
    def _fresh_token(self) -> str:
        self.token_generated = "JUPYTER_TOKEN" not in os.environ
        return os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)

    @property
    def auth_enabled(self) -> bool:
        return True

    async def _get_user(self, handler: Any) -> User | None:
        if self._is_same_user(handler):
            user: User | None = User(username="local", name="You", display_name="You")
        else:
            user = await super()._get_user(handler)
        if user is not None and isinstance(handler, BaseVoilaHandler):
            _compress(handler.application)
            handler.current_user = user
            handler.xsrf_token  # noqa: B018  reading it sets the cookie that Voila's "kernel may go" message must carry (voila#1458)
        return user

    def _is_same_user(self, handler: Any) -> bool:
        request = handler.request
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if host.lower() not in LOOPBACK_NAMES or not hasattr(os, "getuid"):
            return False
        if "X-Forwarded-For" in request.headers:
            return False
        try:
            socket = request.connection.stream.socket
            peer, own = socket.getpeername(), socket.getsockname()
            loopback = ipaddress.ip_address(peer[0]).is_loopback
        except (AttributeError, OSError, ValueError):
            return False
        return loopback and owner_of_connection(peer[1], own[1]) == os.getuid()


def _compress(application: Any) -> None:
    """From the first page on, text goes out compressed (5 MB less): Voila reads its settings too late for tornado's own switch."""
    if GZipContentEncoding not in application.transforms:
        application.transforms.append(GZipContentEncoding)


register_template()
