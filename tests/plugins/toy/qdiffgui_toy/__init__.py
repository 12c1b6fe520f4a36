"""One small plug-in of each kind: what docs/EXTENDING.md explains."""
