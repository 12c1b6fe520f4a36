"""``qdiffgui app --share``: which address others reach, and how it is handed to them."""

from __future__ import annotations

import ipaddress
import socket
import sys

from qdiffgui.errors import UserError

_ELSEWHERE = "192.0.2.1"  # a documentation address, to which nothing is sent


def network_address() -> str:
    """The IPv4 address of this machine in its network. Raises ``UserError`` if it has none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((_ELSEWHERE, 9))
            found = str(probe.getsockname()[0])
        except OSError:
            found = ""
    if not found or ipaddress.ip_address(found).is_loopback:
        raise UserError(
            "This machine has no address in a network that others could reach. Connect it, or "
            "name the address with --host."
        )
    return found


def require_own_address(host: str) -> None:
    """Raise ``UserError`` if ``host`` is not an IPv4 address of this machine that others reach."""
    try:
        address = ipaddress.IPv4Address(host)
        if address.is_loopback:
            raise UserError(f"--host {host} is not reached by others: leave it out.")
        with socket.socket() as probe:
            probe.bind((host, 0))
    except (OSError, ipaddress.AddressValueError):
        raise UserError(
            f"--host with --share is an IPv4 address of this machine, or 0.0.0.0 for all; found "
            f"'{host}'."
        ) from None


def invitation(link: str, *, read_only: bool) -> str:
    """What the terminal shows: the link, its QR code, and what it lets others do."""
    may = (
        "Who opens it can look, play and compare, but change nothing."
        if read_only
        else "Who opens it can do everything: train, upload, change and delete. Add --readonly "
        "for a lecture."
    )
    return (
        f"  Link for others in this network:  {link}\n  {may}\n"
        "  The connection is not encrypted: share it in a network that you trust. The link ends "
        f"with the app.\n\n{qr_code(link)}"
    )


def qr_code(link: str) -> str:
    """``link`` as a QR code of half blocks, light modules drawn, as for a dark terminal; "" where
    the terminal cannot show these.
    """
    import segno

    rows = [list(row) for row in segno.make(link, micro=False).matrix_iter(border=2)]
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    rows += [[0] * len(rows[0])] * (len(rows) % 2)
    lines = [
        "  " + "".join(blocks[min(a, 1), min(b, 1)] for a, b in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]
    text = "\n".join(lines) + "\n"
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return ""
    return text
