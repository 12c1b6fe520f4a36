"""Ready-made experiments. Each shows a result in well under a minute on two cores. Their keys are
in ``catalog.presets``.
"""
