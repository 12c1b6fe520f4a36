"""Noise studies: trained models under gate noise, readout error and finite shots.

``step_programs`` writes their circuits as programs for hardware.
"""
