"""What happens to the wires of a circuit after its last gate: read-out, reset, or the next use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class WireEnd:
    """What happens to some wires after the last gate.

    Parameters
    ----------
    wires : tuple of int
        The wires.
    kind : {"measure", "discard", "trace", "keep"}
        "measure": their outcomes are used. "discard": they are measured and the outcome is not
        used. "trace": they are not looked at any more. "keep": their state goes on as it is.
    shows : str
        What a measurement gives, in a few characters: "⟨Z⟩", "P", "0/1".
    to : str
        Where the outcomes or the state go, in two or three words.
    about : str
        The same in a sentence.
    reset : bool
        Whether the wires are then reset for the next use of the circuit.
    """

    wires: tuple[int, ...]
    kind: Literal["measure", "discard", "trace", "keep"]
    shows: str = ""
    to: str = ""
    about: str = ""
    reset: bool = False

    def plain(self) -> dict[str, Any]:
        """As plain data, for drawings."""
        return {
            "wires": list(self.wires),
            "kind": self.kind,
            "shows": self.shows,
            "to": self.to,
            "about": self.about,
            "reset": self.reset,
        }


def measured(
    wires: Iterable[int], shows: str, to: str, about: str, *, n_qubits: int = 0
) -> tuple[WireEnd, ...]:
    """Wires that are measured, and those of ``n_qubits`` that are left, which are discarded."""
    read = tuple(wires)
    rest = tuple(wire for wire in range(n_qubits) if wire not in read)
    return (WireEnd(read, "measure", shows, to, about), *discarded(rest))


def discarded(
    wires: Iterable[int],
    *,
    reset: bool = False,
    traced: bool = False,
    about: str = "Measured; the outcome is not used.",
) -> tuple[WireEnd, ...]:
    """Wires whose outcome is not used, or that are not measured (``traced``); nothing for no
    wires.
    """
    chosen = tuple(wires)
    if not chosen:
        return ()
    about += " The wires are reset before the next use." if reset else ""
    return (WireEnd(chosen, "trace" if traced else "discard", about=about, reset=reset),)


def expected(words: Sequence[str], n_qubits: int, to: str, about: str) -> tuple[WireEnd, ...]:
    """The read-out of expectation values of Pauli ``words``, whose letter i acts on wire i."""
    letters = {letter for word in words for letter in word} - {"I"}
    shows = f"⟨{letters.pop()}⟩" if len(letters) == 1 else "⟨P⟩"
    wires = [k for k in range(n_qubits) if any(word[k] != "I" for word in words)]
    return measured(wires, shows, to, about, n_qubits=n_qubits)


def kept(n_data: int, to: str, about: str) -> tuple[WireEnd, ...]:
    """The first ``n_data`` wires, whose state goes on."""
    return (WireEnd(tuple(range(n_data)), "keep", to=to, about=about),)
