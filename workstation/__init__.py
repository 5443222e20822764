"""Fundflow Workstation: offline desktop program for people who follow crypto money.

Owns the version number. Must not import anything: every floor and every worker imports this package first.
"""

__version__ = "0.1.0"
