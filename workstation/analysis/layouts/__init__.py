"""Layouts of a graph, all in one form: ``positions = layout(graph, pins, seed, watch)``; see ``form``."""
