from __future__ import annotations

import pytest

from qdiffgui.cli import output


@pytest.mark.parametrize("n_rows", [1, 500])
def test_a_name_cannot_control_the_terminal(
    n_rows: int, capsys: pytest.CaptureFixture[str]
) -> None:
    output.table(("run", "name"), [("one", "\x1b[31mred\x1b]0;title\x07\x9b1A")] * n_rows)
    output.note("\x1b[2Jmessage\nnext line")
    captured = capsys.readouterr()
    assert "red" in captured.out
    assert captured.err == "?[2Jmessage\nnext line\n"
    assert not {"\x1b", "\x07", "\x9b"} & set(captured.out)


def test_long_tables_are_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("a", "b"), [("x" * 5, "1"), ("y", "22")] * 60, right=(1,))
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [" a        b", " ──────────", " xxxxx    1", " y       22"]
