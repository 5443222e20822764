"""Owns heuristics over what a case holds: who spends together, what was mixed, deposits, poisoning, pairs, lists, network.

Each is a pure function: ledger or columns in, ``hits.Hit`` out, in a total order. What semantics 5 and 6 define is
counted in ``analysis.trace``; here it becomes something a person can read and disprove. A heuristic is never a fact.
"""
