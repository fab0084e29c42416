"""A mistake in the data is reported with file, line, key and remedy; nothing in a row can act as markup."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.facts import prose, uses
from scripts.facts.checked import load_facts
from scripts.facts.load import Data
from scripts.facts.schema import FOLDER, MODELS, schema
from scripts.markdown.terms import Finder
from scripts.paths import DATA, ROOT
from tests.support import Visit, append, complaints, replace

CLAIM = """- id: new-figure
  title: Start of something new
  text: 5 ms
  value: 5
  unit: ms
  conditions: None.
  kind: cited
  side: vm
  sources: [{source}]
  checked: {checked}
  review_by: 2030-01-01
"""
TECHNOLOGY = "technologies/container.yml"

# (what is done to the file, file, what stands there, what is put in its place, what the message says)
MISTAKES = [
    ("malformed YAML", "claims.yml", "  text: about 17 ms", "  text: [about 17 ms", "not valid YAML"),
    ("a key that stands twice", "claims.yml", "  value: 17\n", "  value: 17\n  value: 18\n", "the key stands twice"),
    ("an unknown key", "claims.yml", "  unit: ms\n", "  units: ms\n", "Remove the key, or correct its spelling"),
    ("a wrong type", "claims.yml", "  value: 17\n", "  value: soon\n", "valid number"),
    ("a date that is none", "claims.yml", "  checked: 2026-11-26", "  checked: yesterday", "Write a date as"),
    ("an unknown kind", "claims.yml", "  kind: cited", "  kind: guessed", "Use one of the values listed"),
    ("a figure without a title", "claims.yml", "  title: Create and run a container with crun\n", "", "Field required"),
    (
        "a figure in its title",
        "claims.yml",
        "  title: Create",
        "  title: In 5 ms, create",
        "'5 ms' is a figure in a title",
    ),
    ("a title of another figure", "claims.yml", "container with runc\n", "container with crun\n", "is the title of '"),
    ("a title that is too long", "claims.yml", "  title: C", f"  title: {'so ' * 10}C", "at most 60 characters"),
    ("a claim without source", "claims.yml", "  sources: [crun-readme]", "  sources: []", "at least 1 item"),
    ("an unknown source", "claims.yml", "[crun-readme]", "[no-such-source]", "there is no source 'no-such-source'"),
    ("an http address", "sources.yml", "  URL: https://", "  URL: http://", "pattern"),
    ("a script in a cell", TECHNOLOGY, "    text: ", "    text: <script>alert(1)</script> #", "holds HTML"),
    ("a link in a cell", TECHNOLOGY, "    text: ", "    text: '[x](javascript:alert(1))' #", "holds HTML, a script"),
    ("a missing dimension", TECHNOLOGY, "  kernel:\n", "  colonel:\n", "has no answer to 'kernel'"),
    ("an unknown dimension", TECHNOLOGY, "  kernel:\n", "  colonel:\n", "is no dimension"),
    ("an unknown claim in a cell", TECHNOLOGY, "    text: ", "    text: '{no-such} ' #", "no claim 'no-such'"),
    ("a figure of its own", TECHNOLOGY, "    text: ", "    text: Takes 12 ms #", "'12 ms' is a figure of its own"),
    ("a file named otherwise", TECHNOLOGY, "id: container\n", "id: box\n", "Name file and technology alike"),
    ("a term defined twice", "glossary.yml", "  term: attestation", "  term: apparmor", "is defined twice"),
    ("an unknown technology", "escapes.yml", "[virtual-machine]", "[abacus]", "there is no technology 'abacus'"),
    ("an unknown dimension in a view", "views.yml", "[start-time]", "[stop-time]", "there is no dimension 'stop-time'"),
    ("a value that its text does not say", "claims.yml", "  value: 17\n", "  value: 71\n", "does not say 71"),
    ("a review in the far future", "claims.yml", "  review_by: 20", "  review_by: 9999-01-01 # 20", "five years"),
    ("an escape in the future", "escapes.yml", "  date: ", "  date: '2199-01-01' #", "'2199-01-01' is later than"),
    ("an escape on no day", "escapes.yml", "  date: ", "  date: '2019-02-30' #", "is no day of the calendar"),
    ("a date on no day", "claims.yml", "  checked: 2026-11-26", "  checked: 2026-02-30", "'2026-02-30' is no day"),
    ("a source issued later than read", "sources.yml", "  issued: ", "  issued: '2199' #", "is later than"),
    ("a place in the order given twice", TECHNOLOGY, "order: 20", "order: 120", "is the order of"),
    ("a figure in a break", "escapes.yml", "  limited_by: ", "  limited_by: In 5 ms. ", "'5 ms' is a figure"),
    ("a figure in words", "glossary.yml", "  definition: ", "  definition: Fifty megabytes. ", "'Fifty megabytes' is"),
    (
        "a figure in a summary",
        TECHNOLOGY,
        "summary: >-\n",
        "summary: >-\n  Takes 5 ms.\n",
        "'5 ms' is a figure outside",
    ),
    (
        "a figure in a question",
        "dimensions.yml",
        "    question: ",
        "    question: 5 ms? #",
        "'5 ms' is a figure outside",
    ),
    ("a figure in a chart's title", "charts.yml", "  title: ", "  title: 'In 5 ms' #", "'5 ms' is a figure outside"),
    ("a figure in a group of a chart", "charts.yml", "    - title: ", "    - title: 'In 5 ms' #", "'5 ms' is a figure"),
    (
        "a figure in a classic verdict",
        "views.yml",
        "        why: ",
        "        why: In ten minutes. ",
        "'ten minutes' is",
    ),
    ("a figure in a term", "glossary.yml", "  term: ", "  term: 5 ms ", "'5 ms' is a figure outside"),
    (
        "a figure in a source's note",
        "sources.yml",
        "  supports: ",
        "  note: Fifty seconds.\n  supports: ",
        "'Fifty sec",
    ),
    ("a figure in a reason", "decision.yml", "    reason: ", "    reason: In 5 ms. ", "'5 ms' is a figure outside"),
    (
        "a figure in an argument",
        "workloads.yml",
        "    argument: >-\n",
        "    argument: >-\n      In 5 ms, ",
        "'5 ms' is a",
    ),
    ("a figure of the calculator", "density.yml", "    note: ", "    note: In 5 ms. ", "'5 ms' is a figure outside"),
    ("a line break in a cell", TECHNOLOGY, "    text: ", '    text: "one\\ntwo" #', "holds a line break"),
    ("markup in a unit", "claims.yml", "  unit: ms\n", "  unit: <b>ms</b>\n", "holds HTML"),
    (
        "a text in another unit than its value",
        "claims.yml",
        "  unit: ms\n",
        "  unit: s\n",
        "says 'ms', the unit is 's'",
    ),
    (
        "an unknown source on a page's list",
        TECHNOLOGY,
        "read: [",
        "read: [no-such-source, ",
        "there is no source 'no-s",
    ),
    ("an unknown group", "dimensions.yml", "    group: boundary", "    group: border", "there is no group 'border'"),
]


@pytest.fixture(scope="module")
def complained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, list[str]]]:
    """For each mistake its line, and what loading says; mistakes in different files are made at once."""
    found: dict[str, tuple[int, list[str]]] = {}
    waiting = list(MISTAKES)
    while waiting:
        folder = Path(shutil.copytree(DATA, tmp_path_factory.mktemp("mistakes") / "data"))
        # Where a file cannot be read, rows are not compared.
        made = {m[1]: m for m in reversed(waiting) if waiting[0][4] != "not valid YAML" or m is waiting[0]}
        lines = {mistake[0]: replace(folder / mistake[1], *mistake[2:4]) for mistake in made.values()}
        said = complaints(folder, load_facts)
        found |= {name: (line, said) for name, line in lines.items()}
        waiting = [mistake for mistake in waiting if mistake[0] not in found]
    return found


@pytest.mark.parametrize(("name", "file", "said"), [(m[0], m[1], m[4]) for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_names_file_line_and_remedy(
    complained: dict[str, tuple[int, list[str]]], name: str, file: str, said: str
) -> None:
    line, all_said = complained[name]
    found = [c for c in all_said if said in c and f"{file}:" in c]
    assert found, f"nothing says {said!r}: {all_said}"
    where, _, rest = found[0].partition(f"{file}:")
    assert where, "the message names the file"
    assert abs(int(rest.split(":")[0]) - line) <= 3 or said.startswith("has no answer"), f"line {line}: {found[0]}"
    assert found[0].rstrip(".").count(". ") >= 1, "a remedy follows the problem"


def test_one_document_has_one_row(folder: Path, data: Data) -> None:
    first = next(iter(data.sources))
    text = (folder / "sources.yml").read_text(encoding="utf-8")
    row = text[text.index(f"- id: {first}\n") :].split("\n- id:")[0]
    append(folder / "sources.yml", row.replace(f"- id: {first}", "- id: the-same-again") + "\n")
    assert any(f"'the-same-again' is the document of '{first}'" in c for c in complaints(folder))


def test_a_file_at_a_commit_says_how_old_it_is(folder: Path) -> None:
    replace(folder / "sources.yml", "  undated: true\n", "")
    assert any("write in 'issued' when the file last changed" in c for c in complaints(folder))


def test_a_term_with_a_source_quotes_what_explains_it(folder: Path) -> None:
    replace(folder / "glossary.yml", "  sources: [docker-apparmor]\n", "")
    assert any("'sources' and 'quote' belong together" in c for c in complaints(folder))


def test_an_id_is_used_once(folder: Path, data: Data) -> None:
    known = next(iter(data.claims))
    append(folder / "claims.yml", CLAIM.format(source="crun-readme", checked="2026-01-01").replace("new-figure", known))
    assert any("is used twice" in c and "claims.yml:" in c for c in complaints(folder))


def test_a_date_cannot_lie_in_the_future(folder: Path) -> None:
    tomorrow = dt.date.today() + dt.timedelta(days=1)
    append(folder / "claims.yml", CLAIM.format(source="crun-readme", checked=tomorrow))
    assert any("lies in the future" in c and "checked" in c for c in complaints(folder))


def test_a_source_that_nothing_cites_is_noticed(folder: Path, data: Data) -> None:
    first = next(iter(data.sources))
    text = (folder / "sources.yml").read_text(encoding="utf-8")
    row = text[text.index(f"- id: {first}\n") :].split("\n- id:")[0]
    append(folder / "sources.yml", row.replace(f"- id: {first}", "- id: cited-by-nobody") + "\n")
    assert any("nothing cites the source 'cited-by-nobody'" in c for c in complaints(folder))


# (file, what stands there, what is put in its place, what is said of it): all of them at once.
TOGETHER = [
    ("claims.yml", "  value: 17\n", "  value: soon\n", "value"),
    ("claims.yml", "[crun-readme]", "[no-such-source]", "there is no source 'no-such-source'"),
    ("claims.yml", "  kind: cited", "  colour: red\n  kind: cited", "Remove the key"),
    ("claims.yml", "  kind: cited", "  kind: measured", "needs 'measurement"),
    ("claims.yml", "  checked: 2026-11-26", "  checked: 2026-02-30", "'2026-02-30' is no day of the calendar"),
    ("claims.yml", "  side: container", "  side: container\n  side: vm", "the key stands twice"),
    ("glossary.yml", "  group: ", "  groop: ", "Add the key"),
    ("glossary.yml", "  definition: ", "  definition: Fifty megabytes. ", "'Fifty megabytes' is a figure"),
    (TECHNOLOGY, "    kind: cited", "    kind: guessed", "Use one of the values listed"),
    (TECHNOLOGY, "    text: ", "    text: '{no-such} ' #", "no claim 'no-such'"),
    ("views.yml", "[start-time]", "[stop-time]", "there is no dimension 'stop-time'"),
    ("decision.yml", "when: [{rt: [hard]}]\n", "when: [{rt: [harder]}]\n    colour: red\n", "no answer 'harder'"),
    ("decision.yml", "    colour: red\n", "    colour: red\n    side: vm\n", "rules.0.side: Extra inputs"),
    ("workloads.yml", "recommendation: gvisor", "recommendation: gvisr", "there is no option 'gvisr'"),
    ("density.yml", "value: 64, least: 1", "value: 0, least: 1", "between 'least' and 'most'"),
    ("density.yml", "technology: gvisor", "technology: gvizor", "there is no technology 'gvizor'"),
]


def test_no_problem_hides_another(folder: Path) -> None:
    """Of one row, one file, all files: what somebody mends brings up nothing that could have been said before."""
    for file, old, new, _ in TOGETHER:
        replace(folder / file, old, new)
    found = complaints(folder, load_facts)
    for file, _, _, said in TOGETHER:
        about = [problem for problem in found if f"{file}:" in problem and said in problem]
        assert about, f"{file}: nothing says {said!r} among\n" + "\n".join(found)
        assert about[0].rstrip(".").count(". ") >= 1, "a remedy follows the problem"


def test_a_file_that_cannot_be_read_hides_no_other(folder: Path) -> None:
    replace(folder / "claims.yml", "  text: about 17 ms", "  text: [about 17 ms")
    replace(folder / "glossary.yml", "  group: ", "  groop: ")
    replace(folder / "workloads.yml", "recommendation: gvisor", "recommendation: gvisr")
    found = complaints(folder, load_facts)
    assert [sum(file in problem for problem in found) for file in ("claims.yml:", "workloads.yml:")] == [1, 1]
    assert all(any(file in problem for file in ("claims.yml:", "glossary.yml:", "workloads.yml:")) for problem in found)


FIGURES = {
    "in digits": "It starts in 12 ms.",
    "a share": "It loses 45 % of its speed.",
    "a factor": "It takes 3 times as long.",
    "a binary unit": "It reads 1.5 GiB.",
    "without a space": "It reads 5GiB in 5ms.",
    "with a hyphen": "After a 10-second wait it starts.",
    "a space that does not break": "It starts in 12\u00a0ms, or 12\u202fms.",
    "an entity": "It starts in 12&nbsp;ms.",
    "a thin space as an entity": "It starts in 12&thinsp;ms.",
    "a sign as an entity": "It loses 45&#8239;&percnt;.",
    "a character nobody sees": "It starts in 12\u200b ms.",
    "bold number": "It starts in **12** ms.",
    "bold unit": "It starts in 12 __ms__.",
    "italic number": "It starts in _12_ ms.",
    "struck out": "It starts in ~~12~~ ms.",
    "a line break": "It starts in 12\nms.",
    "a hard line break": "It starts in 12<br>ms.",
    "an escaped sign": "It loses 45 \\%.",
    "an element around the unit": "It starts in 12 <abbr>ms</abbr>.",
    "an element with attributes": 'It starts in 12 <abbr title="so > called" class="x">ms</abbr>.',
    "an element over two lines": 'It starts in <span\n  class="x">12</span> ms.',
    "attributes as Markdown has them": "It starts in **12**{: .big } ms.",
    "a link around the number": "It starts in [12](../x.md) ms.",
    "a link around the unit": "It starts in 12 [ms][units].",
    "a note in between": "It starts in 12[^1] ms.",
    "a comment in between": "It starts in 12<!-- about --> ms.",
    "an alternative text": "![It starts in 12 ms](x.svg)",
    "the title of a picture": '![A start](x.svg "It starts in 12 ms")',
    "the title of a link": '[A start](x.md "12 ms")',
    "an alternative text in HTML": '<img src="x.svg" alt="It starts in 12 ms">',
    "the title of an element": '<span title="It starts in 12 ms">soon</span>',
    "words for a screen reader": '<span aria-label="It starts in 12 ms">soon</span>',
    "the title of an admonition": '!!! note "It starts in 12 ms"',
    "the title of a tab": '=== "12 ms"',
    "a heading": "## It starts in 12 ms",
    "a cell of a table": "| a | b |\n|---|---|\n| x | 12 ms |",
    "the title of a block of code": '```sh title="It takes 12 ms"\ntrue\n```',
    "the caption of a picture": '```mermaid name="x" caption="It takes 12 ms."\nflowchart TB\n```',
    "a label": '```mermaid name="x"\nflowchart TB\n    a["It takes 12 ms"]\n```',
    "a label over two lines": '```mermaid name="x"\nblock\n  a["It takes 12<br>ms"]\n```',
    "an arrow": '```mermaid name="x"\nsequenceDiagram\n    a->>b: after 12 ms\n```',
    "the words for a picture": '```mermaid name="x"\nflowchart TB\n    accDescr: It takes 12 ms.\n```',
    "the words for slabs": '```mermaid name="x"\nblock\n  %% accDescr: It takes 12 ms.\n```',
    "in words": "It takes fifty megabytes.",
    "minutes in words": "It takes ten minutes.",
    "an hour in words": "It takes half an hour.",
    "part of a second": "It takes half a second, or a tenth of a second.",
    "an order of magnitude": "It takes a few hundred megabytes.",
    "tens of": "It takes tens of seconds.",
    "a share in words": "It loses fifty per cent.",
    "a factor in words": "It takes ten times as long.",
    "with a hyphen, in words": "After a ten-minute wait it starts.",
}
NO_FIGURES = {
    "a quotation": 'They say "in 12 ms", and “ten minutes”.',
    "code": "Run `sleep 5 s`.",
    "a block of code": "```sh\nsleep 9 s\n```",
    "a quoted block": "> quoted: 12 ms",
    "a claim": '[= claim("crun-create") =]',
    "a setting": 'Give it [= own("12 ms") =], or [= own("ten minutes") =].',
    "an address": "[x](https://example.org/12%20ms)",
    "a class": '<p class="12 ms">Soon.</p>',
    "versions and counts": "Linux 6.3, WCAG 2.2, 14 capabilities, in 2014, in the 1990s",
    "the second of something": "A second machine; within seconds; try three times.",
}


def strays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> list[str]:
    """The complaints about a page that holds ``text`` from its seventh line on."""
    page = tmp_path / "page.md"
    page.write_text(f"---\ntitle: x\n---\n\n# x\n\n{text}\n", encoding="utf-8")
    monkeypatch.setattr(prose, "pages", lambda: [page])
    return [str(problem) for problem in prose.stray_figures()]


@pytest.mark.parametrize("text", FIGURES.values(), ids=FIGURES)
def test_a_figure_in_prose_has_to_come_from_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    problems = strays(tmp_path, monkeypatch, text)
    assert problems, "nobody notices"
    lines = range(7, 8 + text.count("\n"))
    assert any(f"page.md:{line}: " in problems[0] for line in lines), problems
    assert "docs/data/claims.yml" in problems[0]


@pytest.mark.parametrize("text", NO_FIGURES.values(), ids=NO_FIGURES)
def test_what_is_no_figure_of_ours_may_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert strays(tmp_path, monkeypatch, text) == []


@pytest.mark.parametrize(
    "line", ["title: Starts in 12 ms", 'description: "It takes 12 ms"', "hands_on: {proves: It takes 12 ms}"]
)
def test_a_figure_in_the_head_of_a_page_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\n{line}\n---\n\n# x\n", encoding="utf-8")
    monkeypatch.setattr(prose, "pages", lambda: [page])
    assert "page.md:2: '12 ms'" in next(str(problem) for problem in prose.stray_figures())


@pytest.mark.parametrize(
    ("folder", "name", "text"),
    [
        ("OVERRIDES", "main.html", "{# 1 ms #}\n<p data-x='2 ms'>It takes 12 ms.</p>\n"),
        ("OVERRIDES", "main.html", "{{ '1 ms' }}\n<a title='It takes 12 ms'>x</a>\n"),
        ("TEMPLATES", "ledgers.html", "{% set x = '1 ms' %}\n<td>12 <abbr>ms</abbr></td>\n"),
        ("SCRIPTS", "x.js", "// 1 ms\nsay(`It takes 12 ms`, 3 * ms, `${n} ms`);\n"),
    ],
)
def test_a_figure_in_a_template_or_a_script_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(prose, folder, tmp_path)
    monkeypatch.setattr(prose, "pages", list)
    (problem,) = [str(problem) for problem in prose.stray_figures()]
    assert f"{name}:2: '12 ms' is a figure outside the ledger. Make it a row" in problem


def test_the_exported_schemas_are_up_to_date() -> None:
    stale = [n for n in MODELS if (FOLDER / f"{n}.json").read_text(encoding="utf-8") != schema(n)]
    assert not stale, "run python3 scripts/dev.py schema"
    for path in sorted(DATA.rglob("*.yml")):
        head = path.read_text(encoding="utf-8").splitlines()[0]
        # Their own tests read them (test_dataset.py, test_addresses.py); the links are a list of addresses.
        if path.stem in {"addresses", "links", "version"}:
            continue
        assert head.startswith("# yaml-language-server: $schema="), f"{path.name} does not name its schema"
        assert (path.parent / head.split("=", 1)[1]).resolve().is_file(), (
            f"{path.name} names a schema that is not there"
        )


def test_the_evidence_is_as_large_as_promised(data: Data) -> None:
    assert len(data.sources) >= 90
    assert len(data.technologies) >= 12
    assert len(data.dimensions) >= 46
    assert len(data.terms) >= 90
    sides = [escape.side for escape in data.escapes.values()]
    assert min(sides.count("container"), sides.count("vm")) >= 8, "both sides are looked at"
    assert {e.date[:4] for e in data.escapes.values()} >= {"2015", "2026"}


def test_an_unknown_answer_says_so(data: Data) -> None:
    open_cells = [c for t in data.technologies.values() for c in t.cells.values() if c.kind == "not-established"]
    assert open_cells
    assert all(cell.detail and not cell.text for cell in open_cells), "it says what was looked for"


def test_a_quotation_is_one_passage_of_its_source(data: Data) -> None:
    """Words from several places, joined by dots, are nobody's words."""
    quoted = {**data.claims, **data.escapes, **data.terms}
    assert [key for key, row in quoted.items() if row.quote and ("…" in row.quote or "..." in row.quote)] == []


def test_every_use_of_a_source_is_known(data: Data) -> None:
    found = uses.uses(data)
    assert set(found) == set(data.sources)
    assert any(u.page == "overview/key-differences.md" for u in found["felter-data"])


def test_terms_are_found_as_words_and_names_by_their_capitals(data: Data) -> None:
    finder = Finder(data.terms.values())
    first = finder.first("Hypervisors are common.", set())
    assert first is not None
    assert first[1].id == "hypervisor"
    assert finder.first("a sentry at the gate", set()) is None, "the Sentry of gVisor is a name"
    pieces = list(finder.pieces("The hypervisor <b>", set()))
    assert [(text, term.id if term else "") for text, term in pieces] == [
        ("The ", ""),
        ("hypervisor", "hypervisor"),
        (" <b>", ""),
    ]


def test_text_from_an_address_never_runs(visit: Callable[..., Visit]) -> None:
    seen = visit("reference/comparison/#show=%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert seen.page.locator("#comparison-tools img").count() == 0
    assert "unknown" in seen.page.locator(".tools__status").inner_text()
    assert seen.errors == []


def test_a_data_error_stops_the_build_in_words(copy: Path, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from scripts.publish.edition import BuildError, build

    line = replace(copy / "docs/data/claims.yml", "  value: 17\n", "  value: soon\n")
    with pytest.raises(BuildError):
        build(tmp_path / "site", source=copy)
    output = "".join(capfd.readouterr())
    assert f"docs/data/claims.yml:{line}" in output
    assert "Traceback" not in output
    assert str(ROOT) not in output
