"""Floor plugin_host: finds plugins and runs them in worker processes. Must not know the case file."""
