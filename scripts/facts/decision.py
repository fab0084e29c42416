"""Typed models of the decision guide's data (``decision.yml``, ``workloads.yml``), and what to check across rows.

Nothing here applies a rule: that is the job of ``docs/assets/scripts/decide.js`` alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from scripts.facts.load import each, validate
from scripts.facts.models import Keyed, Row, ShortText, Slug, Text
from scripts.facts.prose import figures_of
from scripts.facts.yamlfile import DataError, Location, YamlFile, read
from scripts.paths import DATA, DOCS

# Question -> the answers that satisfy it; a list of conditions means "or".
Condition = Annotated[dict[Slug, Annotated[list[Slug], Field(min_length=1)]], Field(min_length=1)]
Conditions = Annotated[list[Condition], Field(min_length=1)]
Answers = dict[Slug, Slug]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
M = TypeVar("M", bound=Row)
Family = Literal["all", "linux-container", "windows-container", "machine", "microvm", "bare-metal"]


class Group(Keyed):
    """A heading above questions or workloads."""

    title: ShortText


class Answer(Keyed):
    """A possible answer: its words in the form, as a statement, and what it adds to the weights of criteria.

    Where nobody answered, the one whose ``assume`` fits the other answers is assumed, or else the first.
    """

    label: ShortText
    said: Text
    adds: dict[Slug, int] = Field(default_factory=dict)
    assume: Conditions | None = None


class Question(Keyed):
    """A question. It is in the short path always, when ``follow`` holds, or never."""

    group: Slug
    ask: ShortText
    help: Text | None = None
    short: bool = False
    follow: Conditions | None = None
    answers: Annotated[list[Answer], Field(min_length=2)]


class Rule(Keyed):
    """A hard rule: where one of ``when`` holds it removes ``excludes``, or everything but ``keeps``.

    ``cells`` names the cells of the comparison that it rests on (technology, question, digest of the cell), so that it
    is looked at again when one of them changes. ``topic``: the row of topics.yml whose page explains it.
    """

    title: ShortText
    topic: Slug
    when: Conditions
    keeps: list[Slug] | None = None
    excludes: list[Slug] | None = None
    reason: Text
    kind: Literal["cited", "definition", "editorial", "standing"]
    sources: list[Slug] = Field(default_factory=list)
    cells: dict[Slug, dict[Slug, Digest]] = Field(default_factory=dict)

    def faults(self) -> dict[str, Callable[[], bool]]:
        """No effect, or two; no evidence."""
        return {
            "give either 'keeps' or 'excludes'": lambda: bool(self.keeps) == bool(self.excludes),
            "kind 'cited' needs at least one id in 'sources'": lambda: self.kind == "cited" and not self.sources,
        }


class Criterion(Keyed):
    """What decides among the options that are left; ``rows`` of the comparison are what its fits rest on."""

    title: ShortText
    base: int = Field(ge=0, le=5)
    better: ShortText
    scale: Text
    rows: list[Slug]


class Option(Keyed):
    """A technology that can be recommended: its fit to each criterion, in their order, from 0 to 4."""

    fit: list[Annotated[int, Field(ge=0, le=4)]]
    families: list[Family]
    read: list[Slug] = Field(min_length=1)


class Counter(Row):
    """The main counter-argument when one of ``options`` is recommended."""

    options: list[Slug] = Field(min_length=1)
    when: Conditions | None = None
    text: Text
    sources: list[Slug] = Field(default_factory=list)


class Advice(Counter):
    """Advice about a recommendation; of each subject the first row that fits speaks."""

    subject: Slug
    verdict: ShortText


class Subject(Keyed):
    """What advice is about: the heading above it."""

    title: ShortText


class Check(Row):
    """An item of a hardening list, for options of some families."""

    text: Text
    families: list[Family] = Field(min_length=1)
    sources: list[Slug] = Field(min_length=1)


class Tier(Row):
    """A hardening tier, for some answers to the question ``trust``; it includes the tiers before it."""

    level: int
    title: ShortText
    trust: list[Slug]
    checks: list[Check]


class ReadingPage(Keyed):
    """A page or lab to read next."""

    path: Annotated[str, Field(pattern=r"^[a-z0-9/-]+\.md(#[a-z0-9-]+)?$")]
    title: ShortText


class Step(Row):
    """A step of the flowchart: the answers that take its branch (none: all others), and what they lead to."""

    ask: ShortText
    when: Conditions | None = None
    gives: list[Slug] = Field(min_length=1)


class BriefStep(Row):
    """A step of the shorter chart: what it says, and the options that this means; none hands over to the guide."""

    ask: ShortText
    when: Conditions | None = None
    says: ShortText
    gives: list[Slug] = Field(default_factory=list)


class Decision(Row):
    """The file ``decision.yml``."""

    groups: list[Group]
    questions: list[Question]
    rules: list[Rule]
    criteria: list[Criterion]
    close_call: float = Field(gt=0, lt=0.5)
    poor_fit: float = Field(gt=0, lt=1)
    options: list[Option]
    counters: list[Counter]
    subjects: list[Subject]
    advice: list[Advice]
    tiers: list[Tier]
    pages: list[ReadingPage]
    flow: list[Step]
    brief: list[BriefStep]


class Workload(Keyed):
    """A workload as people describe it, what it means in answers, and the recommendation those lead to.

    ``topic``: the row of topics.yml whose page explains what decides.
    """

    group: Slug
    title: ShortText
    topic: Slug
    answers: Answers
    recommendation: Slug
    argument: Text

    def faults(self) -> dict[str, Callable[[], bool]]:
        """An argument that is too short or too long."""
        return {
            "'argument' must be two sentences": lambda: self.argument.count(". ") + self.argument.endswith(".") != 2
        }


class Workloads(Row):
    """The file ``workloads.yml``."""

    groups: list[Group]
    workloads: list[Workload]


@dataclass(frozen=True)
class OptionName:
    """How a technology is called, from its own file."""

    name: str
    short: str
    side: str


@dataclass(frozen=True)
class Choices:
    """Everything that the pages of ``choose/`` are made of."""

    decision: Decision
    workloads: Workloads
    names: dict[str, OptionName]


def load_choices(sources: Iterable[str] | None, folder: Path = DATA) -> Choices:
    """Read and check the guide's files below ``folder``; ``sources`` are the registered ids (None: not known).

    Raises ``ExceptionGroup`` of ``DataError``: all problems at once, each with file, line, key, remedy.
    """
    errors: list[DataError] = []
    decision_file, decision = _parsed(folder / "decision.yml", Decision, errors)
    workloads_file, workloads = _parsed(folder / "workloads.yml", Workloads, errors)
    names = {path.stem: _name(path) for path in sorted((folder / "technologies").glob("*.yml"))}
    if decision:
        rows, topics = _rows_of(folder / "dimensions.yml", "dimensions"), _rows_of(folder / "topics.yml")
        known = _Known(decision, names, None if sources is None else set(sources), rows, topics)
        errors += known.problems(decision_file)
        if workloads:
            errors += known.workload_problems(workloads_file, workloads)
    if errors or not decision or not workloads:
        raise ExceptionGroup(f"{len(errors)} problem(s) in the data of the decision guide", errors)
    return Choices(decision, workloads, names)


def _parsed(path: Path, model: type[M], errors: list[DataError]) -> tuple[YamlFile, M | None]:
    """A file and what it holds, as far as it is right; what is wrong goes to ``errors``."""
    try:
        file = read(path)
    except DataError as error:
        errors.append(error)
        return YamlFile(path, None), None
    found, problems = validate(file, (), model, file.data)
    errors += [*file.problems, *problems, *figures_of(file)]
    return file, found


def _name(path: Path) -> OptionName:
    """How a technology is called; what is wrong with its file is reported elsewhere."""
    row: Any = None
    with contextlib.suppress(DataError):
        row = read(path).data
    return OptionName(*(str((row or {}).get(key, path.stem)) for key in ("name", "short", "side")))


def _rows_of(path: Path, section: str | None = None) -> set[str] | None:
    """The ids of the rows of a file, or of a part of it; None where the file is wrong, which is reported elsewhere."""
    try:
        data = read(path).data
        return {row["id"] for row in (data[section] if section else data)}
    except (DataError, KeyError, TypeError):
        return None


def _ids(rows: Iterable[Keyed]) -> set[str]:
    """The ids of the rows that have one."""
    return {row.id for row in rows if hasattr(row, "id")}


def _at_place(
    check: Callable[[YamlFile, Location, Any], Iterator[DataError]], file: YamlFile, place: tuple[Location, Any]
) -> Iterator[DataError]:
    return check(file, *place)


class _Known:
    """The ids that rows may refer to, and the check that they refer to nothing else.

    Rows may be wrong already and lack the wrong value (load.py); then what can be said of the others is said.
    """

    def __init__(
        self,
        decision: Decision,
        names: dict[str, OptionName],
        sources: set[str] | None,
        rows: set[str] | None,
        topics: set[str] | None,
    ) -> None:
        self.decision = decision
        self.answers = {q.id: _ids(getattr(q, "answers", [])) for q in self._section("questions") if hasattr(q, "id")}
        self.options, self.criteria = _ids(self._section("options")), _ids(self._section("criteria"))
        self.groups, self.pages = _ids(self._section("groups")), _ids(self._section("pages"))
        self.technologies, self.sources, self.rows, self.topics = set(names), sources, rows, topics

    def _section(self, name: str) -> list[Any]:
        """The rows of a part of ``decision.yml``, none where the part is wrong as a whole."""
        return getattr(self.decision, name, [])

    def problems(self, file: YamlFile) -> Iterator[DataError]:
        """A ``DataError`` for each unknown id, double id or missing piece in ``decision.yml``."""
        yield from self._doubles(file)
        for section, check in (
            ("questions", self._question),
            ("rules", self._rule),
            ("rules", self._topic),
            ("counters", self._rule),
            ("advice", self._rule),
            ("advice", self._advice),
            ("options", self._option),
            ("criteria", self._criterion),
            ("pages", self._page),
            ("flow", self._step),
            ("brief", self._step),
        ):
            places = (((section, index), row) for index, row in enumerate(self._section(section)))
            yield from each(places, partial(_at_place, check, file))
        yield from each([self.decision.tiers] if self._section("tiers") else [], lambda _: self._tiers(file))

    def workload_problems(self, file: YamlFile, rows: Workloads) -> Iterator[DataError]:
        """A ``DataError`` for each unknown or double id in ``workloads.yml``."""
        workloads, groups = getattr(rows, "workloads", []), getattr(rows, "groups", [])
        used = {getattr(row, "group", "") for row in workloads}
        for index, group in enumerate(groups):
            if hasattr(group, "id") and group.id not in used:
                yield file.error(("groups", index), f"the group '{group.id}' has no workload", "Add one, or remove it")
        seen: set[str] = set()

        def check(place: tuple[int, Workload]) -> Iterator[DataError]:
            index, row = place
            at = ("workloads", index)
            yield from self._given(file, (*at, "answers"), getattr(row, "answers", {}))
            if row.id in seen:
                yield file.error((*at, "id"), f"the id '{row.id}' is used twice", "Give this row an id of its own")
            seen.add(row.id)
            yield from self._each(file, (*at, "group"), [row.group], _ids(groups), "group", "the top of this file")
            yield from self._topic(file, at, row)
            yield from self._options(file, (*at, "recommendation"), [row.recommendation])

        yield from each(enumerate(workloads), check)

    def _doubles(self, file: YamlFile) -> Iterator[DataError]:
        for section in ("groups", "questions", "rules", "criteria", "options", "subjects", "pages"):
            seen: set[str] = set()
            for index, row in enumerate(self._section(section)):
                if hasattr(row, "id") and row.id in seen:
                    yield file.error(
                        (section, index, "id"), f"the id '{row.id}' is used twice", "Rename one of the two"
                    )
                seen.add(getattr(row, "id", ""))

    def _rule(self, file: YamlFile, at: Location, row: Rule | Counter) -> Iterator[DataError]:
        yield from self._conditions(file, (*at, "when"), getattr(row, "when", None))
        for key in ("keeps", "excludes", "options"):
            yield from self._options(file, (*at, key), getattr(row, key, None) or [])
        yield from self._each(file, (*at, "sources"), row.sources, self.sources, "source", "docs/data/sources.yml")

    def _topic(self, file: YamlFile, at: Location, row: Rule | Workload) -> Iterator[DataError]:
        yield from self._each(file, (*at, "topic"), [row.topic], self.topics, "topic", "docs/data/topics.yml")

    def _question(self, file: YamlFile, at: Location, question: Question) -> Iterator[DataError]:
        yield from self._conditions(file, (*at, "follow"), getattr(question, "follow", None))
        for position, answer in enumerate(getattr(question, "answers", [])):
            place = (*at, "answers", position)
            adds = getattr(answer, "adds", {})
            yield from self._each(file, (*place, "adds"), adds, self.criteria, "criterion", "'criteria'")
            yield from self._conditions(file, (*place, "assume"), getattr(answer, "assume", None))
        yield from self._each(file, (*at, "group"), [question.group], self.groups, "group", "'groups'")

    def _option(self, file: YamlFile, at: Location, option: Option) -> Iterator[DataError]:
        known = "docs/data/technologies/"
        yield from self._each(file, (*at, "id"), [option.id], self.technologies, "technology", known)
        yield from self._each(file, (*at, "read"), getattr(option, "read", []), self.pages, "page", "'pages'")
        if hasattr(option, "fit") and len(option.fit) != len(self.criteria):
            problem = f"has {len(option.fit)} numbers for {len(self.criteria)} criteria"
            yield file.error((*at, "fit"), problem, "Give one for each")
        first = self.decision.subjects[0].id
        for section in ("counters", "advice"):
            always = (r for r in self._section(section) if not r.when and getattr(r, "subject", first) == first)
            if not any(option.id in row.options for row in always):
                yield file.error(at, f"'{option.id}' has no row in '{section}' without 'when'", "Add one")

    def _advice(self, file: YamlFile, at: Location, row: Advice) -> Iterator[DataError]:
        subjects = _ids(self._section("subjects"))
        yield from self._each(file, (*at, "subject"), [row.subject], subjects, "subject", "'subjects'")

    def _criterion(self, file: YamlFile, at: Location, row: Criterion) -> Iterator[DataError]:
        known = "docs/data/dimensions.yml"
        yield from self._each(file, (*at, "rows"), row.rows, self.rows, "row of the comparison", known)

    def _page(self, file: YamlFile, at: Location, page: ReadingPage) -> Iterator[DataError]:
        if not (DOCS / page.path.split("#")[0]).is_file():
            yield file.error((*at, "path"), f"there is no docs/{page.path}", "Correct the path")

    def _step(self, file: YamlFile, at: Location, step: Step | BriefStep) -> Iterator[DataError]:
        yield from self._options(file, (*at, "gives"), getattr(step, "gives", []))
        yield from self._conditions(file, (*at, "when"), step.when)

    def _tiers(self, file: YamlFile) -> Iterator[DataError]:
        for index, tier in enumerate(self.decision.tiers):
            for position, check in enumerate(getattr(tier, "checks", [])):
                at, named = ("tiers", index, "checks", position, "sources"), getattr(check, "sources", [])
                yield from self._each(file, at, named, self.sources, "source", "docs/data/sources.yml")
        covered = [answer for tier in self.decision.tiers for answer in tier.trust]
        if sorted(covered) != sorted(self.answers.get("trust", ())):
            problem = "does not have each answer to 'trust' exactly once"
            yield file.error(("tiers",), problem, "Correct the keys 'trust'")

    def _options(self, file: YamlFile, at: Location, ids: Iterable[str]) -> Iterator[DataError]:
        return self._each(file, at, ids, self.options, "option", "'options' of decision.yml")

    def _conditions(self, file: YamlFile, at: Location, conditions: Conditions | None) -> Iterator[DataError]:
        for index, condition in enumerate(conditions or []):
            for question, answers in condition.items():
                for answer in answers:
                    yield from self._given(file, (*at, index), {question: answer})

    def _given(self, file: YamlFile, at: Location, answers: Answers) -> Iterator[DataError]:
        for question, answer in answers.items():
            where, remedy = (*at, question), "Correct the id, or add it to 'questions' of decision.yml"
            if question not in self.answers:
                yield file.error(where, f"there is no question '{question}'", remedy)
            elif answer not in self.answers[question]:
                yield file.error(where, f"the question '{question}' has no answer '{answer}'", remedy)

    def _each(
        self, file: YamlFile, at: Location, ids: Iterable[str], known: set[str] | None, what: str, place: str
    ) -> Iterator[DataError]:
        for position, key in enumerate(ids):
            if known is not None and key not in known:
                where = (*at, position) if (*at, position) in file.lines else at
                yield file.error(where, f"there is no {what} '{key}'", f"Correct the id, or add it to {place}")
