"""Owns the Time line dock: histogram with brush (``bars``), playback and its controls (``panel``)."""
