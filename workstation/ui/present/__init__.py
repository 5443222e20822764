"""Owns presenting: the stage (``stage``) and the speaker's notes on the second screen (``notes``)."""
