"""``dev.py build`` and ``dev.py offline``."""

from __future__ import annotations

import sys

from scripts.paths import DIST, ROOT, SITE
from scripts.publish.edition import BuildError, build, pack


def main() -> int:
    """Make the edition named on the command line."""
    try:
        if sys.argv[1] == "offline":
            archive = DIST / "docker-vs-vm-offline.zip"
            pack(archive)
            print(f"wrote {archive.relative_to(ROOT).as_posix()} ({archive.stat().st_size:,} bytes)")
        else:
            build(SITE)
            print("wrote site/")
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
