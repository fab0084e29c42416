"""``dev.py diagrams``: draws what is new or changed."""

from __future__ import annotations

import sys

from scripts.browser import NoBrowserError
from scripts.diagrams.render import DiagramError, collect, draw_all


def main() -> int:
    """Draw, and say what was done."""
    try:
        report = draw_all(collect(), force="--force" in sys.argv[1:])
    except (DiagramError, NoBrowserError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(report) or "every drawing is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
