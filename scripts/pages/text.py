"""Words: how a date, an author, a kind of evidence or a side is called, and plain text for use in Markdown."""

from __future__ import annotations

import datetime as dt
import html
import re

from scripts.facts.models import Source, last_day

READ = {
    "full-text": "read in full",
    "abstract": "abstract or part read",
    "data": "data or code read",
    "record": "record read",
    "quotation": "read as quoted by others",
}
KINDS = {
    "measured": "measured",
    "cited": "cited",
    "definition": "definition",
    "editorial": "editorial",
    "not-established": "open",
}
NOT_ESTABLISHED = "Not established"
SIDES = {"container": "container side", "vm": "VM side", "both": "both sides"}
# The side of a technology -> the class of its box in a diagram.
NODE = {"container": "container", "vm": "vm", "between": "between", "neither": "hardware"}
BOUNDARIES = {
    "process": "the rules between processes",
    "shared-kernel": "a shared kernel",
    "user-space-kernel": "a kernel of its own in user space",
    "vm-per-workload": "one small VM per workload",
    "full-vm": "a full VM",
    "own-hardware": "hardware of its own",
}
ARTEFACTS = {
    "files": "files on the host",
    "oci-image": "an OCI image",
    "system-image": "an image of a whole user space",
    "machine-image": "a machine image",
}
EXPLOITED = {
    "yes": "used in real attacks",
    "no-report-found": "no report of use found",
    "not-established": "use not established",
}
# A file of a repository at one commit.
A_YEAR = dt.timedelta(days=365)
# Not the spaces that do not break: those are meant.
WHITE_SPACE = re.compile(r"[ \t\r\n]+")


def day(date: dt.date) -> str:
    """A date as people write it."""
    return f"{date.day} {date:%B %Y}"


def capital(text: str) -> str:
    """``text`` with a capital at its beginning; the other letters stay as they are ("An OCI image")."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """``text`` with a full stop, unless it has an end."""
    return text if text.endswith((".", "?", "!")) else text + "."


def as_sentence(text: str) -> str:
    """``text`` with a capital and a full stop."""
    return sentence(capital(text))


def authors(source: Source) -> str:
    """Up to three names, and the year."""
    names = [name.literal or name.family or "" for name in source.author]
    listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    return listed + (f", {source.issued[:4]}" if source.issued else "")


def read_on(source: Source) -> str:
    """What was read of a source, and when; of a file at a commit also how old it was, when that is over a year."""
    when = f"{READ[source.read]}, {day(source.accessed)}"
    if source.undated:
        return f"{when}; when the file was last changed is not known"
    if not (source.issued and source.pinned):
        return when
    issued = last_day(source.issued)
    if source.accessed - issued <= A_YEAR:
        return when
    return f"{when}; the file was last changed {day(issued) if len(source.issued) == 10 else f'in {source.issued}'}"


def plain(text: str) -> str:
    """Plain text for use inside Markdown, a table's cell included: nothing in it acts as markup."""
    escaped = html.escape(WHITE_SPACE.sub(" ", text), quote=False)
    for character in r"\`*_{}[]|":
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped


def heading(level: int, text: str, anchor: str) -> str:
    """A Markdown heading with an id of its own."""
    return f"{'#' * level} {plain(text)} {{ #{anchor} }}"
