"""Freeze, preservation and data requests to one service: profile, contents, what is missing, the pack, the tracker."""
