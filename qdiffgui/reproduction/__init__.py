"""Published tasks, rerun: what the paper reports, what this project reaches, the floor, the start, pass or miss."""

from qdiffgui.reproduction.judge import BarResult, TaskResult, judge
from qdiffgui.reproduction.run import reproduce
from qdiffgui.reproduction.task import Bar, Outcome, Task

__all__ = ["Bar", "BarResult", "Outcome", "Task", "TaskResult", "judge", "reproduce"]
