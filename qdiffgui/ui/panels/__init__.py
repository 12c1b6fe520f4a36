"""The areas of the page and their cards."""
