"""The form, made from the Pydantic settings: what can be set, its label, help, unit and bounds are
stated there and only there.
"""

from qdiffgui.ui.form.form import Form

__all__ = ["Form"]
