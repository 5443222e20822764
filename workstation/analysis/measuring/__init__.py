"""Owns measuring how often heuristics and detectors are right: made sets with labels, and the scores on them.

``sets`` makes transfers in which patterns are planted and labelled, ``mixes`` makes CoinJoin transactions and
spending whose owner is known, ``scoring`` compares what ``typologies.together`` finds with the labels,
``tables`` writes the result as pages. Sets for choosing parameters and sets for measuring have different seeds
(``TUNING``, ``MEASURING``); both stand in the tables. Must not be told which set it is asked about.
"""

from __future__ import annotations

#: Seeds of the sets on which parameters were chosen. They are never measured.
TUNING = (11, 12, 13)
#: Seeds of the sets that are measured, always with what was settled on the tuning sets: nothing is chosen by them;
#: 1001 to 1005 measured earlier versions and are no longer used.
MEASURING = (9001, 9002, 9003, 9004, 9005)
