"""The benchmarks for developers run, and compare like with like."""

from __future__ import annotations

import time

import numpy as np
import pytest

from benchmarks import crowd, data, models, page, prediction, profile_presets, response
from qdiffgui import catalog
from tests.data import bad_files


def test_a_preset_is_timed_with_both_simulators():
    row = models.measure("quddpm-cluster-1q", rounds=1, steps=1, samples=8, threads=1)
    assert row.error == ""
    assert row.n_parameters > 0
    assert min(row.step_before_ms, row.step_after_ms, row.samples_before_s, row.samples_after_s) > 0
    assert row.step_ratio == row.step_before_ms / row.step_after_ms
    assert row.loss_difference < 1e-4
    assert "quddpm-cluster-1q" in models.shown(row)


def test_only_models_with_a_simulator_have_a_before():
    for key in catalog.presets:
        config = catalog.presets[key].load()
        found = models.ways(config, threads=1)
        assert set(found) == (
            {"before", "after"} if hasattr(config.model, "backend") else {"after"}
        )
        assert {way.model.kind for way in found.values()} == {config.model.kind}
        assert all(way.seed == config.seed for way in found.values())


def test_a_preset_that_cannot_be_built_says_why(monkeypatch):
    def unbuildable(config):
        raise models.UserError("no such data here")

    monkeypatch.setattr(models, "Candidate", unbuildable)
    row = models.measure("jets-observables-mlp", rounds=1, steps=1, samples=8, threads=1)
    assert row.error == "no such data here"
    assert "left out: no such data here" in models.shown(row)


def test_a_prediction_is_compared_with_a_whole_training():
    rng = np.random.default_rng(0)
    row = prediction.measure("quddpm-cluster-1q", rng, 0.2, time.process_time)
    assert row.family == "quddpm"
    assert row.predicted > 0
    assert row.ratio == row.predicted / row.measured


def test_every_family_is_predicted_before_one_comes_twice():
    families = {catalog.presets[key].load().model.kind for key in catalog.presets}
    keys = prediction.chosen(np.random.default_rng(1), len(families) + 2)
    assert {catalog.presets[key].load().model.kind for key in keys[: len(families)]} == families
    assert len(keys) == len(families) + 2


def test_reading_data_is_timed(tmp_path):
    row = data.load_and_encode(500, rounds=1)
    assert row.what == "load and encode 500 jets"
    assert row.seconds > 0
    refused = data.refuse("text", bad_files.text(tmp_path))
    assert "refuse text" in data.shown(refused)


def test_the_bars_of_the_page_are_judged():
    visits = [page.Visit(0.5, 0.6, usable, 7, 3.0, 4.0, 40) for usable in (2.0, 5.0, 30.0)]
    live = page.Live(20, 4.9, 90, 0.05, 0.01)
    memory = page.Memory(10, 50.0, 69.0, 300.0, 330.0, 1000, 1000)
    judged = {
        what: reached
        for what, _, bar, reached in page.bars(page.Result(0.1, visits, live, memory))
        if bar
    }
    assert judged == {
        "skeleton painted, s": True,
        "usable, s": True,
        "first page, MB": True,
        "live updates, Hz": False,
        "kernel, share of a core": True,
        "JavaScript memory grown in 10 min, MB": True,
        "browser process grown in 10 min, MB": False,
    }


def test_the_answer_to_each_command_is_timed():
    row = response.measure("quddpm-cluster-1q", rounds=1)
    assert min(row.pause, row.resume, row.cancel) > 0


def test_memory_that_grows_is_seen_and_peaks_are_not():
    assert crowd.grown([100.0] * 5 + [110.0] * 5) == pytest.approx(10)
    assert crowd.grown([100.0, 100.0, 400.0, 100.0, 100.0]) == 0
    assert "setTimeout" in crowd._SELDOM
    assert "requestAnimationFrame" not in crowd._SELDOM


def test_a_part_within_a_part_counts_for_itself_only(monkeypatch):
    times = iter([0.0, 1.0, 4.0, 10.0])  # of both clocks
    now = [0.0]

    def tick() -> float:
        now[0] = next(times)
        return now[0]

    monkeypatch.setattr(profile_presets.time, "thread_time", tick)
    monkeypatch.setattr(profile_presets.time, "perf_counter", lambda: 2 * now[0])
    clock = profile_presets.Clock()
    with clock.part("evaluation"), clock.part("imports"):
        pass
    assert (clock.cpu["imports"], clock.cpu["evaluation"]) == (3.0, 7.0)
    assert (clock.wall["imports"], clock.wall["evaluation"]) == (6.0, 14.0)


def test_a_profile_shows_medians_and_what_is_left():
    profile = profile_presets.Profile("tiny")
    for total in (9.0, 10.0, 50.0):
        seconds = dict.fromkeys(profile_presets.PARTS, 1.0)
        profile.add({**seconds, "total": total}, {**seconds, "total": 2 * total})
    assert profile.median("other") == 10 - len(profile_presets.PARTS)
    row = profile_presets.shown(profile)
    assert row.startswith("| tiny | cpu | 10.0 | 1.0 |")
    assert row.count("|") == len(profile_presets.PARTS) + 5
