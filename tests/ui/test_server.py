"""Who is let in without a token: the same user on the same machine, under a loopback name."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, HTTPError
from traitlets.config import Configurable

from qdiffgui import paths
from qdiffgui.cli import app

server = pytest.importorskip("qdiffgui.ui.server")


@pytest.fixture
def connection():
    """A real loopback connection: (the server's end, the client's end)."""
    listener = socket.create_server(("127.0.0.1", 0))
    client = socket.create_connection(listener.getsockname())
    ours, _ = listener.accept()
    yield ours, client
    for end in (ours, client, listener):
        end.close()


def handler(ours, host="127.0.0.1:8866", **headers):
    stream = SimpleNamespace(socket=ours)
    return SimpleNamespace(
        request=SimpleNamespace(
            host=host, headers=headers, connection=SimpleNamespace(stream=stream)
        )
    )


linux = pytest.mark.skipif(
    not server._PROC_TABLES[0].exists(), reason="the system does not tell who owns a connection"
)


@linux
def test_the_owner_of_a_connection_is_known(connection):
    ours, client = connection
    assert server.owner_of_connection(client.getsockname()[1], ours.getsockname()[1]) == os.getuid()
    assert server.owner_of_connection(1, ours.getsockname()[1]) is None


@linux
@pytest.mark.parametrize("host", ["127.0.0.1:8866", "localhost:8866", "LOCALHOST:1", "[::1]:8866"])
def test_the_same_user_needs_no_token(connection, host):
    assert server.LocalIdentity()._is_same_user(handler(connection[0], host))


@pytest.mark.parametrize(
    "host", ["evil.example:8866", "127.0.0.1.evil.example:8866", "192.168.0.7:8866", ""]
)
def test_another_name_needs_one(connection, host):
    assert not server.LocalIdentity()._is_same_user(handler(connection[0], host))


def test_a_proxied_request_needs_one(connection):
    assert not server.LocalIdentity()._is_same_user(
        handler(connection[0], **{"X-Forwarded-For": "10.0.0.1"})
    )


@linux
@pytest.mark.parametrize(
    "name", ["Forwarded", "X-Real-IP", "X-Forwarded-Host", "x-forwarded-proto", "Via"]
)
def test_every_mark_of_a_proxy_counts(connection, name):
    assert not server.LocalIdentity()._is_same_user(handler(connection[0], **{name: "10.0.0.1"}))


@pytest.mark.parametrize(
    ("site", "mode", "dest", "refused"),
    [
        ("cross-site", "no-cors", "image", True),
        ("cross-site", "navigate", "iframe", True),
        ("same-site", "cors", "empty", True),
        ("cross-site", "navigate", "document", False),
        ("same-origin", "cors", "empty", False),
        ("none", "navigate", "document", False),
    ],
)
def test_another_site_cannot_start_kernels(site, mode, dest, refused):
    headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    if refused:
        with pytest.raises(HTTPError, match="Another web site"):
            server.require_own_page(headers)
    else:
        server.require_own_page(headers)
    server.require_own_page({})


def test_the_number_of_kernels_is_bounded():
    kernels = [f"{number}" for number in range(server.MOST_KERNELS - 1)]
    manager = SimpleNamespace(list_kernel_ids=lambda: kernels)
    server.require_few_kernels(manager)
    kernels.append("last")
    with pytest.raises(HTTPError, match="pages are open"):
        server.require_few_kernels(manager)


def test_another_user_needs_one(connection, monkeypatch):
    monkeypatch.setattr(server.os, "getuid", lambda: os.geteuid() + 4711)
    assert not server.LocalIdentity()._is_same_user(handler(connection[0]))


def test_there_is_always_a_token(monkeypatch):
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)
    first, second = server.LocalIdentity(), server.LocalIdentity()
    assert len(first.token) == 48
    assert first.token != second.token
    assert first.auth_enabled


class Asking:
    """A request with this token and this cookie."""

    def __init__(self, token="", user=None, kernel=""):
        self.given, self.user = token, user
        self.path_kwargs = {"kernel_id": kernel} if kernel else {}
        self.log = logging.getLogger("test")

    def get_argument(self, name, default=""):
        return self.given if name in ("token", "password") else default


@pytest.fixture
def two_tokens(monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "owner")
    monkeypatch.setenv(paths.READER_TOKEN, "reader")
    made = server.LocalIdentity()
    monkeypatch.setattr(made, "get_token", lambda handler: handler.given)
    monkeypatch.setattr(made, "get_user_cookie", lambda handler: handler.user)
    return made


def test_a_token_in_the_address_decides_who_comes(two_tokens):
    def user(*given):
        return asyncio.run(two_tokens.get_user_token(Asking(*given)))

    known = server.User(username="known")
    assert user("reader") == user("reader", known) == server.READER
    assert user("owner", known) == known
    assert user("owner") not in (None, server.READER)
    assert user("owner", server.READER) not in (None, server.READER)
    assert user("guess") is user("") is user("rëader") is None
    assert two_tokens.process_login_form(Asking("reader")) == server.READER
    assert two_tokens.process_login_form(Asking("owner")) not in (None, server.READER)
    assert two_tokens.process_login_form(Asking("guess")) is None


def test_without_a_token_for_readers_nobody_is_one(monkeypatch):
    monkeypatch.delenv(paths.READER_TOKEN, raising=False)
    assert not server.LocalIdentity().is_reader_token("")


def test_a_reader_is_kept_out_of_the_kernels_of_the_owner(monkeypatch, tmp_path):
    monkeypatch.setenv(paths.OWNERS, str(tmp_path))
    authorizer, owner = server.PageAuthorizer(), server.User(username="local")

    def may(user, kernel, action="execute", resource="kernels"):
        return authorizer.is_authorized(Asking(kernel=kernel), user, action, resource)

    assert may(server.READER, "a-reader")
    assert may(owner, "a-reader"), "which stays that of a reader"
    assert may(owner, "an-owner")
    assert [path.name for path in tmp_path.iterdir()] == ["an-owner"]
    assert not may(server.READER, "an-owner")
    assert not may(server.READER, "an-owner", "write")
    assert may(server.READER, "a-reader", "write")
    assert may(server.READER, "", "read", "contents")


def test_voila_uses_both():
    settings = json.loads((Path(server.__file__).parents[2] / "voila.json").read_text())["Voila"]
    assert settings["identity_provider_class"] == "qdiffgui.ui.server.LocalIdentity"
    assert settings["authorizer_class"] == "qdiffgui.ui.server.PageAuthorizer"


def test_voila_finds_the_installed_template():
    """Where Jupyter looks by itself: a server that never imports qdiffgui must find it, too."""
    environment = {name: value for name, value in os.environ.items() if name != "JUPYTER_PATH"}
    script = (
        "from voila.paths import collect_template_paths as find; "
        "print(*find(['voila', 'nbconvert'], 'qdiffgui', prune=True), sep='\\n')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    installed = Path(sys.prefix) / "share" / "jupyter" / "voila" / "templates" / "qdiffgui"
    assert Path(answer.stdout.splitlines()[0]) == installed, "install the package again"
    names = {path.relative_to(paths.template()) for path in paths.template().rglob("*")}
    assert {path.relative_to(installed) for path in installed.rglob("*")} == names


def test_nothing_is_registered_by_an_import():
    code = "import os, qdiffgui.ui.server; print(os.environ.get('JUPYTER_PATH', ''))"
    environment = os.environ | {"JUPYTER_PATH": "/elsewhere"}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "/elsewhere"


def test_the_cookie_is_not_that_of_another_server_on_the_host(connection):
    ours, _ = connection
    name = server.LocalIdentity().get_cookie_name(handler(ours))
    assert name == f"qdiffgui-{ours.getsockname()[1]}"


def test_text_goes_out_compressed_from_the_first_page_on():
    application = SimpleNamespace(transforms=[])
    for _ in range(2):
        server._compress(application)
    assert application.transforms == [server.GZipContentEncoding]


def answers(identity, *queries: str, **headers: str) -> list[HTTPResponse]:
    """What a server with the handlers of ``identity`` answers to these addresses."""

    async def ask() -> list[HTTPResponse]:
        application = Application(
            identity.get_handlers(),
            identity_provider=identity,
            authorizer=None,
            allow_remote_access=True,
            base_url="/",
            cookie_secret=b"secret",
            login_url="/sub/login",
        )
        server = HTTPServer(application)
        (ours,) = bind_sockets(0, "127.0.0.1")
        server.add_socket(ours)
        address = f"http://127.0.0.1:{ours.getsockname()[1]}"
        try:
            return [
                await AsyncHTTPClient().fetch(
                    f"{address}{query}", headers=headers, follow_redirects=False, raise_error=False
                )
                for query in queries
            ]
        finally:
            server.stop()
            await server.close_all_connections()

    return asyncio.run(ask())


@pytest.fixture
def identity(monkeypatch):
    """Of a server whose address is below /sub/, as ``qdiffgui app --base-url sub`` starts it."""
    monkeypatch.setenv(paths.DOCS_SERVED, "1")  # so that it is removed afterwards, whoever sets it
    monkeypatch.delenv(paths.DOCS_SERVED)
    monkeypatch.setenv("JUPYTER_TOKEN", "secret")

    class App(Configurable):
        server_url = "/sub/"

    return server.LocalIdentity(parent=App())


@pytest.fixture
def site(tmp_path, monkeypatch):
    folder = tmp_path / "site"
    (folder / "api").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>The documentation</h1>")
    (folder / "api" / "page.html").write_text("<h1>A page</h1>")
    (tmp_path / "private.txt").write_text("not of the site")
    monkeypatch.setattr(paths, "site", lambda: folder)
    return folder


def test_the_documentation_is_served_to_those_who_may_see_the_page(identity, site):
    elsewhere = {"X-Forwarded-For": "10.0.0.1"}
    refused, wrong, right = answers(
        identity, "/sub/docs/", "/sub/docs/?token=guess", "/sub/docs/?token=secret", **elsewhere
    )
    assert {refused.code, wrong.code} == {302}
    assert refused.headers["Location"].startswith("/sub/login")
    assert (right.code, right.body) == (200, b"<h1>The documentation</h1>")
    asked = ("/sub/docs/api/page.html", "/sub/docs/%2e%2e/private.txt", "/sub/docs/none.html")
    page, outside, none = answers(identity, *(f"{path}?token=secret" for path in asked))
    assert page.body == b"<h1>A page</h1>"
    assert outside.code in (403, 404)
    assert none.code == 404


def test_the_page_links_to_the_documentation_where_it_is_served(identity, site, monkeypatch):
    browser = pytest.importorskip("qdiffgui.ui.widgets.browser")
    assert not browser.Browser(print).docs
    app._offer_docs()
    assert browser.Browser(print).docs
    monkeypatch.delenv(paths.DOCS_SERVED)
    monkeypatch.setattr(paths, "site", lambda: None)
    app._offer_docs()
    assert not any("docs" in handler[0] for handler in identity.get_handlers())
    assert not browser.Browser(print).docs
