"""Sweeps: many training runs over any settings, on Dask.

A sweep is a folder; each of its training runs is an ordinary run folder in it.
"""
