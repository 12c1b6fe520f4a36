"""Sweeps: many trainings over any settings, on Dask. A sweep is a folder, each of its trainings an ordinary run folder in it."""
