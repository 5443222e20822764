"""Floor sdk: the public plugin API and worker, standard library only."""
