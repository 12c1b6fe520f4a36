"""Ablation studies: what a model is worth without entangling gates, with a frozen circuit, with a
network in place of the circuit, and without training.
"""
