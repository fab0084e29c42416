"""``dev.py build`` and ``dev.py offline``."""

from __future__ import annotations

import sys

from scripts.paths import DIST, ROOT, SITE
from scripts.publish import offer
from scripts.publish.edition import BuildError, build, pack


def main() -> int:
    """Make the edition named on the command line."""
    try:
        archive = DIST / offer.NAME
        if sys.argv[1] == "offline":
            pack(archive)
            print(f"wrote {archive.relative_to(ROOT).as_posix()} ({archive.stat().st_size:,} bytes)")
        else:
            if sys.argv[1] == "whole":
                pack(archive)
            with offer.offering(archive if sys.argv[1] == "whole" else None):
                build(SITE)
            print("wrote site/")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
