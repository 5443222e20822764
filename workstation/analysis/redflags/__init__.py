"""Red-flag indicators (FATF, "Virtual assets: red flag indicators", September 2020), in our words: the list, profiles, rules.

One flag proves nothing; each hit says its numbers, its threshold and an innocent reading. Nothing here is a constant of
law: thresholds come from a profile (``profile``).
"""
