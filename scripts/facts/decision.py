"""Typed models of the decision guide's data (``decision.yml``, ``workloads.yml``), and what to check across rows.

Nothing here applies a rule: that is the job of ``docs/assets/scripts/decide.js`` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError, model_validator

from scripts.facts.load import REMEDIES
from scripts.facts.models import Keyed, Row, ShortText, Slug, Text
from scripts.facts.yamlfile import DataError, Location, YamlFile, read
from scripts.paths import DATA, DOCS

# Question -> the answers that satisfy it; a list of conditions means "or".
Condition = Annotated[dict[Slug, Annotated[list[Slug], Field(min_length=1)]], Field(min_length=1)]
Conditions = Annotated[list[Condition], Field(min_length=1)]
Answers = dict[Slug, Slug]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{8}$")]
Family = Literal["all", "linux-container", "windows-container", "machine", "bare-metal"]


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
    is looked at again when one of them changes.
    """

    title: ShortText
    when: Conditions
    keeps: list[Slug] | None = None
    excludes: list[Slug] | None = None
    reason: Text
    kind: Literal["cited", "definition", "editorial", "standing"]
    sources: list[Slug] = Field(default_factory=list)
    cells: dict[Slug, dict[Slug, Digest]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Rule:
        if bool(self.keeps) == bool(self.excludes):
            raise ValueError("give either 'keeps' or 'excludes'")
        if self.kind == "cited" and not self.sources:
            raise ValueError("kind 'cited' needs at least one id in 'sources'")
        return self


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
    """A workload as people describe it, what it means in answers, and the recommendation those lead to."""

    group: Slug
    title: ShortText
    answers: Answers
    recommendation: Slug
    argument: Text

    @model_validator(mode="after")
    def _two_sentences(self) -> Workload:
        if self.argument.count(". ") + self.argument.endswith(".") != 2:
            raise ValueError("'argument' must be two sentences")
        return self


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


M = TypeVar("M", bound=Row)
FURTHER_REMEDIES = REMEDIES | {
    "string_type": "Put it in quotes: without them YAML takes yes, no and numbers for something other than words",
    "string_pattern_mismatch": "Use lower-case words with hyphens",
}


def load_choices(sources: Iterable[str], folder: Path = DATA) -> Choices:
    """Read and check the guide's files below ``folder``; ``sources`` are the registered ids.

    Raises ``ExceptionGroup`` of ``DataError``: all problems at once, each with file, line, key, remedy.
    """
    errors: list[DataError] = []
    decision_file, workloads_file = read(folder / "decision.yml"), read(folder / "workloads.yml")
    decision = _validated(decision_file, Decision, errors)
    workloads = _validated(workloads_file, Workloads, errors)
    names = {path.stem: _name(path) for path in sorted((folder / "technologies").glob("*.yml"))}
    if decision:
        known = _Known(
            decision, names, set(sources), {row["id"] for row in read(folder / "dimensions.yml").data["dimensions"]}
        )
        errors += known.problems(decision_file)
        if workloads:
            errors += known.workload_problems(workloads_file, workloads)
    if errors or not decision or not workloads:
        raise ExceptionGroup(f"{len(errors)} problem(s) in the data of the decision guide", errors)
    return Choices(decision, workloads, names)


def _name(path: Path) -> OptionName:
    row = read(path).data
    return OptionName(str(row["name"]), str(row["short"]), str(row["side"]))


def _validated(file: YamlFile, model: type[M], errors: list[DataError]) -> M | None:
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        for item in error.errors():
            remedy = FURTHER_REMEDIES.get(item["type"], "Correct the value")
            errors.append(file.error(item["loc"], item["msg"].removeprefix("Value error, "), remedy))
        return None


class _Known:
    """The ids that rows may refer to, and the check that they refer to nothing else."""

    def __init__(self, decision: Decision, names: dict[str, OptionName], sources: set[str], rows: set[str]) -> None:
        self.decision = decision
        self.answers = {q.id: {a.id for a in q.answers} for q in decision.questions}
        self.options = {option.id for option in decision.options}
        self.criteria = {criterion.id for criterion in decision.criteria}
        self.groups = {group.id for group in decision.groups}
        self.pages = {page.id for page in decision.pages}
        self.technologies, self.sources, self.rows = set(names), sources, rows

    def problems(self, file: YamlFile) -> Iterator[DataError]:
        """A ``DataError`` for each unknown id, double id or missing piece in ``decision.yml``."""
        yield from self._doubles(file)
        yield from self._question_problems(file)
        for section in ("rules", "counters", "advice"):
            for index, row in enumerate(getattr(self.decision, section)):
                at = (section, index)
                yield from self._conditions(file, (*at, "when"), row.when)
                yield from self._each(
                    file, (*at, "sources"), row.sources, self.sources, "source", "docs/data/sources.yml"
                )
                for key in ("keeps", "excludes", "options"):
                    yield from self._options(file, (*at, key), getattr(row, key, None) or [])
        yield from self._option_problems(file)
        yield from self._tier_problems(file)
        for index, criterion in enumerate(self.decision.criteria):
            yield from self._each(
                file,
                ("criteria", index, "rows"),
                criterion.rows,
                self.rows,
                "row of the comparison",
                "docs/data/dimensions.yml",
            )
        for index, page in enumerate(self.decision.pages):
            if not (DOCS / page.path.split("#")[0]).is_file():
                yield file.error(("pages", index, "path"), f"there is no docs/{page.path}", "Correct the path")
        for chart in ("flow", "brief"):
            for index, step in enumerate(getattr(self.decision, chart)):
                yield from self._options(file, (chart, index, "gives"), step.gives)
                yield from self._conditions(file, (chart, index, "when"), step.when)

    def workload_problems(self, file: YamlFile, rows: Workloads) -> Iterator[DataError]:
        """A ``DataError`` for each unknown or double id in ``workloads.yml``."""
        groups, seen = {group.id for group in rows.groups}, set()
        used = {row.group for row in rows.workloads}
        for index, group in enumerate(rows.groups):
            if group.id not in used:
                yield file.error(("groups", index), f"the group '{group.id}' has no workload", "Add one, or remove it")
        for index, row in enumerate(rows.workloads):
            at = ("workloads", index)
            if row.id in seen:
                yield file.error((*at, "id"), f"the id '{row.id}' is used twice", "Give this row an id of its own")
            seen.add(row.id)
            yield from self._each(file, (*at, "group"), [row.group], groups, "group", "the top of this file")
            yield from self._given(file, (*at, "answers"), row.answers)
            yield from self._options(file, (*at, "recommendation"), [row.recommendation])

    def _doubles(self, file: YamlFile) -> Iterator[DataError]:
        for section in ("groups", "questions", "rules", "criteria", "options", "subjects", "pages"):
            seen: set[str] = set()
            for index, row in enumerate(getattr(self.decision, section)):
                if row.id in seen:
                    yield file.error(
                        (section, index, "id"), f"the id '{row.id}' is used twice", "Rename one of the two"
                    )
                seen.add(row.id)

    def _question_problems(self, file: YamlFile) -> Iterator[DataError]:
        for index, question in enumerate(self.decision.questions):
            at: Location = ("questions", index)
            yield from self._each(file, (*at, "group"), [question.group], self.groups, "group", "'groups'")
            yield from self._conditions(file, (*at, "follow"), question.follow)
            for position, answer in enumerate(question.answers):
                yield from self._each(
                    file, (*at, "answers", position, "adds"), answer.adds, self.criteria, "criterion", "'criteria'"
                )
                yield from self._conditions(file, (*at, "answers", position, "assume"), answer.assume)

    def _option_problems(self, file: YamlFile) -> Iterator[DataError]:
        first = self.decision.subjects[0].id
        always = {
            "counters": {o for row in self.decision.counters if not row.when for o in row.options},
            "advice": {o for row in self.decision.advice if not row.when and row.subject == first for o in row.options},
        }
        for index, option in enumerate(self.decision.options):
            at: Location = ("options", index)
            yield from self._each(
                file, (*at, "id"), [option.id], self.technologies, "technology", "docs/data/technologies/"
            )
            yield from self._each(file, (*at, "read"), option.read, self.pages, "page", "'pages'")
            if len(option.fit) != len(self.criteria):
                yield file.error(
                    (*at, "fit"),
                    f"has {len(option.fit)} numbers for {len(self.criteria)} criteria",
                    "Give one for each",
                )
            for section, covered in always.items():
                if option.id not in covered:
                    yield file.error(at, f"'{option.id}' has no row in '{section}' without 'when'", "Add one")
        subjects = {subject.id for subject in self.decision.subjects}
        for index, row in enumerate(self.decision.advice):
            yield from self._each(file, ("advice", index, "subject"), [row.subject], subjects, "subject", "'subjects'")

    def _tier_problems(self, file: YamlFile) -> Iterator[DataError]:
        covered = [answer for tier in self.decision.tiers for answer in tier.trust]
        if sorted(covered) != sorted(self.answers.get("trust", ())):
            yield file.error(
                ("tiers",), "does not have each answer to 'trust' exactly once", "Correct the keys 'trust'"
            )
        for index, tier in enumerate(self.decision.tiers):
            for position, check in enumerate(tier.checks):
                at = ("tiers", index, "checks", position, "sources")
                yield from self._each(file, at, check.sources, self.sources, "source", "docs/data/sources.yml")

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
        self, file: YamlFile, at: Location, ids: Iterable[str], known: set[str], what: str, place: str
    ) -> Iterator[DataError]:
        for position, key in enumerate(ids):
            if key not in known:
                where = (*at, position) if (*at, position) in file.lines else at
                yield file.error(where, f"there is no {what} '{key}'", f"Correct the id, or add it to {place}")
