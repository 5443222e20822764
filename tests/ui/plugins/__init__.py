"""Plugins in the window."""
