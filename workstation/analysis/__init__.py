"""Floor analysis: pure functions over arrays and dataclasses: graphs and layouts."""
