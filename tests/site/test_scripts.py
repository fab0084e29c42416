"""The scripts of the pages hold what their comments say of types; none asks the browser for what could be refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rjsmin import jsmin

from scripts.paths import ROOT
from scripts.publish.join import scripts, styles
from tests.support import node

CHECKS = ROOT / "tests"
VENDORED = ROOT / "docs/assets/vendor/minisearch.js"
SCRIPTS = sorted((ROOT / "docs/assets/scripts").glob("*.js"))


def compile_types(project: Path) -> str:
    """What TypeScript says about a project; empty if nothing."""
    return node("node_modules/typescript/bin/tsc", "-p", str(project)).stdout


def test_types_are_right() -> None:
    assert compile_types(CHECKS / "tsconfig.json") == ""


def test_a_wrong_type_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "bad.js").write_text("/** @type {number} */\nconst x = 'text';\n", encoding="utf-8")
    settings = (CHECKS / "tsconfig.json").read_text(encoding="utf-8")
    settings = settings.replace("../docs/assets/scripts/*.js", "bad.js")
    (tmp_path / "tsconfig.json").write_text(settings, encoding="utf-8")
    assert "bad.js" in compile_types(tmp_path / "tsconfig.json")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_markup_of_text(script: Path) -> None:
    found = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", script.read_text()
    )
    assert found == [], f"{script.name}: {found} makes markup of text, which Trusted Types forbid: build elements"


def differing(*pairs: tuple[Path, Path]) -> str:
    """Which of the second scripts does not say what the first says, and where; empty if none."""
    done = node("site/same.cjs", *(str(path) for pair in pairs for path in pair))
    assert done.stderr == ""
    return done.stdout


def test_made_small_each_script_says_the_same(tmp_path: Path) -> None:
    """rjsmin takes the texts of a template that stands within a template for code, and their spaces for needless."""
    pairs = [(script, tmp_path / script.name) for script in [*SCRIPTS, VENDORED]]
    for script, small in pairs:
        small.write_text(jsmin(script.read_text(encoding="utf-8")), encoding="utf-8")
    assert differing(*pairs) == "", "write what stands within ${…} as a name of its own"


@pytest.mark.parametrize(
    ("source", "small"),
    [
        ("a = `x${b ? `, c` : ``}`;", "a=`x${b?`,c`:``}`;"),
        ("a = b + +c;", "a=b++c;"),
        ("a = !b;", "a=-b;"),
        ("if (a) b(); else c();", "if(a)b();"),
        ("let a = 1;", "let a = ;"),
    ],
)
def test_a_script_that_says_something_else_would_be_found(tmp_path: Path, source: str, small: str) -> None:
    first, second = tmp_path / "source.js", tmp_path / "small.js"
    first.write_text(source, encoding="utf-8")
    second.write_text(small, encoding="utf-8")
    assert "source.js" in differing((first, second))


def test_joined_scripts_are_fenced_from_each_other() -> None:
    joined = scripts(['"use strict";\nthrow new Error("first");\n', "second();\n"])
    assert joined.count("try{") == joined.count("catch(e)") == 2


def test_joined_styles_keep_what_they_mean() -> None:
    css = "/* said */\na:hover,\nb > c {\n  margin: 0 auto;\n  width: calc(1px + 2px);\n}\n"
    css += '@media (min-width: 1em) {\n  p::before { content: attr(title) ": { "; }\n}\n'
    first, second = "a:hover,b > c{margin:0 auto;width:calc(1px + 2px)}", "@media (min-width:1em)"
    assert styles([css]) == first + second + '{p::before{content:attr(title) ": { "}}'
