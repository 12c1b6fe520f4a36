"""The main area, one file a task."""
