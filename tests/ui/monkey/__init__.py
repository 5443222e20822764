"""A seeded monkey at the real window: clicks, drags, wheel, keys, commands, dialogs, docks, themes, the stage, plugins.

``python -m tests.ui.monkey --actions 20000 --seed 1 [--budget 500]``. Fails on an exception, a Qt warning, or memory that
grows by more than 5 % after the first fifth; prints the longest gaps of the event loop by action. The case starts anew
from its file every few hundred actions, so that memory is compared between like states.
"""
