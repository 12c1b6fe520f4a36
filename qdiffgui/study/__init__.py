"""How a configuration scales, as one study: static cost, measured cost, trainability, quality at scale, said in figures and in words."""

from qdiffgui.study.run import Stage, Study, study

__all__ = ["Stage", "Study", "study"]
