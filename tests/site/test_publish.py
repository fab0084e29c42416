"""What a repository's host reads: workflows with few rights and pinned actions, forms, and the place for reports."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from scripts import dev
from scripts.paths import ROOT
from tests.support import page

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
# Of an action: its name, a whole commit, and the version in words.
PINNED = re.compile(r"uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+\b")


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_few_rights_and_runs_what_was_looked_at(path: Path) -> None:
    text, content = path.read_text(encoding="utf-8"), read(path)
    assert content["permissions"] == {}, "rights are given to the job that needs them"
    assert text.count("uses: ") == len(PINNED.findall(text)), "name a commit, and behind it the version"
    assert "pull_request_target" not in text, (
        "pull_request_target gives a stranger's change the rights of the repository"
    )
    assert "secrets." not in text
    for name, job in content["jobs"].items():
        assert "timeout-minutes" in job, f"{name} may run for hours"
        assert "permissions" in job, name
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), f"{name}: others' values may end the command; use env"
            if " | " in step.get("run", ""):
                assert content.get("defaults", {}).get("run", {}).get("shell") == "bash", (
                    f"{name}: without `defaults: run: shell: bash` a pipe succeeds whatever its first command says"
                )


def test_a_pull_request_may_write_nothing() -> None:
    for job in read(ROOT / ".github" / "workflows" / "check.yml")["jobs"].values():
        assert job["permissions"] == {"contents": "read"}, (
            f"check.yml: {job['permissions']}: a stranger's change may only read"
        )


def test_the_audit_finds_nothing_and_would_find_something(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "zizmor"), "--offline", "--quiet"]
    assert subprocess.run([*command, ROOT / ".github"], capture_output=True).returncode == 0
    broken = Path(shutil.copytree(ROOT / ".github", tmp_path / ".github"))
    path = broken / "workflows" / "check.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("      - run: python3", '      - run: echo "${{ github.head_ref }}"; python3'))
    done = subprocess.run([*command, broken], capture_output=True, text=True)
    assert done.returncode != 0
    assert "template-injection" in done.stdout


def test_actionlint_finds_nothing_in_the_workflows() -> None:
    """Names of jobs, steps, events, contexts and runners, and what an expression may hold."""
    # Other programs that happen to be installed would make the answer the machine's.
    command = [str(Path(sys.executable).parent / "actionlint"), "-no-color", "-oneline", "-shellcheck=", "-pyflakes="]
    done = subprocess.run([*command, *WORKFLOWS], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout + done.stderr == "", done.stdout + done.stderr
    assert done.returncode == 0


def test_the_commands_of_the_workflows_exist() -> None:
    used = {
        found.strip()
        for path in WORKFLOWS
        for found in re.findall(r"scripts/dev\.py ([^\n|&]+)", path.read_text(encoding="utf-8"))
    }
    assert len(used) >= 8
    unknown = []
    for command in sorted(used):
        try:
            dev.parse(shlex.split(command))
        except SystemExit:
            unknown.append(command)
    assert unknown == [], f"dev.py does not know {unknown}"


def test_what_is_used_twice_is_pinned_alike() -> None:
    pins: dict[str, set[str]] = {}
    for path in WORKFLOWS:
        for name, pin in re.findall(r"uses: ([\w./-]+)@(\S+)", path.read_text(encoding="utf-8")):
            pins.setdefault(name, set()).add(pin)
    twice = {name: sorted(found) for name, found in pins.items() if len(found) > 1}
    assert twice == {}, f"pinned in several ways: {twice}"
    bases = {
        base
        for path in (ROOT / "deploy/Containerfile", ROOT / ".devcontainer/Containerfile")
        for base in re.findall(r"^FROM (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(bases) == 1, f"the images stand on different bases: {sorted(bases)}"
    base = bases.pop()
    assert re.search(r"@sha256:[0-9a-f]{64}$", base), f"{base}: name a digest, which nobody can move"


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_for_what_is_needed(path: Path) -> None:
    form = read(path)
    lacking = {"name", "description", "title", "body"} - set(form)
    assert not lacking, f"{path.name} lacks {sorted(lacking)}, without which the host shows no form"
    names = [field["id"] for field in form["body"]]
    assert len(names) == len(set(names))
    assert any(field["validations"]["required"] == "true" for field in form["body"])


def test_every_page_of_a_fork_has_a_report_link_that_fills_in_the_form(web_below: Path) -> None:
    form = read(ROOT / ".github" / "ISSUE_TEMPLATE" / "wrong-fact.yml")
    names = {field["id"] for field in form["body"]}
    for address in ("", "overview/summary/", "about/method/"):
        found = page(web_below, address).select("a.report-link")
        assert len(found) == 1, address
        href = str(found[0]["href"])
        assert href.startswith("https://github.com/somebody/fork/issues/new?template=wrong-fact.yml")
        assert set(re.findall(r"&(\w+)=", href)) <= names | {"title"}
        assert f"https%3A//example.org/docs/deep/{address}" in href


def test_every_section_has_a_quiet_link_that_fills_in_page_and_heading(web_below: Path) -> None:
    soup = page(web_below, "overview/key-differences/")
    headings = [h for h in soup.select("article h2[id]") if h["id"] != "sources-and-conditions"]
    links = soup.select(".report-section a")
    assert len(links) == len(headings) > 5
    for heading, link in zip(headings, links, strict=True):
        title = heading.text.replace("¶", "").strip()
        asked = parse_qs(urlsplit(str(link["href"])).query)
        assert asked["page"] == [f"https://example.org/docs/deep/overview/key-differences/#{heading['id']}"]
        assert asked["section"] == [title]
        assert asked["template"] == ["wrong-fact.yml"]
        assert link["aria-label"] == f"Report a problem in “{title}”"
        # It stands in its own section, after all that the section says.
        assert link.find_previous("h2") is heading


def test_without_a_repository_there_is_nobody_to_report_to(web: Path) -> None:
    assert page(web, "overview/summary/").select("a.report-link") == []


def test_the_container_for_contributors_is_described() -> None:
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert (ROOT / ".devcontainer" / described["build"]["dockerfile"]).exists()
