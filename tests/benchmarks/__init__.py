"""Speed as ratios: each figure is measured beside a named peer in the same run. Nothing here asserts a time."""
