"""Sphinx's settings of the documentation. ``python -m tools.docs`` assembles the source folder,
with a copy of this file in it, and builds it.
"""

from __future__ import annotations

from qdiffgui import __version__

project = "qdiffgui"
author = "The qdiffgui founders"
copyright = "the qdiffgui founders, MIT license"
version = release = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "tools.docs.mathml",
    "tools.docs.docstrings",
]
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
highlight_language = "text"
nitpicky = True
smartquotes = False  # they turn --json into a dash

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_dmath_double_inline = False

toc_object_entries = False  # hundreds of names, copied into the menu of every page
autodoc_inherit_docstrings = False  # what a method of a base does is on the page of the base
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the sections of the docstrings have types, shapes and units
autodoc_preserve_defaults = True
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

html_theme = "furo"
html_title = f"qdiffgui {release}"
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
html_show_search_summary = False  # summaries are fetched, which a page opened as a file may not do
html_static_path: list[str] = ["_static"]
html_css_files = ["site.css"]

linkcheck_timeout = 20
linkcheck_workers = 4
linkcheck_retries = 2
