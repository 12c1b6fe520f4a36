"""A visitor sends messages of his own to the kernel of his page: they run no code in it. That is
what a read-only page rests on.
"""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect


def message(kind: str, content: dict[str, object]) -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "x", "username": "x"}
    header |= {"version": "5.3", "date": "2026-12-01T00:00:00Z"}
    return json.dumps(
        {
            "channel": "shell",
            "header": header,
            "parent_header": {},
            "metadata": {},
            "content": content,
        }
    )


async def answers(address: str, asked: list[str], last: str) -> list[str]:
    """The types of what the kernel answers, up to the type ``last``."""
    socket = await websocket_connect(HTTPRequest(address))
    for text in asked:
        await socket.write_message(text)
    found = [""]
    while found[-1] != last:
        found.append(json.loads(await asyncio.wait_for(socket.read_message(), 120))["msg_type"])
    socket.close()
    return found


def test_a_request_to_execute_code_is_not_passed_on(server, tmp_path):
    with urllib.request.urlopen(server.address, timeout=120) as page:
        kernel = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', page.read().decode())[1]
    query = server.address.split("?")[1]
    address = f"{server.url.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?{query}"
    mark = tmp_path / "written"
    code = {"code": f"open({str(mark)!r}, 'w').close()", "silent": False, "allow_stdin": False}
    asked = [message("execute_request", code), message("kernel_info_request", {})]
    with ThreadPoolExecutor(1) as thread:  # Playwright has an event loop in this one
        found = thread.submit(asyncio.run, answers(address, asked, "kernel_info_reply")).result()
    assert "execute_reply" not in found
    assert not mark.exists()
    assert "execute_request" in server.log.read_text()
