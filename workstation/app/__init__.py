"""Floor app: one open case: session, commands, history, jobs; no Qt."""
