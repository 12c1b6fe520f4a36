"""Processes that compute for the page, so that its own process stays responsive."""
