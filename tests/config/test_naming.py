"""Names of experiments from their settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.config.naming import LONGEST, automatic_name, shortened, without_number
from qdiffgui.config.overrides import override


@pytest.mark.parametrize("key", list(catalog.presets))
def test_an_unchanged_preset_keeps_its_name_and_a_change_is_named(key: str) -> None:
    preset = catalog.presets[key].load()
    assert automatic_name(preset, preset) == preset.name
    changed = override(preset, [f"training.batch_size={preset.training.batch_size + 1}"])
    name = automatic_name(changed, preset)
    assert name.startswith(preset.name[:20])
    assert name != preset.name
    assert len(name) <= LONGEST


@given(st.text(max_size=200), st.integers(2, 10**6))
def test_a_number_is_added_within_the_limit_and_taken_away_again(name: str, n: int) -> None:
    numbered = shortened(name, f" ({n})")
    assert len(numbered) <= LONGEST
    assert numbered.endswith(f" ({n})")
    if len(numbered) < LONGEST:
        assert without_number(numbered) == name
