"""What a lab or a guide tells its reader to type is typed here, on real engines, and what it says comes out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from pathlib import Path

import pytest

from scripts.facts.load import Data
from scripts.measure import install
from scripts.pages.labs import FENCE, NEEDS, NOT_RUN, TITLE, HandsOn, Step, hands_on, read, steps
from scripts.paths import DOCS
from tests import documented
from tests.documented import Engine, normal

LABS, GUIDES = hands_on("labs"), hands_on("guides")
# The guide whose commands are the measuring tool's, which has tests of its own.
TESTED_ELSEWHERE = {"measure.md"}
LAB_PARTS = ("**Claim.**", "**You need**", "Clean up", "## If it differs")
GUIDE_PARTS = ("**Goal.**", "## Verify", "## Roll back")
PROGRAMS = {"qemu": "qemu-system-x86_64", "qemu-img": "qemu-io", "qemu-user": "qemu-aarch64-static", "nft": "nft"}
# The engines that the labs are run with: each name with what starts one. Further versions of Docker are folders with
# its programs, named by LABS_DOCKER.
ENGINES: dict[str, Callable[[], AbstractContextManager[Engine]]] = {
    "docker": documented.docker,
    "podman": documented.podman,
    **{
        Path(folder).name: partial(documented.docker, Path(folder))
        for folder in os.environ.get("LABS_DOCKER", "").split(os.pathsep)
        if folder
    },
}
WITH_ENGINES = [
    (page, engine)
    for page in LABS + GUIDES
    if any(step.is_run for step in page.steps)
    for engine in (ENGINES if "docker" in page.needs else ("none",))
]
# Programs that pages or engines call and that a small Debian does not have.
COMMANDS = ("busybox", "podman", "crun", "dockerd", "iptables", "ip", "ps", "qemu-img", "unxz", "runsc")
# The longest line of a command or an output: what fits beside a menu at 1280 px, and into a terminal.
WIDEST = 76

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the labs are for Linux")


@pytest.fixture(scope="module")
def started() -> Iterator[Callable[[str], Engine | None]]:
    """Gives an engine by its name; each is started once for this module, when the first page asks for it."""
    running: dict[str, Engine] = {}
    with ExitStack() as until_the_end:

        def engine(name: str) -> Engine | None:
            if name != "none" and name not in running:
                running[name] = until_the_end.enter_context(ENGINES[name]())
            return running.get(name)

        yield engine


def skip_what_cannot_run(page: HandsOn, engine: str) -> None:
    """Skip, with one of the reasons that the suite counts."""
    if engine == "podman" and not shutil.which("podman"):
        pytest.skip("podman is not installed")
    if engine not in ("none", "podman"):
        if os.geteuid() != 0:
            pytest.skip("a Docker daemon of the tests' own needs root")
        if engine == "docker" and not shutil.which("dockerd"):
            pytest.skip("dockerd is not installed")
    for need in page.needs:
        if need in PROGRAMS and not shutil.which(PROGRAMS[need]):
            if need == "nft":
                pytest.skip("nft is not installed")
            pytest.skip("QEMU is not installed")
    if "tun" in page.needs and not os.access("/dev/net/tun", os.W_OK):
        pytest.skip("/dev/net/tun may not be opened here")
    if os.geteuid() != 0 and ("root" in page.needs or page.engine_as_root):
        pytest.skip("this lab needs root")
    if page.publishes and engine == "podman":
        pytest.skip("the tests give podman no network")


def compare(page: HandsOn, engine: str, tried: list[Step], outputs: list[str]) -> None:
    """Fail, with page and step, where a step printed something else than the page shows."""
    for number, (step, output) in enumerate(zip(tried, outputs, strict=False), start=1):
        assert normal(output, page.varies) == normal(shown(step, engine), page.varies), (
            f"docs/{page.page}, step {number} with {engine}: correct the output below\n{step.commands}"
            f"\nIt was:\n{output}"
        )


@linux
@pytest.mark.parametrize(
    ("page", "engine"), WITH_ENGINES, ids=[f"{page.path.stem}-{engine}" for page, engine in WITH_ENGINES]
)
def test_a_page_does_what_it_says(page: HandsOn, engine: str, started: Callable[[str], Engine | None]) -> None:
    skip_what_cannot_run(page, engine)
    used = started(engine)
    tried, outcome = documented.steps_for(page, used), documented.run(page, used)
    assert len(outcome.outputs) == len(tried) + 1, f"docs/{page.page} ended early: {''.join(outcome.outputs)}"
    compare(page, engine, tried, outcome.outputs)
    wrong = [f"step {n + 1}: status {s} of {c}" for n, s, c in outcome.failed if s != tried[n].status]
    wrong += [
        f"step {n + 1} does not end with status {step.status}"
        for n, step in enumerate(tried)
        if step.status and (n, step.status) not in {(m, s) for m, s, _ in outcome.failed}
    ]
    assert not wrong, f"docs/{page.page}: say in the block's title 'ends with status N', or mend: {wrong}"
    assert not outcome.left, f"docs/{page.page} does not clean up after itself: {outcome.left}"


def test_there_are_labs_and_guides_and_each_has_its_parts(data: Data) -> None:
    assert len(LABS) >= 20
    assert len(GUIDES) >= 12
    for page in LABS + GUIDES:
        text = page.path.read_text(encoding="utf-8")
        for part in LAB_PARTS if page in LABS else GUIDE_PARTS:
            assert part in text, f"docs/{page.page} lacks '{part}'"
        assert "[= badges() =]" in text, f"docs/{page.page} lacks its badges"
        assert set(page.needs) <= set(NEEDS), f"docs/{page.page}: needs are {sorted(NEEDS)}"
        assert page.topic in data.topics, f"docs/{page.page}: '{page.topic}' is no topic of docs/data/topics.yml"
        assert set(page.claims) <= set(data.claims), f"docs/{page.page} names a claim that is not there"
        assert 0 < page.minutes <= 30, f"docs/{page.page}: {page.minutes} minutes"


def test_each_lab_and_guide_is_run_or_says_so() -> None:
    for folder in ("labs", "guides"):
        for path in sorted((DOCS / folder).glob("*.md")):
            if path.name in {"index.md", *TESTED_ELSEWHERE}:
                continue
            page = read(path)
            assert page, f"docs/{folder}/{path.name} lacks hands_on in its front matter"
            kinds = {fence["kind"] for fence in FENCE.finditer(path.read_text(encoding="utf-8"))}
            wrong = kinds & {"bash", "shell", "zsh", "console"}
            assert not wrong, f"docs/{page.page}: {wrong} is never run; call it sh, or '{NOT_RUN}: why' in its title"
            for step in page.steps:
                assert step.is_run or re.match(rf"{NOT_RUN}: \w", step.title), f"docs/{page.page}: why is it not run?"
    assert sum(any(step.is_run for step in page.steps) for page in GUIDES) >= 12


def test_no_command_or_output_is_wider_than_a_terminal() -> None:
    for folder in ("labs", "guides"):
        for path in sorted((DOCS / folder).glob("*.md")):
            for fence in FENCE.finditer(path.read_text(encoding="utf-8")):
                long = [line for line in fence["body"].splitlines() if len(line.removeprefix(fence["indent"])) > WIDEST]
                assert not long, f"docs/{folder}/{path.name}: wrap at {WIDEST} characters: {long}"


def test_no_page_waits_by_the_clock() -> None:
    """A machine that is busy takes longer than any number of seconds; so does a reader's."""
    for page in LABS + GUIDES:
        for step in page.steps:
            waits = re.findall(r"^sleep .*", step.commands, re.M)
            assert not waits, f"docs/{page.page}: loop until what '{waits[0]}' waits for is there"


def test_no_page_shows_all_that_is_on_a_guests_console() -> None:
    """On a busy machine the guest's kernel has something to say as well: that a timer did not answer in time."""
    for page in LABS + GUIDES:
        for step in page.steps:
            whole = re.findall(r"^.*(?:< |cat )console(?:\.txt)?+(?! *\| grep).*", step.commands, re.M)
            assert not whole, f"docs/{page.page}: filter '{whole[0]}' by grep, for what the kernel says differs"


def test_a_lab_says_what_differs_on_other_systems_and_with_podman() -> None:
    for page in LABS:
        text = page.path.read_text(encoding="utf-8")
        for part in ("**On a Mac or Windows:**", "## If it differs"):
            assert part in text, f"docs/{page.page} lacks '{part}'"
        if {"docker", "qemu"} <= set(page.needs):
            lanes = re.findall(r'class="lane lane--(\w+)"', text)
            assert {"container", "vm"} <= set(lanes), f"docs/{page.page}: put container and VM side by side in lanes"
    for page in LABS + GUIDES:
        text = page.path.read_text(encoding="utf-8")
        for fence in FENCE.finditer(text):
            title = (TITLE.search(fence["head"]) or [None, ""])[1] or ""
            if not title.startswith("podman"):
                continue
            tabs = re.findall(r'^=== "(.*)"$', text[: fence.start()], re.M)
            where = tabs[-2:] if fence["indent"] else []
            remedy = f"docs/{page.page}: show '{title}' in a tab called podman, behind one called Docker"
            assert where == ["Docker", "podman"], remedy


def test_the_tests_install_each_program_that_labs_and_guides_need() -> None:
    assert {*PROGRAMS.values(), *COMMANDS} <= set(install.NEEDED)


def shown(step: Step, engine: str) -> str:
    """What a page shows for a step with an engine."""
    return step.shown_by_podman if engine == "podman" and step.shown_by_podman is not None else step.shown


def changes(output: str, free: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
    """An output with one word or number changed, for each of them, and whether that one may differ between machines."""
    spans = [found.span() for pattern in free for found in re.finditer(pattern, output)]
    for word in re.finditer(r"[A-Za-z]+|[0-9]+", output):
        other = str(int(word.group()) + 1) if word.group().isdigit() else word.group() + "x"
        may_differ = any(start <= word.start() and word.end() <= end for start, end in spans)
        yield output[: word.start()] + other + output[word.end() :], may_differ


@pytest.mark.parametrize("engine", ["docker", "podman"], ids=["by-docker", "by-podman"])
def test_a_change_of_any_shown_output_is_red_with_page_and_step(engine: str) -> None:
    """Each word and each number of each output, one at a time, and a line more where a page shows none."""
    for page in LABS + GUIDES:
        tried = [step for step in page.steps if step.is_run]
        outputs = [shown(step, engine) for step in tried]
        compare(page, engine, tried, outputs)
        for number, output in enumerate(outputs, start=1):
            altered = changes(output, page.varies + documented.ALIKE) if output else [("a line", False)]
            for changed in (text for text, may_differ in altered if not may_differ):
                said = [*outputs[: number - 1], changed, *outputs[number:]]
                with pytest.raises(AssertionError, match=f"docs/{page.page}, step {number} with {engine}: "):
                    compare(page, engine, tried, said)


def test_little_of_what_pages_show_may_differ() -> None:
    """A pattern in ``varies`` that fits everything would switch the comparison off."""
    for page in LABS + GUIDES:
        for step in page.steps:
            free = [may_differ for _, may_differ in changes(step.shown, page.varies)]
            assert sum(free) <= max(4, len(free) // 3), f"docs/{page.page}: varies covers most of {step.shown}"


def test_a_page_that_says_something_else_is_noticed() -> None:
    assert normal("kernel: 6.1.0-56 here") == normal("kernel: 6.18.44-fc here")
    assert normal("the same kernel") != normal("another kernel")
    assert normal("host 6.1.0-1 guest 6.1.0-1") != normal("host 6.1.0-1 guest 6.1.0-2"), "equal stays equal"
    assert normal("user 0") != normal("user 1000")
    assert normal("took 5 ms", (r"\d+ ms",)) == normal("took 7 ms", (r"\d+ ms",))
    page = '```sh title="It ends with status 3"\nexit 3\n```\n\n```text\nDocker\n```\n'
    page += '\n```text title="podman says"\nother\n```\n'
    assert steps(page) == (Step("exit 3\n", "It ends with status 3", "Docker\n", "other\n"),)
    assert steps(page)[0].status == 3
    assert not steps(f'```sh title="{NOT_RUN}: no Mac"\nls\n```\n')[0].is_run


def a_page(commands: str) -> HandsOn:
    """A lab of one step."""
    return HandsOn(DOCS / "labs/x.md", "", "", 1, ("linux",), steps=(Step(commands),))


@linux
def test_what_a_page_leaves_or_hides_is_noticed() -> None:
    commands = "touch left ~/here\nls /nonexistent\nsleep 300 &\nuntil grep -q sleep /proc/$!/comm; do :; done\n"
    outcome = documented.run(a_page(commands), None, going=0)
    assert outcome.left == ["file here", "file left", "process sleep"]
    assert [(number, status) for number, status, _ in outcome.failed] == [(0, 2)]
    assert "No such file" in outcome.outputs[0], "standard error counts as output"


@linux
def test_what_goes_away_by_itself_is_not_left() -> None:
    outcome = documented.run(a_page("(sleep 2; rm late) & touch late\n"), None)
    assert outcome.left == []


# What a page of a careless author leaves on the host, by root: commands, what is said of it, and how it is undone.
# The names are such that tests beside this one take them for an engine's.
LEFT_ON_THE_HOST = {
    "a mount in its folder": ("mkdir here && mount -t tmpfs none here", "mount .*/work/here", "true"),
    "a file elsewhere": ("touch {place}/lab-left", "file {place}/lab-left", "true"),
    "a mount elsewhere": ("mount -t tmpfs none {place}", "mount {place}", "umount {place}"),
    "a namespace": ("ip netns add cni-lab-left", "namespace /run/netns/cni-lab-left", "ip netns delete cni-lab-left"),
    "a group": ("mkdir {group}", "control group {group}", "rmdir {group}"),
}


@linux
@pytest.mark.skipif(sys.platform.startswith("linux") and os.geteuid() != 0, reason="this lab needs root")
@pytest.mark.parametrize(("commands", "said", "undone"), LEFT_ON_THE_HOST.values(), ids=LEFT_ON_THE_HOST)
def test_whatever_a_page_leaves_on_the_host_is_named(
    commands: str, said: str, undone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = re.compile("(?!)")
    for name, value in {
        "WATCHED": (tmp_path,),
        "OTHERS_MOUNTS": (),
        "OTHERS_GROUPS": never,
        "OTHERS_NAMESPACES": never,
    }.items():
        monkeypatch.setattr(documented, name, value)
    group = next((top for top in Path("/sys/fs/cgroup").glob("*/") if (top / "tasks").exists()), Path("/sys/fs/cgroup"))
    where = {"place": tmp_path, "group": group / "docker-lab-left"}
    outcome = documented.run(a_page(commands.format(**where) + "\n"), None, going=0)
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    subprocess.run(["sh", "-c", undone.format(**where)], check=True, env={**os.environ, "PATH": path})
    assert not outcome.failed, outcome.outputs
    assert [what for what in outcome.left if re.fullmatch(said.format(**where), what)], outcome.left


# The same with an engine; which of them, since not every engine keeps networks to itself.
LEFT_IN_AN_ENGINE = {
    "container": ("docker create --name lab-left busybox", "docker rm lab-left", ("docker", "podman")),
    "image": ("docker tag busybox lab-left:1", "docker rmi lab-left:1", ("docker", "podman")),
    "volume": ("docker volume create lab-left", "docker volume rm lab-left", ("docker", "podman")),
    "network": ("docker network create lab-left", "docker network rm lab-left", ("docker",)),
}


@linux
@pytest.mark.parametrize("engine", ["docker", "podman"], ids=["in-docker", "in-podman"])
def test_whatever_a_page_leaves_in_an_engine_is_named(engine: str, started: Callable[[str], Engine | None]) -> None:
    skip_what_cannot_run(a_page(""), engine)
    used = started(engine)
    kinds = {kind: row for kind, row in LEFT_IN_AN_ENGINE.items() if engine in row[2]}
    outcome = documented.run(a_page("".join(f"{row[0]}\n" for row in kinds.values())), used, going=0)
    assert documented.run(a_page("".join(f"{row[1]}\n" for row in kinds.values())), used).failed == []
    assert not outcome.failed, outcome.outputs
    named = {what.split(" ")[0] for what in outcome.left if "lab-left" in what}
    assert named >= kinds.keys(), outcome.left


@linux
def test_a_second_version_of_docker_is_its_folders_programs_or_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="has no program dockerd and no docker"), documented.docker(tmp_path):
        pass
