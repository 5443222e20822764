"""Floor ui: the window; the only floor that may import Qt."""
