"""Floor sdk: what a plugin author may import. Standard library and domain only."""
