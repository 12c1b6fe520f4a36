"""One file a layout: each turns an opened file into a ``Layout``, and knows nothing of the
others.
"""
