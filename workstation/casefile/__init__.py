"""Floor casefile: the case file: schema, store, custody log, intake."""
