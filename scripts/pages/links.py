"""Addresses inside the site, as seen from the page that is being built."""

from __future__ import annotations

import posixpath
from typing import Any

from mkdocs.utils import get_relative_url


class Links:
    """Makes links from the current page; ``env`` is mkdocs-macros' environment."""

    def __init__(self, env: Any) -> None:
        self._env = env

    @property
    def here(self) -> str:
        """The current page's path below docs/."""
        return str(self._env.page.file.src_uri)

    def markdown(self, page: str, anchor: str = "") -> str:
        """The target of a Markdown link to a page below docs/; MkDocs checks it and its anchor."""
        relative = posixpath.relpath(page, posixpath.dirname(self.here))
        return relative + (f"#{anchor}" if anchor else "")

    def html(self, page: str, anchor: str = "") -> str:
        """The value of an ``href`` to a page below docs/, for generated HTML."""
        name = page.removesuffix(".md")
        if self._env.conf["use_directory_urls"]:
            address = posixpath.dirname(name) + "/" if posixpath.basename(name) == "index" else name + "/"
            address = address.lstrip("/")
        else:
            address = name + ".html"
        return get_relative_url(address, self._env.page.url) + (f"#{anchor}" if anchor else "")
