"""Owns plugins in the window: choosing and asking an analysis, its answers, which plugins are trusted."""
