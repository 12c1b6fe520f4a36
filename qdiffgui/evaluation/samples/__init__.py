"""Samples made elsewhere, compared with reference samples: any file that qdiffgui reads, any data
set, and arrays.

``source`` reads them, ``common`` brings both sides to one form, ``subject`` says what of them is
compared, ``report`` compares.
"""
