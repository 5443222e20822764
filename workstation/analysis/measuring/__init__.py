"""Owns measuring how often heuristics and detectors are right: made sets with labels, and the scores on them.

``sets`` makes transfers in which patterns are planted and labelled, ``mixes`` makes CoinJoin transactions and
spending whose owner is known, ``asking`` asks every detector with one profile of parameters, ``scoring`` compares,
``tables`` writes the result as pages. Sets for choosing parameters and sets for measuring have different seeds
(``TUNING``, ``MEASURING``); both stand in the tables. Must not be told which set it is asked about.
"""

from __future__ import annotations

#: Seeds of the sets on which parameters were chosen. They are never measured.
TUNING = (11, 12, 13)
#: Seeds of the sets that are measured.
MEASURING = (1001, 1002, 1003, 1004, 1005)
