"""Owns the filter bar above the canvas and finding on the graph. Both change what is looked at, never the case."""
