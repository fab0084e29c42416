"""What a run of ``dev.py measure`` writes: the typed model, which is also the published JSON Schema.

Raw samples and the figures made from them stand in the same file, so that anybody can recompute the figures
(``recompute``). Nothing in it says whose machine it was.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from scripts.files import write_text
from scripts.measure.stats import Summary, slope, summarise
from scripts.paths import DATA

FOLDER = DATA / "measurements"
SCHEMA_FILE = FOLDER / "schema.json"
# Raised when an old file can no longer be read as a new one.
SCHEMA_VERSION = 1
# Larger than any real run; a reader's file is refused above it, before it is parsed.
MAX_BYTES = 1_000_000

Group = Literal["process", "namespace", "container", "sandbox", "vm", "emulated", "artefact"]
# How a virtual machine's instructions ran. Only hw-kvm is hardware virtualisation.
Accelerator = Literal["none", "hw-kvm", "kvm-other", "tcg"]
Measure = Literal[
    "first-output",
    "exit",
    "exit-hyperfine",
    "memory-one",
    "memory-each",
    "memory-guest",
    "cpu-loop",
    "cpu-sysbench",
    "system-call",
    "disk-read",
    "disk-write",
    "network",
    "size",
]
Mode = Literal["quick", "full"]
Kvm = Literal["absent", "no-access", "hw-kvm", "kvm-other"]
Cgroups = Literal["v1", "v2", "hybrid", "none"]
# Measure -> title, unit, whether less is better.
MEASURES: dict[str, tuple[str, str, bool]] = {
    "first-output": ("Start to first output", "ms", True),
    "exit": ("Start to exit", "ms", True),
    "exit-hyperfine": ("Start to exit, timed by hyperfine", "ms", True),
    "memory-one": ("Memory of one idle instance", "MiB", True),
    "memory-each": ("Memory of each further idle instance", "MiB", True),
    "memory-guest": ("Memory that a guest's own system takes", "MiB", True),
    "cpu-loop": ("Processor-bound loop, per iteration", "ns", True),
    "cpu-sysbench": ("sysbench cpu", "events/s", False),
    "system-call": ("A read and a write of one byte", "ns", True),
    "disk-read": ("Random reads of 4 KiB", "IOPS", False),
    "disk-write": ("Writes of 4 KiB, each flushed", "IOPS", False),
    "network": ("TCP throughput on this machine", "Gbit/s", False),
    "size": ("Size on disk", "bytes", True),
}
EMULATED = "emulated, not hardware virtualisation"
GROUPS = {
    "process": "bare process",
    "namespace": "process in namespaces",
    "container": "container",
    "sandbox": "sandboxed container",
    "vm": "virtual machine",
    "emulated": EMULATED,
    "artefact": "files",
}

# Addresses that every machine has: its own loop, and the host as slirp4netns shows it.
NOBODYS = {"127.0.0.1", "10.0.2.2"}
ADDRESS = re.compile(
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b|"
    # IPv6: whole, or with a gap.
    r"(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?=[a-f:]*\d)(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6})(?![\w:])",
    re.IGNORECASE,
)
# What a published file may not hold: it says whose machine it was, or a browser could take it for more than text.
# Commands show <ID-1> where a run had an identifier.
TELLING = {
    "an address": ADDRESS,
    "a home folder": re.compile(r"/home/\w|/Users/\w|/root\b|\b[A-Z]:\\+Users\\", re.IGNORECASE),
    "a host's name": re.compile(
        r"\b[\w-]+\.(?:local|lan|internal|intranet|home|corp|localdomain|fritz\.box)\b|\bhost ?name\b", re.IGNORECASE
    ),
    "a serial number": re.compile(
        r"\b(?:serial(?: (?:number|no\.?))?|asset tag|machine-id|uuid)\s*[:=#]\s*\w|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}",
        re.IGNORECASE,
    ),
    "somebody's mail address": re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}", re.IGNORECASE),
    "markup": re.compile(r"<(?!ID-\d+>)[a-z/!]|javascript:", re.IGNORECASE),
}


Short = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True)]
Words = Annotated[str, StringConstraints(max_length=400, strip_whitespace=True)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=60)]
Finite = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1e15)]
# The marginal memory of an instance may come out just below nothing.
Signed = Annotated[float, Field(allow_inf_nan=False, ge=-1e15, le=1e15)]


class Row(BaseModel):
    """Unknown keys are errors: a file says nothing that we do not know of."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class Machine(Row):
    """The machine, as far as figures depend on it. No name, user, serial number or address."""

    cpu: Short
    architecture: Short
    cores: int = Field(ge=1, le=4096)
    memory_gib: Finite
    kernel: Short
    os: Short
    # Whether the machine is itself a guest, and whether its processor offers hardware virtualisation.
    virtualised: bool
    hardware_virtualisation: bool
    kvm: Kvm
    cgroups: Cgroups
    security_modules: list[Short] = Field(max_length=20)
    filesystem: Short
    root: bool
    missing_capabilities: list[Short] = Field(max_length=64)
    open_files_limit: int
    # What the harness had to do so that engines run here.
    adaptations: list[Words] = Field(default=[], max_length=10)


class Engine(Row):
    """An engine that was looked for: usable, or skipped for a reason."""

    id: Slug
    name: Short
    group: Group
    accelerator: Accelerator = "none"
    usable: bool
    version: Short = ""
    reason: Words = ""
    # What running as root would add.
    root_adds: Words = ""

    @model_validator(mode="after")
    def _says_what_it_is(self) -> Engine:
        if not self.usable and not self.reason:
            raise ValueError("an engine that was not used needs a reason")
        if self.usable and self.group == "vm" and self.accelerator != "hw-kvm":
            raise ValueError("only hardware virtualisation (hw-kvm) counts as group 'vm'")
        if self.usable and self.group == "emulated" and self.accelerator != "tcg":
            raise ValueError("group 'emulated' needs accelerator 'tcg'")
        return self


class Case(Row):
    """One measure of one engine: the command, every sample, and the figures made from them."""

    engine: Slug
    measure: Measure
    # What ran, for example busybox or debian, and with which storage or network.
    workload: Slug
    unit: Short
    command: list[Words] = Field(max_length=80)
    values: list[Signed] = Field(min_length=1, max_length=2000)
    # Was the machine quiet before the sample; how much time its hypervisor took away during it.
    quiet: list[bool] = Field(default=[], max_length=2000)
    steal_ms: list[Finite] = Field(default=[], max_length=2000)
    # For memory: in which sweep, and with how many instances, a value was read.
    sweep: list[int] = Field(default=[], max_length=2000)
    instances: list[int] = Field(default=[], max_length=2000)
    summary: Summary

    @property
    def id(self) -> str:
        """Unique in a run; claims name it."""
        return f"{self.engine}/{self.measure}/{self.workload}"

    @model_validator(mode="after")
    def _columns_agree(self) -> Case:
        for name in ("quiet", "steal_ms", "sweep", "instances"):
            column = getattr(self, name)
            if column and len(column) != len(self.values):
                raise ValueError(f"'{name}' has {len(column)} entries for {len(self.values)} values")
        if self.measure == "memory-each" and not (self.sweep and self.instances):
            raise ValueError("'memory-each' needs 'sweep' and 'instances'")
        if self.unit != MEASURES[self.measure][1]:
            raise ValueError(f"the unit of '{self.measure}' is {MEASURES[self.measure][1]}")
        return self


class Conditions(Row):
    """Under which the run was made, and how far its samples can be trusted."""

    mode: Mode
    # False when it was stopped before its end.
    complete: bool
    seconds: Finite
    idle_wanted: Finite
    quiet_share: Finite
    steal_share: Finite
    load_before: Finite
    load_after: Finite
    # The bare process again, last third against first third of the run: 1 means no drift.
    drift: Finite


class Skipped(Row):
    """Something that was not measured, and why."""

    what: Short
    reason: Words


class Result(Row):
    """A whole run."""

    schema_version: Literal[1] = 1
    made: dt.date
    machine: Machine
    conditions: Conditions
    tools: dict[Slug, Short]
    kernel_of_guests: Short = ""
    engines: list[Engine] = Field(max_length=60)
    cases: list[Case] = Field(max_length=400)
    skipped: list[Skipped] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _cases_belong_to_engines(self) -> Result:
        usable = {engine.id for engine in self.engines if engine.usable}
        seen = set()
        for case in self.cases:
            if case.engine not in usable:
                raise ValueError(f"case '{case.id}' has no usable engine '{case.engine}'")
            if case.id in seen:
                raise ValueError(f"case '{case.id}' stands twice")
            seen.add(case.id)
        return self

    def engine(self, key: str) -> Engine:
        """The engine with this id."""
        return next(engine for engine in self.engines if engine.id == key)

    def case(self, key: str) -> Case | None:
        """The case with this id (engine/measure/workload), or none."""
        return next((case for case in self.cases if case.id == key), None)

    def of(self, measure: str) -> list[Case]:
        """The cases of one measure, in the order of the file."""
        return [case for case in self.cases if case.measure == measure]


class ResultError(ValueError):
    """A file is no result; the message names the file, what is wrong and what to do."""


def reduced(case: Case) -> list[float]:
    """The values that the summary is made of: for marginal memory, the slope of each sweep."""
    if case.measure != "memory-each":
        return list(case.values)
    sweeps: dict[int, list[tuple[float, float]]] = {}
    for number, instances, value in zip(case.sweep, case.instances, case.values, strict=True):
        sweeps.setdefault(number, []).append((instances, value))
    return [slope(points) for points in sweeps.values()]


def recompute(result: Result) -> list[str]:
    """A line for each published figure that its raw samples do not give; none means that all agree."""
    wrong = []
    for case in result.cases:
        fresh = summarise(reduced(case))
        for name in Summary.__dataclass_fields__:
            stated, computed = getattr(case.summary, name), getattr(fresh, name)
            if not math.isclose(stated, computed, rel_tol=1e-9, abs_tol=1e-12):
                wrong.append(f"{case.id}: {name} is stated as {stated:g}, its samples give {computed:g}")
    return wrong


def schema() -> str:
    """The JSON Schema of a result file."""
    content: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    content |= TypeAdapter(Result).json_schema()
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def dumps(result: Result) -> str:
    """A result as it stands in its file: one line per series, so that a change can be read."""
    text = json.dumps(result.model_dump(mode="json"), indent=1, ensure_ascii=False)
    flat = re.compile(r"\[\s+((?:(?:-?[\d.e+-]+|true|false|\"(?:[^\"\\]|\\.)*\"),?\s+)+)\]")
    return flat.sub(lambda found: "[" + re.sub(r",\s*\n\s*", ", ", found.group(1).strip()) + "]", text) + "\n"


def write(path: Path, result: Result) -> None:
    """Write ``result`` to ``path`` in one step."""
    write_text(path, dumps(result))


def loads(text: str, name: str) -> Result:
    """The result in ``text``. Raises ``ResultError`` for anything else; ``name`` is for its message."""
    if len(text) > MAX_BYTES:
        raise ResultError(f"{name} is larger than any result ({len(text):,} characters). Choose another file.")
    try:
        return Result.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ResultError(
            f"{name}: {where}: {first['msg'].removeprefix('Value error, ')}{more}. "
            "Make the file again with: python3 scripts/dev.py measure"
        ) from None


def read(path: Path) -> Result:
    """The result in the file ``path``. Raises ``ResultError`` when it cannot be read or is none."""
    try:
        # One byte more than allowed is enough to refuse it.
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ResultError(f"{path.name}: cannot be read ({error.strerror}). Correct the name.") from None
    return loads(content.decode("utf-8", "replace"), path.name)


def published(folder: Path = FOLDER) -> dict[str, Result]:
    """Every published run by the name of its file, newest first."""
    paths = [path for path in sorted(folder.glob("*.json"), reverse=True) if path.name != SCHEMA_FILE.name]
    return {path.stem: read(path) for path in paths}


def telling(text: str) -> Iterator[tuple[int, str, str]]:
    """What a file for publication may not hold: the line, what it looks like, and the words."""
    for number, line in enumerate(text.splitlines(), start=1):
        for what, pattern in TELLING.items():
            for found in pattern.finditer(line):
                if found[0] not in NOBODYS:
                    yield number, what, found[0]
