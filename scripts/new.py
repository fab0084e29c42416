"""Writes a new page (in guides/, a guide), technology or lab that passes the checks except for what its author says."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
from pathlib import Path
from string import Template

from scripts.facts.load import Data, read_all
from scripts.files import write_text
from scripts.paths import ROOT

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")
HEAD = """---
title: $title
description: TODO - say in 50 to 160 characters what a reader learns here and who needs to know it.
"""
PAGE = Template(
    HEAD
    + """---

# $title

TODO: the answer, in plain words.

## Why

TODO: the reason, then the detail. Figures are rows of docs/data/claims and are asked for by id.
"""
)
STEP = """## 1. TODO: the step

```sh
docker run --rm busybox echo "what it prints"
```

```text title="TODO: what it shows"
what it prints
```

"""


def hands_on(proves: str, title: str) -> str:
    """The head of a page that the tests run, up to its badges."""
    return f"""{HEAD}styles: [assets/styles/labs.css]
hands_on:
  proves: "TODO: {proves}"
  minutes: 10
  needs: [docker]
  topic: container-anatomy
---

# {title}

[= badges() =]

"""


LAB = Template(
    hands_on("the one thing that this lab proves", "Lab: $title")
    + """**Claim.** TODO: the one thing that this lab proves.

**You need** Linux with Docker or podman.

**On a Mac or Windows:** TODO: what runs there, and what to do instead of the rest.
{: data-search-exclude }

"""
    + STEP
    + """## 2. Clean up

Nothing is left: `--rm` removes the container.

## If it differs

TODO: what it means, and what to do.
"""
)
GUIDE = Template(
    hands_on("what works afterwards", "$title")
    + """**Goal.** TODO: what works afterwards, and for whom.

"""
    + STEP
    + """## Verify

TODO: how the reader sees that it worked.

## Roll back

TODO: how everything is as before. Nothing is left of the step above: `--rm` removes the container.
"""
)
TECHNOLOGY = Template(
    """# yaml-language-server: $$schema=../schema/technology.json
id: $name
name: $title
short: $short
order: $order
side: between
boundary: user-space-kernel
artefact: oci-image
summary: >-
  TODO: what it is, what it is good at, and what limits it.
shares: "TODO: shares what with the host"
next_wall: "TODO: what stands behind its boundary"
topics: []
read: []
cells:
"""
)
CELL = Template(
    """  $key:
    detail: "TODO: where you looked for the answer to: $question"
    kind: not-established
    checked: $today
"""
)
NEXT = {
    "page": "List it in mkdocs.yml under 'nav'.",
    "lab": "List it in mkdocs.yml and docs/data/decision.yml ('pages' and 'read').",
    "technology": "Correct side, boundary and artefact; then run python3 scripts/dev.py diagrams.",
}


def content(kind: str, name: str, data: Data) -> str:
    """The text of the new file."""
    title = name.rsplit("/", 1)[-1].replace("-", " ")
    title = title[:1].upper() + title[1:]
    if kind != "technology":
        is_guide = name.startswith("guides/")
        return (LAB if kind == "lab" else GUIDE if is_guide else PAGE).substitute(title=title)
    order = min(set(range(1, 1000)) - {t.order for t in data.technologies.values()})
    head = TECHNOLOGY.substitute(name=name, title=title, short=title[:24], order=order)
    today = dt.date.today()
    cells = (
        CELL.substitute(key=key, question=dimension.question.replace('"', "'"), today=today)
        for key, dimension in data.dimensions.items()
    )
    return head + "".join(cells)


def path_of(kind: str, name: str, root: Path = ROOT) -> Path:
    """Where the new file goes."""
    folders = {"page": "docs", "lab": "docs/labs", "technology": "docs/data/technologies"}
    return root / folders[kind] / f"{name}.{'yml' if kind == 'technology' else 'md'}"


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Write the file, unless there is one; say what comes next."""
    parser = argparse.ArgumentParser(prog="dev.py new", description=__doc__)
    parser.add_argument("kind", choices=sorted(NEXT))
    parser.add_argument("name", help="as in the address; of a page with its folder, such as guides/patch")
    options = parser.parse_args(arguments)
    if not NAME.fullmatch(options.name) or (options.kind != "page" and "/" in options.name):
        example = "guides/patch" if options.kind == "page" else "one-name"
        print(
            f"'{options.name}' is no name: use lower-case letters, digits and hyphens, as in {example}", file=sys.stderr
        )
        return 1
    path = path_of(options.kind, options.name, root)
    if path.exists():
        print(f"{path.relative_to(root)} is there already; choose another name", file=sys.stderr)
        return 1
    data, _ = read_all()
    write_text(path, content(options.kind, options.name, data))
    print(f"wrote {path.relative_to(root).as_posix()}. Fill in each TODO. {NEXT[options.kind]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
