"""Typed models of the data in ``docs/data``: what a row may hold, and in which form.

The models are the schema: ``dev.py schema`` exports them as JSON Schema for editors, and every build
validates the data against them. They know nothing of files; ``load.py`` reads those and names lines.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import InitErrorDetails

SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
# Cells, definitions and conditions are plain text: no markup reaches the page through data, and no call of a macro.
MARKUP = re.compile(r"<\s*[/!a-zA-Z]|javascript:|\]\(|\[[=%]|[=%]\]|\[##|##\]", re.IGNORECASE)
# Characters that turn the direction of writing around: what is read is not what is there.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _plain(text: str) -> str:
    if MARKUP.search(text):
        raise ValueError(
            "holds HTML, a script, a Markdown link or a macro; write plain text and put links in 'sources'"
        )
    if TURNING.search(text):
        raise ValueError("holds a character that turns the direction of writing; delete it")
    return text


# The address of a file, a folder or a change at one commit: what stands there stays as it is.
PIN = re.compile(r"/[0-9a-f]{40}/|/commit/[0-9a-f]{40}|[?&](?:id|h)=[0-9a-f]{40}")
# A figure is a row of claims.yml; a cell asks for it as {claim-id}.
PLACEHOLDER = re.compile(r"\{([a-z0-9-]+)\}")
# Behind a statement of a detail, the source that carries it: {@source-id}.
SOURCE_MARK = re.compile(r"\s*\{@([a-z0-9-]+)\}")
MAX_QUOTE_WORDS = 25
MAX_SHORT = 90
# The heading of a figure's entry: one line beside others.
MAX_TITLE = 60

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_plain)]


def _one_line(text: str) -> str:
    if "\n" in text:
        raise ValueError("holds a line break; write one line")
    return text


ShortText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_SHORT),
    AfterValidator(_plain),
    AfterValidator(_one_line),
]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TITLE),
    AfterValidator(_plain),
    AfterValidator(_one_line),
]


def _few_words(text: str) -> str:
    if len(text.split()) > MAX_QUOTE_WORDS:
        raise ValueError(f"holds more than {MAX_QUOTE_WORDS} words; quote only those that carry the statement")
    return text


# The source's own words, at most 25 of them.
Quote = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_plain), AfterValidator(_few_words)
]
HttpsUrl = Annotated[str, StringConstraints(pattern=r"^https://[^\s<>\"]+$")]
# A date as precisely as it is known: 2020, 2020-02 or 2020-02-09.
PartialDate = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]


def last_day(date: str) -> dt.date:
    """The last day that a ``PartialDate`` can mean. Raises ``ValueError`` where the calendar has no such day."""
    year, month, day = (int(part or 0) for part in (date[:4], date[5:7], date[8:]))
    month = month or 12
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return dt.date(year, month, day or calendar.monthrange(year, month)[1])


Side = Literal["container", "vm", "both"]
EvidenceKind = Literal["measured", "cited", "definition", "editorial", "not-established"]
SourceKind = Literal["paper", "standard", "documentation", "advisory", "dataset", "vendor", "article"]
# What was really read of a source: all of it, its abstract, its data or code, an advisory record,
# or only somebody else's quotation of it.
Read = Literal["full-text", "abstract", "data", "record", "quotation"]


R = TypeVar("R", bound="Row")
# Context of a validation that keeps what can be kept of a wrong row, so that other checks can go on with it.
LENIENT = {"lenient": True}


class NotKeptError(AttributeError):
    """Of a row that was kept although it is wrong, the wrong value was asked for."""


class Row(BaseModel):
    """A row of data: unknown keys are errors, values are not changed after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def faults(self) -> dict[str, Callable[[], bool]]:
        """What can be wrong with the row as a whole, each with the question whether it is."""
        return {}

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Called for what is not there."""
            # A property that asks for such a value ends here too.
            if name in type(self).model_fields or isinstance(vars(type(self)).get(name), property):
                raise NotKeptError(name)
            return super().__getattr__(name)

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, given: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        """Ask about the row as a whole even where a value is wrong: no problem hides the next."""
        problems = list[InitErrorDetails]()
        try:
            row = handler(given)
        except ValidationError as error:
            if not isinstance(given, dict):
                raise
            problems += [_again(item) for item in error.errors()]
            row = _what_is_left(cls, given, info.context)
        problems += [
            {"type": "value_error", "loc": (), "input": given, "ctx": {"error": ValueError(fault)}}
            for fault, holds in row.faults().items()
            if _certainly(holds)
        ]
        if problems and info.context != LENIENT:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return row


def _again(item: Any) -> InitErrorDetails:
    """A problem that was reported, as one that can be."""
    return {"type": item["type"], "loc": item["loc"], "input": item["input"], "ctx": item.get("ctx", {})}


def _what_is_left(model: type[R], given: dict[Any, Any], context: Any) -> R:
    """A row of those values that are right by themselves; asking it for another raises ``NotKeptError``."""
    values, wrong = dict[str, Any](), list[str]()
    for name in model.model_fields:
        if name in given:
            try:
                values[name] = _field(model, name).validate_python(given[name], context=context)
            except ValidationError:
                wrong.append(name)
    row = model.model_construct(**values)
    for name in wrong:
        row.__dict__.pop(name, None)
    return row


@functools.cache
def _field(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    """Checks one field of a model by itself."""
    info = model.model_fields[name]
    kind: Any = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
    return TypeAdapter(kind)


def _certainly(holds: Callable[[], bool]) -> bool:
    """Whether a fault is there; it is not certain where it depends on a value that is wrong or absent."""
    try:
        return holds()
    except NotKeptError:
        return False


class Keyed(Row):
    """A row that others refer to by its id."""

    id: Slug


class Name(Row):
    """An author, in CSL terms: a person (family, given) or an organisation (literal)."""

    family: Text | None = None
    given: Text | None = None
    literal: Text | None = None

    def faults(self) -> dict[str, Callable[[], bool]]:
        """Both or neither."""
        return {
            "give either 'literal' (an organisation) or 'family' (a person)": lambda: (
                bool(self.literal) == bool(self.family)
            )
        }


class Source(Keyed):
    """A registered source, in CSL vocabulary plus what was read and what it supports."""

    type: Literal[
        "webpage",
        "article-journal",
        "paper-conference",
        "article",
        "report",
        "standard",
        "dataset",
        "software",
        "post-weblog",
        "article-newspaper",
    ]
    title: Text
    author: list[Name] = Field(min_length=1)
    issued: PartialDate | None = None
    # A file at a commit whose last change could not be dated, because its repository's history was out of reach.
    undated: Literal[True] | None = None
    URL: HttpsUrl
    DOI: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    accessed: dt.date
    kind: SourceKind
    read: Read
    supports: Text
    note: Text | None = None

    @property
    def pinned(self) -> bool:
        """Whether the address names a commit."""
        return bool(PIN.search(self.URL))

    def faults(self) -> dict[str, Callable[[], bool]]:
        """A pin without an age, or an age that is none."""
        return {
            "has 'issued' and is 'undated'; delete one of them": lambda: bool(self.issued and self.undated),
            "'undated' is for a file at a commit; delete it": lambda: bool(self.undated and not self.pinned),
            "names a commit; write in 'issued' when the file last changed, or 'undated: true' if unknown": lambda: (
                self.pinned and not (self.issued or self.undated)
            ),
        }


class Group(Keyed):
    """A group of comparison dimensions, in the order in which the comparison shows them."""

    title: ShortText


class Dimension(Keyed):
    """One row of the comparison: a question that every technology answers."""

    group: Slug
    title: ShortText
    question: Text
    concerns: list[Literal["security", "performance", "operations", "portability", "cost", "compatibility"]] = Field(
        min_length=1
    )
    # When the usual verdict on this row is wrong.
    wrong_when: Text
    # A row of topics.yml: the page that explains it.
    topic: Slug | None = None


class Dimensions(Row):
    """The file ``dimensions.yml``."""

    groups: list[Group]
    dimensions: list[Dimension]


class Cell(Row):
    """What one technology answers to one dimension, and on which evidence."""

    text: ShortText | None = None
    detail: Text | None = None
    kind: EvidenceKind
    sources: list[Slug] = []
    checked: dt.date

    def faults(self) -> dict[str, Callable[[], bool]]:
        """Evidence that does not fit the kind."""
        return {
            "kind 'not-established' has no 'text'; say in 'detail' what is not known": lambda: (
                self.kind == "not-established" and bool(self.text)
            ),
            "'text' is missing; if the answer is not known, set kind: not-established": lambda: (
                self.kind != "not-established" and not self.text
            ),
            "kinds 'cited' and 'measured' need at least one id in 'sources'": lambda: (
                self.kind in {"cited", "measured"} and not self.sources
            ),
        }


class Start(Row):
    """The command that starts one: as its documentation has it, what it needs, and where it stands."""

    command: Text
    # What has to be there before the command works.
    needs: Text
    sources: list[Slug] = Field(min_length=1)
    checked: dt.date


class Technology(Keyed):
    """One technology: where it stands on both axes, and its answer to every dimension."""

    name: ShortText
    short: Annotated[str, StringConstraints(min_length=2, max_length=24), AfterValidator(_plain)]
    order: int = Field(ge=0, le=1000)
    side: Literal["container", "vm", "between", "neither"]
    boundary: Literal[
        "process",
        "shared-kernel",
        "user-space-kernel",
        "vm-per-workload",
        "full-vm",
        "own-hardware",
    ]
    artefact: Literal["files", "oci-image", "system-image", "machine-image"]
    summary: Text
    shares: ShortText
    next_wall: ShortText
    # Absent where no one command starts one.
    start: Start | None = None
    # The topics whose pages explain it, the nearest first.
    topics: list[Slug] = []
    read: list[Slug] = []
    cells: dict[Slug, Cell]


class Classic(Row):
    """What the classic table usually says in a row, and whether that holds."""

    container: ShortText
    vm: ShortText
    verdict: Literal["holds", "holds-if", "outdated"]
    # One sentence, or its second half after "holds if".
    why: Text


class ViewRow(Row):
    """A row of a classic table: its label, the dimensions whose answers it shows, and the usual verdict."""

    label: ShortText
    dimensions: list[Slug] = Field(min_length=1)
    classic: Classic | None = None


class View(Keyed):
    """A classic table, drawn from the comparison: its rows, and the technologies that are its columns."""

    columns: dict[Slug, ShortText]
    rows: list[ViewRow] = Field(min_length=1)


class Measurement(Row):
    """Where a measured figure comes from: a file of ``docs/data/measurements``, and one case in it."""

    run: Slug
    # engine/measure/workload
    case: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+/[a-z0-9-]+$")]

    @property
    def anchor(self) -> str:
        """The place of that measure on the page of its run."""
        return self.case.split("/")[1]


class Claim(Keyed):
    """A figure that sentences use: never written in prose, always taken from here."""

    # What is measured, in words and without the figure, for example "Boot of a Firecracker guest": its entry's heading.
    title: Title
    # The words a sentence shows, for example "at most 125 ms".
    text: ShortText
    # The figure alone, for sentences into which the full words do not fit: claim("id", "short").
    short: ShortText | None = None
    value: float | list[float]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=24), AfterValidator(_plain)]
    conditions: Text
    kind: Literal["measured", "cited"]
    side: Side
    sources: list[Slug] = Field(default=[], min_length=1)
    # The words of the source that carry the figure.
    quote: Quote | None = None
    topic: Slug | None = None
    # For kind measured; checked against the raw samples (measurements.py).
    measurement: Measurement | None = None
    checked: dt.date
    review_by: dt.date

    def faults(self) -> dict[str, Callable[[], bool]]:
        """A review before the check; evidence that does not fit the kind."""
        return {
            "'review_by' must be later than 'checked'": lambda: self.review_by <= self.checked,
            "kind 'cited' needs at least one id in 'sources'": lambda: self.kind == "cited" and not self.sources,
            "kind 'measured', and no other, needs 'measurement: {run: …, case: …}'": lambda: (
                (self.kind == "measured") != bool(self.measurement)
            ),
        }


class Escape(Keyed):
    """A published break of a boundary, on either side."""

    title: ShortText
    date: PartialDate
    side: Side
    technologies: list[Slug]
    crossed: Text
    limited_by: Text
    fixed_in: Text
    exploited: Literal["yes", "no-report-found", "not-established"]
    sources: list[Slug] = Field(min_length=1)
    quote: Quote | None = None
    topic: Slug | None = None
    checked: dt.date


class Term(Keyed):
    """A glossary term: one definition, other spellings, and where to read more."""

    term: ShortText
    aliases: list[ShortText] = []
    group: Literal["kernel", "container", "virtual-machine", "between", "platform", "security", "operations"]
    definition: Text
    # A page of this site, as a path below docs/.
    page: Annotated[str, StringConstraints(pattern=r"^[a-z0-9/-]+\.md(#[a-z0-9-]+)?$")] | None = None
    # Sources that explain the term; without any, the definition is this site's own.
    sources: list[Slug] = []
    # The words of a source that explain it.
    quote: Quote | None = None
    topic: Slug | None = None

    def faults(self) -> dict[str, Callable[[], bool]]:
        """Sources that do not explain the term, or words of nobody."""
        return {
            "'sources' and 'quote' belong together: quote the words that explain the term, or name none": lambda: (
                bool(self.sources) != bool(self.quote)
            )
        }


class Topic(Keyed):
    """A subject that a page explains in depth; rows of all kinds name it, so that no link is written twice."""

    title: ShortText
    page: Annotated[str, StringConstraints(pattern=r"^[a-z0-9/-]+\.md(#[a-z0-9-]+)?$")]
    # When statements of the page were last read against their sources, and when somebody looks again.
    checked: dt.date
    review_by: dt.date

    @model_validator(mode="after")
    def _looks_ahead(self) -> Topic:
        if self.review_by <= self.checked:
            raise ValueError("'review_by' must be later than 'checked'")
        return self


class ChartRow(Row):
    """A mark of a chart: a figure of the ledger, and what stands beside it."""

    claim: Slug
    label: ShortText


class ChartGroup(Row):
    """Marks that can be compared with each other, and what they have in common."""

    title: ShortText
    rows: list[ChartRow] = Field(min_length=1)


class Chart(Keyed):
    """A chart of figures: its finding, its one axis, and its marks in groups."""

    title: ShortText
    axis: ShortText
    # A unit of facts/units.py: the figures of one chart must turn into it.
    unit: ShortText
    scale: Literal["log", "linear"]
    note: Text
    groups: list[ChartGroup] = Field(min_length=1)


class Synonym(Row):
    """What people type, and the words by which it is called here (docs/data/search.yml)."""

    typed: Text
    means: list[Text] = Field(min_length=1)
