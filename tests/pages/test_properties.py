"""Properties of the guide and the calculator, tried by fast-check with the very scripts that the pages load.

What no answers may ever lead to is proved over all of them in test_choose_space.py; here a tool looks for the smallest
case that breaks what holds for any.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from scripts.paths import ASSETS
from tests.pages.engine import CHECKS, written
from tests.support import node

SCRIPT = CHECKS / "pages/properties.cjs"
NAMES = re.findall(r'^  "([^"]+)": fc\.property', SCRIPT.read_text(encoding="utf-8"), re.MULTILINE)


def run(scripts: Path, folder: Path, only: str = "") -> dict[str, str | None]:
    """What breaks each property (or those whose name begins so); nothing where it holds."""
    done = node(str(SCRIPT), str(scripts), str(written(folder)), only)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | None]:
    """One run of all of them."""
    return run(ASSETS / "scripts", tmp_path_factory.mktemp("properties"))


def test_every_property_is_run(broken: dict[str, str | None]) -> None:
    assert list(broken) == NAMES
    assert len(NAMES) >= 15


@pytest.mark.parametrize("name", NAMES)
def test_property(broken: dict[str, str | None], name: str) -> None:
    assert broken[name] is None, (
        f"“{name}” does not hold in docs/assets/scripts; the smallest counterexample: {broken[name]}"
    )


# A change in a script -> the property that has to notice it.
MISTAKES = [
    ("decide.js", "excluded[id].length === 0)", "excluded[id].length < 2)", "nothing that a rule excludes"),
    (
        "decide.js",
        "if (id === UNKNOWN || answerOf(question, id)) answers[key] = id;",
        "if (true) answers[key] = id;",
        "no address makes",
    ),
    (
        "choose-sides.js",
        "filter(({ sides: [a, b] }) => a !== b),\n  };",
        "filter(() => true),\n  };",
        "sides that are alike",
    ),
    ("density.js", " || eitherWay.test(trimmed)", "", "a point and three digits"),
]


@pytest.mark.parametrize(("file", "old", "new", "property_"), MISTAKES)
def test_a_mistake_in_a_script_breaks_a_property(tmp_path: Path, file: str, old: str, new: str, property_: str) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    for path in (ASSETS / "scripts").glob("*.js"):
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text, "the test's own example is out of date"
            text = text.replace(old, new, 1)
        (scripts / path.name).write_text(text, encoding="utf-8")
    found = [name for name, message in run(scripts, tmp_path, property_).items() if message]
    assert len(found) == 1, found
