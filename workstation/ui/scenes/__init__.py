"""The Scenes panel: the scenes of the case in their order, each with a small picture."""
