"""Floor cli: the command line."""
