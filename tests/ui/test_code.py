"""The present choice as something to type: it leads back to the same settings; a bad address is
refused in a sentence.
"""

from __future__ import annotations

import base64
import os
import shlex
import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.cli.options import build_experiment
from qdiffgui.config import Experiment
from qdiffgui.config.data import JetFile
from qdiffgui.errors import ConfigError
from qdiffgui.ui import code

CONFIGS = [
    *(entry.load() for entry in catalog.presets.values()),
    Experiment(name='it\'s "mine"; $(x)', seed=7),
    catalog.presets["quddpm-cluster-1q"].load().model_copy(update={"seed": 3, "name": "12"}),
]


@pytest.mark.parametrize("config", CONFIGS)
def test_the_command_line_means_the_same(config):
    words = shlex.split(code.command(config).replace("\\\n", ""))
    assert words[:2] == ["qdiffgui", "train"]
    given_: dict[str, list[str]] = {}
    for name, value in zip(words[2::2], words[3::2], strict=True):
        given_.setdefault(name, []).append(value)
    one = {name: values[0] for name, values in given_.items()}
    seed = int(one["--seed"]) if "--seed" in one else None
    assert (
        build_experiment(
            one.get("--preset"), None, given_.get("--set", []), seed, one.get("--name")
        )
        == config
    )


@pytest.mark.parametrize("config", CONFIGS[-3:])
def test_the_python_means_the_same(config):
    made = code.python(config)
    head = made.split("run = ")[0]
    names: dict = {}
    exec(compile(head, "copied", "exec"), names)
    assert names["config"] == config


def test_the_python_trains(tmp_path):
    config = catalog.presets["quddpm-cluster-1q"].load()
    training = config.training.model_copy(update={"iterations": 20, "batch_size": 8})
    evaluation = config.evaluation.model_copy(update={"n_generated": 20})
    made = code.python(config.model_copy(update={"training": training, "evaluation": evaluation}))
    environment = os.environ | {"QDIFFGUI_RUNS": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", made], capture_output=True, text=True, timeout=180, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "done, step 20 of 20" in done.stdout
    assert len(list(tmp_path.glob("*/metrics.json"))) == 1


@pytest.mark.parametrize("config", CONFIGS)
def test_an_address_brings_back_every_setting(config):
    query = code.address(config)
    assert query.startswith("config=")
    assert len(query) < 1500
    assert code.from_address(query.removeprefix("config=")) == config
    assert code.from_address(config.model_dump_json()) == config


@given(st.text(max_size=200))
def test_any_other_address_is_refused_in_a_sentence(text):
    with pytest.raises(ConfigError, match=r"The settings in the address \(\?config=\) are invalid"):
        code.from_address(text)


def test_an_address_that_unpacks_to_too_much_or_is_cut_off_is_refused():
    bomb = base64.urlsafe_b64encode(zlib.compress(b" " * 10_000_000, 9)).decode()
    whole = code.address(Experiment()).removeprefix("config=")
    for text in (bomb, whole[:-9]):
        with pytest.raises(ConfigError, match="Copy link"):
            code.from_address(text)


def test_an_address_names_no_file():
    with pytest.raises(ConfigError, match="name a file on this machine"):
        code.from_address(Experiment(data=JetFile(path="/etc/passwd")).model_dump_json())
    assert code.from_address(Experiment(data=JetFile()).model_dump_json()).data.kind == "file"


def test_what_is_wrong_in_an_address_is_said():
    with pytest.raises(ConfigError, match="seed"):
        code.from_address('{"seed": -1}')
    with pytest.raises(ConfigError, match="no_such"):
        code.from_address('{"no_such": 1}')
