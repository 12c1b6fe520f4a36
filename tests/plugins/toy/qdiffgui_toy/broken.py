"""A plug-in that cannot be imported: qdiffgui warns and goes on."""

raise RuntimeError("this plug-in is broken on purpose")
