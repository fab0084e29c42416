"""The floors of scripts/ are what CONTRIBUTING.md draws, and markup stays in templates."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.paths import ROOT

CHECK = "from importlinter.cli import lint_imports_command; lint_imports_command()"
TAG = re.compile(r"(?<!\?P)<[a-z][a-z0-9]*[\s>]")
# In a Mermaid label, where it breaks a line.
ALLOWED = {"<br>"}


def test_the_picture_in_contributing_is_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    picture = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```floors\n")[1].split("```")[0]
    drawn = [re.split(r"\s{2,}", line)[0].split(" · ") for line in picture.splitlines() if line[0] != " "]
    kept = [layer.split(" | ") for layer in layers]
    assert drawn == kept, f"CONTRIBUTING.md draws {drawn}, pyproject.toml keeps {kept}"


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("facts/uses.py", "from scripts.pages import text", "scripts.facts is not allowed to import scripts.pages"),
        ("measure/stats.py", "import scripts.dev", "scripts.measure is not allowed to import scripts.dev"),
        ("attic.py", "", "scripts.attic"),
    ],
)
def test_a_breach_of_the_floors_is_named(copy: Path, file: str, line: str, said: str) -> None:
    path = copy / "scripts" / file
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"{line}\n", encoding="utf-8")
    command = [sys.executable, "-c", CHECK, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=copy, env={"PYTHONPATH": str(copy)}, capture_output=True, text=True)
    assert done.returncode == 1
    assert said in done.stdout


def test_markup_stands_in_templates_only() -> None:
    for folder in ("facts", "markdown", "pages"):
        for path in sorted((ROOT / "scripts" / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    found = [tag for tag in TAG.findall(node.value) if tag not in ALLOWED]
                    assert not found, f"{path.relative_to(ROOT)}:{node.lineno}: {found[0]} belongs into a template"
