"""The parts of the inspector that stand on their own."""
