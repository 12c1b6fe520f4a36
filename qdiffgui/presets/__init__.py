"""Ready-made experiments, each of which shows a result in well under a minute on two cores. Keys are in ``catalog.presets``."""
