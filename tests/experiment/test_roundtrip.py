"""What a representation keeps and loses of jets."""

from __future__ import annotations

import json

import pytest

from qdiffgui.config import override
from qdiffgui.config import parse as parsed
from qdiffgui.experiment import prepare
from qdiffgui.experiment.roundtrip import roundtrip

JETS = {"data": {"kind": "qg-jets", "n_jets": 2000}, "model": {"kind": "ddpm"}}


def of(*changes, **settings):
    config = override(parsed(JETS | settings), list(changes))
    return json.loads(json.dumps(roundtrip(prepare(config), config)))


def verdicts(found):
    return {row["name"]: row["verdict"] for row in found["observables"]}


def test_chosen_observables_are_kept_and_the_others_not_held():
    found = verdicts(of('representation.names=["mass","width"]'))
    assert found == {
        "mass": "kept",
        "width": "kept",
        "multiplicity": "not encoded",
        "ptd": "not encoded",
        "lha": "not encoded",
        "pt": "not encoded",
        "c2": "not encoded",
        "d2": "not encoded",
        "tau21": "not encoded",
    }


def test_finer_cells_lose_less_and_what_is_drawn_is_said():
    coarse, fine = (of(representation={"kind": "image", "size": size}) for size in (4, 32))
    for a, b in zip(coarse["observables"], fine["observables"], strict=True):
        if a["name"] in ("mass", "width", "lha"):
            assert b["lost"] < a["lost"]
            assert a["between"] == b["between"] > a["floor"]
    assert verdicts(fine)["pt"].startswith("resampled")
    assert verdicts(fine)["multiplicity"] == "not encoded"
    assert verdicts(of(representation={"kind": "log-polar", "n_r": 16, "scale_state": True}))[
        "pt"
    ].startswith("kept")


def test_jets_of_one_class_are_held_against_the_other():
    one, both = of("data.classes=gluon"), of()
    mass = next(row for row in one["observables"] if row["name"] == "mass")
    of_both = next(row for row in both["observables"] if row["name"] == "mass")
    assert mass["between"] == pytest.approx(of_both["between"], rel=0.5)
    assert list(mass["classes"]) == ["gluon"]


def test_examples_are_of_both_classes_in_turn_with_what_the_model_sees():
    numbers, maps = of(), of(representation={"kind": "log-polar"})
    assert [jet["class"] for jet in numbers["examples"]] == ["gluon", "quark"] * 3
    for a, b in zip(numbers["examples"], maps["examples"], strict=True):
        assert a["points"] == b["points"]
        assert len(a["numbers"]) == 4
        assert sum(b["map"]["values"]) == pytest.approx(1, abs=0.01)
        assert a["points"][0][2] == max(point[2] for point in a["points"])


def test_states_are_encoded_as_they_are_and_digits_have_moments():
    states = parsed(
        {
            "data": {"kind": "cluster"},
            "representation": {"kind": "state"},
            "model": {"kind": "quddpm"},
        }
    )
    assert roundtrip(prepare(states), states) == {}
    digits = parsed(
        {
            "data": {"kind": "digits"},
            "representation": {"kind": "image", "size": 4},
            "model": {"kind": "ddpm"},
        }
    )
    found = roundtrip(prepare(digits), digits)
    assert {row["name"] for row in found["observables"]} == {
        "row",
        "column",
        "spread",
        "concentration",
    }
    assert len(found["examples"][0]["image"]["values"]) == 64


def test_images_know_their_angles_and_each_channel_is_kept():
    found = of(representation={"kind": "channels", "size": 8})["examples"][0]["map"]
    assert found["half_width"] == pytest.approx(0.42)
    assert [name for name, _ in found["channels"]] == ["charged", "photon", "neutral"]
    total = [sum(cell) for cell in zip(*(values for _, values in found["channels"]))]
    assert total == pytest.approx(found["values"], abs=1e-3)


def test_numbers_stand_as_the_model_sees_them():
    rows = of('representation.names=["mass","width"]')["examples"][0]["numbers"]
    assert [row[0] for row in rows] == ["mass", "width"]
    assert all(row[2] > 0 and abs(row[3]) < 6 for row in rows), "in units, and standardized"
