from __future__ import annotations

import json

from qdiffgui.cli.program import run


def test_static_cost_as_json(capsys) -> None:
    assert (
        run(["scale", "quddpm-cluster-2q", "--static", "--json", "--set", "model.n_layers=5"]) == 0
    )
    found = json.loads(capsys.readouterr().out)
    rows = {row["key"]: row for group in found["groups"] for row in group["rows"]}
    assert rows["n_weights"]["value"] == 2 * 3 * 5
    assert rows["n_weights"]["formula"] == "2(n + nₐ)L"


def test_static_cost_as_a_table(capsys) -> None:
    assert run(["scale", "digits-dense", "--static"]) == 0
    text = capsys.readouterr().out
    assert "Multiply-adds of networks" in text
    assert "A classical model has no circuit" in text


def test_bad_input_is_one_sentence(capsys, tmp_path) -> None:
    assert run(["scale", "nonsense"]) == 2
    assert run(["scale", "digits-dense", "--html", str(tmp_path / "missing" / "a.html")]) == 2
    assert "does not exist: create it first" in capsys.readouterr().err
