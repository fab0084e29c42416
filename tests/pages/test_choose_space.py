"""What no set of answers may lead to, over all sets: more than a thousand million of them.

Each property is proved, not sampled: a search looks for answers with which no rule against an option holds. It splits
the space along one rule at a time and drops a part as soon as a rule holds in all of it, so it is exact and quick.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import pytest

from scripts.facts.decision import Advice, Conditions, Rule, load_choices
from scripts.facts.yamlfile import read
from scripts.paths import DATA
from tests.pages.engine import source_ids

CHOICES = load_choices(source_ids())
DECISION = CHOICES.decision
QUESTIONS = {question.id: [answer.id for answer in question.answers] for question in DECISION.questions}
OPTIONS = [option.id for option in DECISION.options]
SHARED_KERNEL = {"container", "rootless-container", "system-container", "windows-process-container"}
LINUX_CONTAINERS = {"container", "rootless-container", "system-container", "gvisor"}
Answers = dict[str, str]
Space = dict[str, frozenset[str]]
EVERYTHING: Space = {question: frozenset(answers) for question, answers in QUESTIONS.items()}


def within(fixed: Answers, space: Space = EVERYTHING) -> Space | None:
    """The part of a space with these answers; ``None`` if there is none."""
    parts = {key: space[key] & {answer} for key, answer in fixed.items()}
    return {**space, **parts} if all(parts.values()) else None


def find(forbidden: Sequence[dict[str, list[str]]], space: Space | None) -> Space | None:
    """A part of the space in which none of the conditions holds anywhere; ``None`` if each set of answers meets one."""
    if space is None:
        return None
    for index, condition in enumerate(forbidden):
        if any(space[key].isdisjoint(ids) for key, ids in condition.items()):
            continue
        rest, inside = forbidden[index + 1 :], space
        for key, ids in condition.items():
            if outside := inside[key] - set(ids):
                found = find(rest, {**inside, key: outside})
                if found:
                    return found
            inside = {**inside, key: inside[key] & set(ids)}
        return None
    return space


def holds(when: Conditions | None, answers: Answers) -> bool:
    """Does one of the conditions hold?"""
    return when is None or any(all(answers[key] in ids for key, ids in one.items()) for one in when)


def removes(rule: Rule) -> set[str]:
    return set(rule.excludes) if rule.excludes else set(OPTIONS) - set(rule.keeps or ())


@cache
def against(option: str) -> list[dict[str, list[str]]]:
    """The conditions that remove an option."""
    return [condition for rule in DECISION.rules if option in removes(rule) for condition in rule.when]


def left(fixed: Answers) -> set[str]:
    """The options that some completion of these answers leaves."""
    return {option for option in OPTIONS if find(against(option), within(fixed))}


NEVER: list[tuple[str, Answers, set[str]]] = [
    ("macOS guests need Apple hardware: Linux hosts", {"os": "macos", "host": "linux"}, set(OPTIONS)),
    ("macOS guests need Apple hardware: Windows hosts", {"os": "macos", "host": "windows"}, set(OPTIONS)),
    ("macOS guests need Apple hardware: Kubernetes", {"os": "macos", "platform": "kubernetes"}, set(OPTIONS)),
    ("dozens of macOS guests on a Mac", {"os": "macos", "density": "dozens"}, set(OPTIONS)),
    ("hundreds of macOS guests on a Mac", {"os": "macos", "density": "hundreds"}, set(OPTIONS)),
    ("a demanded hypervisor", {"separation": "yes"}, SHARED_KERNEL | {"gvisor", "bare-metal"}),
    ("strangers' code on a shared kernel", {"trust": "untrusted"}, SHARED_KERNEL),
    ("hostile code on a shared kernel", {"trust": "hostile"}, SHARED_KERNEL | {"gvisor"}),
    ("USB behind Docker Desktop on a Mac", {"device": "other", "host": "mac"}, LINUX_CONTAINERS),
    ("USB behind Docker Desktop on Windows", {"device": "other", "host": "windows"}, LINUX_CONTAINERS),
    ("a confidential VM on a Mac", {"host": "mac"}, {"confidential-vm", "kata", "firecracker"}),
    ("KVM on Windows", {"host": "windows"}, {"kata", "firecracker"}),
    ("on Kubernetes what is no pod", {"platform": "kubernetes"},
     {"bare-metal", "firecracker", "system-container", "windows-hyperv-container"}),
    ("on nodes that start no VMs", {"platform": "kubernetes", "kvm": "no"}, {"kata", "virtual-machine"}),
    ("VMs that a host cannot start", {"kvm": "no"}, {"kata", "firecracker", "windows-hyperv-container"}),
    ("a GPU where none is handed on", {"device": "gpu"}, {"firecracker", "windows-hyperv-container"}),
    ("hard real time in a desktop's VM", {"rt": "hard", "host": "mac"}, set(OPTIONS) - {"bare-metal"}),
    ("other systems in Linux containers", {"os": "windows"}, LINUX_CONTAINERS | {"kata", "firecracker"}),
    ("Windows containers on Linux hosts", {"os": "windows", "host": "linux"},
     {"windows-process-container", "windows-hyperv-container"}),
    ("an engine inside a shared kernel's container", {"inside": "engine"},
     {"container", "rootless-container", "windows-process-container", "windows-hyperv-container"}),
    ("machines inside what passes no virtualisation on", {"inside": "machines"},
     {"gvisor", "kata", "firecracker", "confidential-vm"}),
    ("machines inside a container without KVM", {"inside": "machines", "kvm": "no"}, LINUX_CONTAINERS),
    ("another processor in a hypervisor", {"arch": "other"},
     {"gvisor", "kata", "firecracker", "confidential-vm", "bare-metal"}),
    ("strangers behind an emulated processor", {"arch": "other", "trust": "hostile"}, set(OPTIONS)),
    ("a hypervisor that is an emulator", {"arch": "other", "separation": "yes"}, {"virtual-machine"}),
    ("a job that starts a machine", {"platform": "scheduler"}, set(OPTIONS) - {"rootless-container", "bare-metal"}),
    ("hard real time by emulation", {"arch": "other", "rt": "hard"}, set(OPTIONS)),
    ("live migration", {"life": "pet"}, set(OPTIONS) - {"virtual-machine"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "fixed", "never"), NEVER, ids=[row[0] for row in NEVER])
def test_no_answers_ever_lead_to(what: str, fixed: Answers, never: set[str]) -> None:
    wrong = left(fixed) & never
    assert wrong == set(), (
        f"{what}: some answers with {fixed} still leave {sorted(wrong)}. Repair or add the rule in "
        "docs/data/decision.yml that excludes them, with its source; or, if they are right, change NEVER and say why"
    )


def test_every_option_can_be_left_at_all() -> None:
    assert left({}) == set(OPTIONS)


# --- Advice ----------------------------------------------------------------------------------------------------

REMEDY = "give the row a 'when' in docs/data/decision.yml that leaves these answers out, or another row before it"
# Words of advice, and the answers with which they would contradict the recommendation.
CONTRADICTIONS: list[tuple[str, str, Answers]] = [
    ("Containers are welcome", "inside", {"os": "windows"}),
    ("Containers are welcome", "inside", {"os": "macos"}),
    ("Containers are welcome", "inside", {"os": "other"}),
    ("a small VM for each", "form", {"os": "windows"}),
    ("a small VM for each", "form", {"os": "macos"}),
    ("KubeVirt", "platform", {"kvm": "no"}),
    ("On a virtual machine, in any case", "stands", {"rt": "hard"}),
    ("not inside another virtual machine", "stands", {"arch": "other", "os": "windows"}),
    ("Below your pods", "platform", {"kvm": "no"}),
]


def spaces(option: str, row: Advice, given: Answers) -> Iterable[Space]:
    """Where the row speaks about the option, with these answers: one part of the space for each of its conditions."""
    earlier = DECISION.advice[: DECISION.advice.index(row)]
    silencing = [c for r in earlier if r.subject == row.subject and option in r.options for c in r.when or [{}]]
    for condition in row.when or [{}]:
        space = {**EVERYTHING, **{key: frozenset(ids) for key, ids in condition.items()}}
        found = find([*against(option), *silencing], within(given, space))
        if found:
            yield found


ROWS = [(option, row) for row in DECISION.advice for option in row.options]


@pytest.mark.parametrize(("option", "row"), ROWS, ids=[f"{option}: {row.verdict}" for option, row in ROWS])
def test_advice_can_be_reached_and_contradicts_no_answer(option: str, row: Advice) -> None:
    assert any(spaces(option, row, {})), (
        f"{option}: no answers ever lead to “{row.verdict}”. An earlier row of the subject '{row.subject}' hides it: "
        "move it up, narrow the earlier row's 'when', or give it a subject of its own"
    )
    wrong = [
        given
        for words, about, given in CONTRADICTIONS
        if about == row.subject and words in row.verdict and any(spaces(option, row, given))
    ]
    assert wrong == [], f"{option}: “{row.verdict}” is also said with {wrong}, which it contradicts: {REMEDY}"


def test_no_row_of_advice_hides_one_of_another_subject() -> None:
    """Hostile code on Kubernetes hears of dedicated hosts, of the platform and of what may run inside."""
    answers = {key: values[0] for key, values in QUESTIONS.items()} | {"trust": "hostile", "platform": "kubernetes"}
    spoken = {row.subject for row in DECISION.advice if "virtual-machine" in row.options and holds(row.when, answers)}
    silent = {"stands", "platform", "inside"} - spoken
    assert silent == set(), (
        f"a virtual machine for hostile code on Kubernetes hears nothing about {sorted(silent)}: one row of each "
        "subject speaks, so a row that shares its subject with another hides it (docs/data/decision.yml, advice)"
    )


# Words of a counter-argument that name a way out, the option that they name, and what they say has to change for it.
WAYS_OUT: list[tuple[str, str, Answers]] = [
    ("a sandbox is good enough, and gVisor needs no", "gvisor", {"trust": "untrusted"}),
    ("gVisor boots no", "gvisor", {}),
    ("take Kata", "kata", {}),
    ("a container does it too", "container", {}),
]
# Words of a counter-argument, and the answers with which they would contradict the recommendation.
DISPUTED: list[tuple[str, Answers]] = [
    ("a wall against nobody", {"trust": "hostile"}),
    ("a wall against nobody", {"trust": "untrusted"}),
    ("a wall against nobody", {"separation": "yes"}),
    ("to license", {"os": "other"}),
    ("hosts that are not Macs", {"host": "mac"}),
    ("operator for that database", {"shape": "machine"}),
]


def speaks(option: str, nth: int, given: Answers) -> Iterable[Space]:
    """Where a counter-argument speaks about a recommended option, with these answers."""
    earlier = [c for row in DECISION.counters[:nth] if option in row.options for c in row.when or [{}]]
    for condition in DECISION.counters[nth].when or [{}]:
        space = {**EVERYTHING, **{key: frozenset(ids) for key, ids in condition.items()}}
        found = find([*against(option), *earlier], within(given, space))
        if found:
            yield found


def barred(named: str, change: Answers) -> Iterable[dict[str, list[str]]]:
    """What else an answer may be where a rule still removes the option that is named, once the change is made."""
    for condition in against(named):
        if all(answer in condition.get(key, [answer]) for key, answer in change.items()):
            yield {key: ids for key, ids in condition.items() if key not in change}


COUNTERS = [(option, nth) for nth, row in enumerate(DECISION.counters) for option in row.options]


@pytest.mark.parametrize(("option", "nth"), COUNTERS, ids=[f"{option}, row {nth}" for option, nth in COUNTERS])
def test_a_counter_argument_can_be_reached_and_names_no_way_that_is_barred(option: str, nth: int) -> None:
    text = " ".join(DECISION.counters[nth].text.split())
    assert any(speaks(option, nth, {})), (
        f"{option}: no answers ever lead to “{text[:60]}…”. An earlier row of 'counters' hides it: move it up"
    )
    wrong = [given for words, given in DISPUTED if words in text and any(speaks(option, nth, given))]
    for words, named, change in WAYS_OUT:
        if words in text:
            for condition in barred(named, change):
                pairs = [[(key, answer) for answer in ids] for key, ids in condition.items()]
                wrong += [dict(one) for one in itertools.product(*pairs) if any(speaks(option, nth, dict(one)))]
    assert wrong == [], f"{option}: “{text[:60]}…” is also said with {wrong[0]}, which rules that out: {REMEDY}"


# --- Rules and the comparison ----------------------------------------------------------------------------------


@cache
def cells(technology: str) -> dict[str, Any]:
    return dict(read(DATA / f"technologies/{technology}.yml").data["cells"])


def digest(cell: dict[str, Any]) -> str:
    """Eight digits that change when the cell's verdict does."""
    return hashlib.sha256(f"{cell['kind']}: {cell.get('text', '')}".encode()).hexdigest()[:8]


def test_a_rule_is_looked_at_again_when_its_cell_changes() -> None:
    changed = []
    for rule in DECISION.rules:
        for technology, rows in rule.cells.items():
            for row, noted in rows.items():
                cell = cells(technology)[row]
                if digest(cell) != noted:
                    changed.append(
                        f"docs/data/decision.yml, rule {rule.id}: the cell {technology}/{row} now says "
                        f"“{cell.get('text', cell['kind'])}”. If the rule still holds, write {digest(cell)}"
                    )
    assert changed == [], "\n".join(changed)


def test_every_rule_about_a_cell_names_it() -> None:
    """A rule that removes options because of what they are rests on a cell of each of them, or is a definition."""
    bare = []
    for rule in DECISION.rules:
        if rule.kind == "cited" and not rule.cells:
            bare.append(rule.id)
    assert bare == []


NEGATIVE = ("No", "None", "Hardly", "Not ")


def test_what_the_comparison_denies_is_never_a_selling_point() -> None:
    """A fit above the middle needs a cell that says more than "no" or "not established".

    An option beside which nothing else is ever left is never compared, so it sells nothing.
    """
    wrong = []
    for option in DECISION.options:
        if not any(find([*against(option.id), *against(other)], EVERYTHING) for other in OPTIONS if other != option.id):
            continue
        for criterion, fit in zip(DECISION.criteria, option.fit, strict=True):
            found = [cells(option.id)[row] for row in criterion.rows]
            denied = [c["kind"] == "not-established" or c["text"].startswith(NEGATIVE) for c in found]
            if fit > 2 and all(denied):
                wrong.append(f"{option.id}, {criterion.id}: fit {fit}, but {[c.get('text') for c in found]}")
    assert wrong == []
