"""``python -m tests.benchmarks [--full] [--json]``: every ratio of the two notes, each beside its peer."""

from __future__ import annotations

import argparse
import json
import sys

from tests.benchmarks import canvas, startup, storage, tracing, typologies


def main(argv: list[str]) -> int:
    """Print the ratios; always 0, for a slow machine is not a failure."""
    parser = argparse.ArgumentParser(prog="bench", description="Speed as ratios to named peers, in one run.")
    parser.add_argument("--full", action="store_true", help="the large sizes (several minutes)")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    chosen = parser.parse_args(argv)
    results = [
        *canvas.run(chosen.full), *startup.run(), *storage.run(chosen.full), *tracing.run(chosen.full),
        *typologies.run(chosen.full),
    ]  # fmt: skip
    if chosen.json:
        print(json.dumps({"results": results}, indent=1))
        return 0
    for line in results:
        verdict = "holds" if line["holds"] else "MISSED"
        print(
            f"{line['name']:<58}{line['value']:>10} {line['unit']:<6}{line['ratio']:>9} (target {line['target']})"
            f"  {verdict:<7} peer: {line['peer']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
