"""Reproduction of published tasks: paper value, our value, floor, start, pass or miss."""

from qdiffgui.studies.reproduction.judge import BarResult, TaskResult, judge
from qdiffgui.studies.reproduction.run import reproduce
from qdiffgui.studies.reproduction.task import Bar, SeedOutcome, Task

__all__ = ["Bar", "BarResult", "SeedOutcome", "Task", "TaskResult", "judge", "reproduce"]
