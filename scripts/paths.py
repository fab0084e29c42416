"""Where things are in the repository. Nothing here depends on the current folder."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
DATA = DOCS / "data"
ASSETS = DOCS / "assets"
DIAGRAMS = ASSETS / "diagrams"
VENDOR = ASSETS / "vendor"
FONTS = ASSETS / "fonts"
SITE = ROOT / "site"
DIST = ROOT / "dist"
BUILD = ROOT / ".build"
# Names, in the environment, the archive for disk that a site offers while it is built.
ARCHIVE_SETTING = "OFFLINE_ARCHIVE"
# Names the folder with the PDFs that a site offers while it is built; and where the site has them.
PAPERS_SETTING = "PAPERS"
PAPERS = "print"
