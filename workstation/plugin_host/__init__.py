"""Floor plugin_host: finding plugins and running them in worker processes."""
