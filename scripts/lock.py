"""Resolves the two locks with uv: exact versions and hashes, for every platform and Python from 3.11 on."""

from __future__ import annotations

import subprocess
import sys

from scripts.paths import ROOT


def main() -> int:
    """Write requirements.txt, then tests/requirements.txt, which has to agree with it."""
    for folder in (ROOT, ROOT / "tests"):
        command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11.0", "--generate-hashes"]
        command += ["--prerelease", "disallow", "--custom-compile-command", "python3 scripts/dev.py lock"]
        status = subprocess.call([*command, "requirements.in", "-o", "requirements.txt"], cwd=folder)
        if status != 0:
            return status
        print(f"wrote {(folder / 'requirements.txt').relative_to(ROOT).as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
