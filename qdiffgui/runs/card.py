"""The model card of a run as it is now."""

from __future__ import annotations

from typing import Any

from qdiffgui.errors import UserError
from qdiffgui.model_card import Card, build_card
from qdiffgui.model_card.header import header_of
from qdiffgui.runs.directory import RunDirectory


def card_of_run(run: RunDirectory) -> Card:
    """The card of a run, from its files.

    It has the evaluation that the run has now, so that it may know more than the card in the model
    file. For an unfinished run it has none.

    Raises
    ------
    UserError
        If the settings, the model file or the report are damaged.
    """
    run.require_readable()
    config, state = run.config(), run.state()
    facts: dict[str, Any] = {
        "n_parameters": state.n_parameters or None,
        "steps": state.step,
        "planned_steps": state.total or None,
    }
    if run.model_file.is_file():
        facts |= header_of(run.model_file).facts
    else:
        environment = run.environment() or {}
        facts |= {
            "dataset_digest": environment.get("data_digest"),
            "versions": environment.get("versions"),
        }
    try:
        return build_card(config, facts, run.metrics(), name=state.name)
    except UserError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UserError(
            f"The report of the run '{run.id}' is damaged, so that it has no model card: evaluate "
            "its model again."
        ) from error
