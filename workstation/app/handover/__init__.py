"""Owns handing work from one officer to another: a part of a case as a case of its own, and taking over a colleague's case.

Both sides keep their custody logs. Must not draw or parse arguments; evidence always goes through the ordinary import.
"""
