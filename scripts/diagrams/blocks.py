"""Reads a ``block`` diagram of Mermaid, in the part of its language that this project draws itself.

The subset::

    block
      columns 2
      block:left["A title"]:1
        a["A label"] b["Two<br>lines"]
        k["A wide one"]:2
      end
      hw["Under both"]:2
      class a,b container
      class left vm

``columns``, nodes with a span, ``space``, nested blocks, and ``class`` lines (Mermaid knows no ``:::`` in these
diagrams). What stands outside of it is refused with its line and what to write instead, although Mermaid may draw it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# The class names a diagram may give its nodes; the style sheet draws each side in its own colour and line.
CLASSES = ("container", "vm", "between", "shared", "hardware", "app", "engine", "risk", "quiet")
MOST_COLUMNS = 8
NODE = re.compile(r'(?:(?P<space>space)|(?P<id>\w+)\["(?P<label>[^"]*)"\])(?::(?P<span>\d+))?(?=\s|$)')
NEST = re.compile(r'block:(?P<id>\w+)(?:\["(?P<label>[^"]*)"\])?(?::(?P<span>\d+))?$')
LABEL = re.compile(r'\["[^"]*"\]')
LINE_BREAK = re.compile(r"<br\s*/?>")

# How much room text takes at its smallest, in px: a character, what surrounds a box's text, a gap between boxes.
CHARACTER, BOX, GAP = 7.2, 16, 5
# The column of text on the narrowest screen that WCAG names.
NARROWEST = 288


class BlockError(ValueError):
    """A fence is outside the subset; says in which of its lines, and what to write."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line


@dataclass
class Block:
    """A box, or, when it has ``children``, a wall around others. The whole diagram is one without a title."""

    id: str
    lines: list[str]
    span: int = 1
    side: str = ""
    kind: str = "slab"
    columns: int = 0
    children: list[Block] = field(default_factory=list)
    phone_columns: int = 1
    phone_span: int = 1


def is_block(source: str) -> bool:
    """Whether a fence holds a block diagram."""
    return next((line.strip() for _, line in _lines(source)), "") == "block"


def parse(source: str) -> Block:
    """The diagram as nested blocks, laid out for a wide and for a narrow screen. Raises ``BlockError``."""
    root = _read(source)
    _lay_out(root, NARROWEST)
    return root


def _lines(source: str) -> list[tuple[int, str]]:
    """The lines that say something, with their numbers."""
    numbered = enumerate(source.splitlines(), 1)
    return [(n, line.strip()) for n, line in numbered if line.strip() and not line.strip().startswith("%%")]


def _read(source: str) -> Block:
    (first, head), *lines = _lines(source) or [(1, "")]
    if head != "block":
        raise BlockError(first, f"begins with '{head}': the first line is 'block'")
    root = Block("", [], kind="nest")
    open_blocks, found, opened = [root], {"": root}, [first]
    for number, line in lines:
        inner = open_blocks[-1]
        if line == "end":
            if len(open_blocks) == 1:
                raise BlockError(number, "has an 'end' too many: remove it")
            _close(open_blocks.pop(), opened.pop())
        elif line.startswith("columns "):
            inner.columns = _columns(inner, line, number)
        elif line.startswith("class "):
            _classify(found, line, number)
        elif line.startswith("block"):
            match = NEST.match(line)
            if not match:
                raise BlockError(number, f"""'{line}' is no nested block: write block:id["Title"]:2""")
            nest = _add(found, inner, match, number)
            nest.kind = "nest"
            open_blocks.append(nest)
            opened.append(number)
        else:
            _nodes(found, inner, line, number)
    if len(open_blocks) > 1:
        raise BlockError(opened[-1], f"'block:{open_blocks[-1].id}' has no 'end': write one after its last line")
    _close(root, first)
    return root


def _columns(inner: Block, line: str, number: int) -> int:
    text = line.removeprefix("columns ").strip()
    if not text.isdecimal() or not 1 <= int(text) <= MOST_COLUMNS:
        raise BlockError(number, f"'{line}': write columns and a number from 1 to {MOST_COLUMNS}")
    if inner.children:
        raise BlockError(number, f"'{line}' comes after a box: write it first in its block")
    return int(text)


def _classify(found: dict[str, Block], line: str, number: int) -> None:
    words = line.split()
    name = words[-1]
    if len(words) < 3 or name not in CLASSES:
        raise BlockError(number, f"'{line}': write class a,b and one of {', '.join(CLASSES)}")
    for key in " ".join(words[1:-1]).replace(",", " ").split():
        if key not in found:
            raise BlockError(number, f"gives a class to '{key}', which is no box above this line: correct the id")
        found[key].side = name


def _nodes(found: dict[str, Block], inner: Block, line: str, number: int) -> None:
    at = 0
    while at < len(line):
        match = NODE.match(line, at)
        if not match:
            raise BlockError(number, _outside(line[at:]))
        if match["space"]:
            inner.children.append(Block("", [], int(match["span"] or 1), kind="space"))
        else:
            _add(found, inner, match, number)
        at = match.end() + len(line[match.end() :]) - len(line[match.end() :].lstrip())


def _outside(rest: str) -> str:
    """Why ``rest`` is not understood, and what to write."""
    # Without what labels say: a label may hold anything.
    code = LABEL.sub("[]", rest).split()[0]
    if ":::" in code:
        return f"'{rest}' has ':::', which Mermaid refuses in a block diagram: write a line such as 'class a,b vm'"
    if any(arrow in rest for arrow in ("--", "==", "->", "<")) and '["' not in rest.split("--")[0]:
        return f"'{rest}' has an arrow: a block diagram shows what stands on what; use a flowchart for arrows"
    if rest.startswith(("classDef", "style")):
        return f"'{rest}' sets colours: remove it, the site's style sheet does that"
    return f"""'{rest}' is none of columns, id["Label"]:2, block:id["Title"]:2, end, space:2 and class a,b vm"""


def _add(found: dict[str, Block], inner: Block, match: re.Match[str], number: int) -> Block:
    key, span = match["id"], int(match["span"] or 1)
    if key in found:
        raise BlockError(number, f"uses the id '{key}' twice: rename one of the two")
    if span < 1 or (inner.columns and span > inner.columns):
        raise BlockError(number, f"'{key}' spans {span} of {inner.columns} columns: correct one of the two numbers")
    lines = [part.strip() for part in LINE_BREAK.split(match["label"])] if match["label"] else []
    block = Block(key, lines, span)
    found[key] = block
    inner.children.append(block)
    return block


def _close(block: Block, number: int) -> None:
    """What can be known only when all of a block has been read. Without ``columns`` all stands in one row."""
    if not block.children:
        raise BlockError(number, f"'block:{block.id}' holds nothing: put a box into it, or make it one")
    block.columns = block.columns or sum(child.span for child in block.children)
    if block.columns > MOST_COLUMNS:
        raise BlockError(number, f"has {block.columns} boxes side by side, over {MOST_COLUMNS}: write 'columns 4'")


# --- The layout of a narrow screen: as many columns as its words leave room for --------------------------------


def _lay_out(block: Block, room: float) -> None:
    """Choose the columns that ``block`` has when it is ``room`` px wide, and those of all that it holds."""
    fitting = (n for n in range(block.columns, 0, -1) if _even(block, n) and _fits(block, n, room))
    block.phone_columns = next(fitting, 1)
    width = _column(room, block.phone_columns)
    for child in block.children:
        child.phone_span = _phone_span(block, child, block.phone_columns)
        if child.kind == "nest":
            _lay_out(child, child.phone_span * (width + GAP) - GAP - BOX)


def _even(block: Block, columns: int) -> bool:
    """Whether ``block`` in ``columns`` has no row with a gap that it does not have in its own."""
    single = all(child.span == 1 for child in block.children)
    return block.columns % columns == 0 or (single and len(block.children) % columns == 0)


def _fits(block: Block, columns: int, room: float) -> bool:
    width = _column(room, columns)
    spans = ((child, _phone_span(block, child, columns)) for child in block.children)
    return all(_needs(child, room) <= span * (width + GAP) - GAP for child, span in spans)


def _column(room: float, columns: int) -> float:
    return (room - GAP * (columns - 1)) / columns


def _phone_span(block: Block, child: Block, columns: int) -> int:
    return max(1, -(-child.span * columns // block.columns))


def _needs(block: Block, room: float) -> float:
    """The least width for ``block``: its longest word, or, when all of it has room somewhere, its own columns."""
    words = max((len(word) for line in block.lines for word in line.split()), default=0) * CHARACTER
    if block.kind != "nest":
        return words + BOX
    whole = max((_needs(child, room - BOX) + GAP) / child.span for child in block.children) * block.columns - GAP
    single = max(_needs(child, room - BOX) for child in block.children)
    return max(words, whole if whole + BOX <= room else single) + BOX


def texts(block: Block) -> list[tuple[Block, str]]:
    """Every box and wall with words on it, with these words, in reading order."""
    own = [(block, " ".join(block.lines))] if block.lines else []
    return own + [found for child in block.children for found in texts(child)]
