"""Floor domain: plain dataclasses and exact arithmetic, standard library only."""
