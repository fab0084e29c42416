"""On a server, every request of every page goes to the site itself, and a strict policy refuses nothing we need."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Error

from tests.conftest import open_search, type_search
from tests.support import Visit, source_of
from tests.walk import Walked


def test_no_page_asks_anyone_else_or_breaks_the_policy(walked: list[Walked]) -> None:
    for page in walked:
        assert page.foreign == [], f"{source_of(page.address)} asks others"
        assert page.errors == [], f"{source_of(page.address)} reports errors (a policy violation is one)"


def test_the_search_asks_no_one_either(visit: Callable[..., Visit], base_url: str) -> None:
    seen = visit("overview/summary/")
    open_search(seen.page)
    assert type_search(seen.page, "hypervisor")
    assert seen.foreign(base_url) == []
    assert seen.errors == []


def test_the_browser_of_the_tests_reaches_nobody_else(visit: Callable[..., Visit]) -> None:
    """So a page that needed somebody else would fail here, and the request is seen all the same."""
    seen = visit("")
    for address in ("https://example.org/", "http://192.0.2.1/"):
        with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
            seen.page.goto(address)
        assert address in seen.requests
