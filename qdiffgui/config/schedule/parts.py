"""Words that several schedules share."""

STEPS = "Diffusion steps from data to noise."
