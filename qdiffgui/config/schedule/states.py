"""Every schedule that noises pure states, whatever its process."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qdiffgui.config.schedule.haar import HaarMixing, HaarPatches
from qdiffgui.config.schedule.scrambling import LinearAngles, PiecewiseAngles, QuadraticAngles

StateSchedule = Annotated[
    LinearAngles | QuadraticAngles | PiecewiseAngles | HaarMixing | HaarPatches,
    Field(discriminator="kind"),
]
