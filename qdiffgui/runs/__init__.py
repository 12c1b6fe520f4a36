"""Runs on disk: one folder per training, and the processes that train them."""
