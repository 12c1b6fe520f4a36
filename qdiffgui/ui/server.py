"""What the Voila server needs of us: who may see the page, who may do what in it, and the
documentation next to it. ``voila.json`` names ``LocalIdentity`` and ``PageAuthorizer``. Nothing
here is imported by the page's kernel.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import secrets
from collections.abc import Awaitable, Iterable, Mapping
from pathlib import Path
from typing import Any

from jupyter_server._tz import utcnow
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import PasswordIdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado.web import GZipContentEncoding, HTTPError, StaticFileHandler, authenticated
from traitlets import Unicode, default
from voila.handler import BaseVoilaHandler

from qdiffgui import paths

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
MOST_KERNELS = 64
"""Kernels of one server: each open page has one, of about 200 MB."""
_FORWARDED = frozenset(
    {"forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip"}
)
READER = User(username="reader", name="Reader", display_name="Reader")
"""Everybody who came with the reader's token, by which a page may be looked at only."""
_PROC_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


def owner_of_connection(client_port: int, server_port: int) -> int | None:
    """The user id that owns the client's end of a loopback TCP connection; None where the system
    does not tell (no /proc).
    """
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


def is_forwarded(headers: Iterable[str]) -> bool:
    """Whether a proxy passed the request on, so that the connection does not tell whose it is."""
    names = {name.lower() for name in headers}
    return bool(names & _FORWARDED) or any(name.startswith("x-forwarded-") for name in names)


def require_own_page(headers: Mapping[str, str]) -> None:
    """Refuse requests that another web site makes in the background (an image, a frame, a script):
    each would start a kernel. A link to the page is followed.

    Raises ``HTTPError`` 403.
    """
    if headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return
    is_link = headers.get("Sec-Fetch-Mode") == "navigate"
    if not is_link or headers.get("Sec-Fetch-Dest", "document") != "document":
        raise HTTPError(403, "Another web site may link to this page, but not load it.")


def require_few_kernels(manager: Any) -> None:
    """Refuse a page if the server has as many kernels as it may have. Raises ``HTTPError`` 503."""
    if manager is not None and len(manager.list_kernel_ids()) >= MOST_KERNELS:
        raise HTTPError(
            503, f"{MOST_KERNELS} pages are open on this server: close some and try again."
        )


def wake_waiting_kernels(manager: Any) -> None:
    """Let the kernels that wait for a page count as active now. One of them is about to be handed
    out; if it had been idle for longer than ``cull_idle_timeout``, it could be ended before the
    browser connects, and the page would never appear.
    """
    pools = getattr(manager, "_pools", {})
    for task in [task for pool in pools.values() for task in pool]:
        if not task.done() or task.cancelled() or task.exception() is not None:
            continue
        kernel_id = task.result().get("kernel_id")
        if kernel_id in manager:
            manager.get_kernel(kernel_id).last_activity = utcnow()


class DocsHandler(JupyterHandler, StaticFileHandler):
    """The site that ``make docs`` built, for those who may see the page."""

    @authenticated
    def get(  # type: ignore[override]
        self, path: str, include_body: bool = True
    ) -> Awaitable[None]:
        return StaticFileHandler.get(self, path, include_body)

    def set_extra_headers(self, path: str) -> None:
        """Let the browser ask whether a page has changed: the site can be built again."""
        self.set_header("Cache-Control", "no-cache")


class LocalIdentity(PasswordIdentityProvider):
    """A token for everybody but the person who started the server.

    The token is made at every start and printed with the address. A browser of the same user on the
    same machine needs none: the kernel says which user owns the other end of a loopback connection.
    The ``Host`` header must name the loopback, so that a foreign site cannot borrow that right (DNS
    rebinding). Elsewhere (other users, other machines, no /proc) the token decides.

    A second token, if there is one, makes its bearer the ``READER``. A token in an address comes
    before the cookie of an earlier visit.
    """

    reader_token = Unicode(help="The token of those who may look only; none if empty.")

    @default("reader_token")
    def _given_reader_token(self) -> str:
        return os.environ.get(paths.READER_TOKEN, "")

    @default("token")
    def _fresh_token(self) -> str:
        self.token_generated = "JUPYTER_TOKEN" not in os.environ
        return os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)

    @property
    def auth_enabled(self) -> bool:
        return True

    def get_handlers(self) -> list[tuple[Any, ...]]:
        """The handlers of the log-in and, where the documentation was built, of ``docs/`` below the
        address of the page.
        """
        handlers: list[tuple[Any, ...]] = [*super().get_handlers()]
        site = paths.site()
        if site is not None:
            voila: Any = self.parent
            address = url_path_join(voila.server_url, r"/docs/(.*)")
            options = {"path": str(site), "default_filename": "index.html"}
            handlers.append((address, DocsHandler, options))
        return handlers

    def get_cookie_name(self, handler: Any) -> str:
        """Name the cookie after the port: behind a proxy, that of the Jupyter server there would
        have the same name.
        """
        socket = getattr(getattr(handler.request.connection, "stream", None), "socket", None)
        port = socket.getsockname()[1] if socket is not None else ""
        return f"qdiffgui-{port}"

    async def get_user_token(self, handler: Any) -> User | None:
        """Who comes with this token; None without a token or with another one."""
        given = self.get_token(handler) or ""
        if self.is_reader_token(given):
            return READER
        if not _is_same(given, self.token):
            return None
        known: Any = self.get_user_cookie(handler)
        return self.generate_anonymous_user(handler) if known in (None, READER) else known

    def is_reader_token(self, given: str) -> bool:
        """Whether it is the token of those who may look only."""
        return _is_same(given, self.reader_token)

    def process_login_form(self, handler: Any) -> User | None:
        """Who typed this token; None for a wrong one."""
        if self.is_reader_token(handler.get_argument("password", default="")):
            return READER
        user: User | None = super().process_login_form(handler)
        return user

    async def _get_user(self, handler: Any) -> User | None:
        if isinstance(handler, BaseVoilaHandler):
            handler.current_user = None  # the page of an error asks for it
            require_own_page(handler.request.headers)
            manager = handler.settings.get("kernel_manager")
            require_few_kernels(manager)
            wake_waiting_kernels(manager)
        if self._is_same_user(handler):
            user: User | None = User(username="local", name="You", display_name="You")
        else:
            user = await super()._get_user(handler)
        if user is not None and isinstance(handler, BaseVoilaHandler):
            _compress(handler.application)
            handler.current_user = user
            handler.xsrf_token  # noqa: B018
        return user

    def _is_same_user(self, handler: Any) -> bool:
        request = handler.request
        host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
        if host.lower() not in LOOPBACK_NAMES or not hasattr(os, "getuid"):
            return False
        if is_forwarded(request.headers):
            return False
        try:
            socket = request.connection.stream.socket
            peer, own = socket.getpeername(), socket.getsockname()
            loopback = ipaddress.ip_address(peer[0]).is_loopback
        except (AttributeError, OSError, ValueError):
            return False
        return loopback and owner_of_connection(peer[1], own[1]) == os.getuid()


class PageAuthorizer(Authorizer):
    """Keeps the kernels of readers and of the owner apart.

    Each page has a kernel. Who connects to it first makes it the kernel of a reader or the owner's,
    for ever; a reader is not let to the owner's. That it is the owner's is noted in a file, which
    the kernel looks for: see ``access``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._readers: dict[str, bool] = {}

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        """Whether ``user`` may do this."""
        kernel = handler.path_kwargs.get("kernel_id") or ""
        if resource != "kernels" or not kernel:
            return True
        reads = user == READER
        is_first = kernel not in self._readers
        if is_first and action == "execute":
            self._readers[kernel] = reads
            if not reads:
                note_owner(kernel)
        return not (reads and not self._readers.get(kernel, True))


def note_owner(kernel: str) -> None:
    """Note that the owner has connected to this kernel, if this server makes a difference."""
    folder = os.environ.get(paths.OWNERS)
    if folder:
        (Path(folder) / Path(kernel).name).touch()


def _is_same(given: str, token: str) -> bool:
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


def _compress(application: Any) -> None:
    """From the first page on, text goes out compressed (5 MB less): Voila reads its settings too
    late for tornado's own switch.
    """
    if GZipContentEncoding not in application.transforms:
        application.transforms.append(GZipContentEncoding)
