"""A mistake in the data is reported with file, line, key and remedy; nothing in a row can act as markup."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from scripts.facts import prose, uses
from scripts.facts.checked import load
from scripts.facts.load import Data
from scripts.facts.schema import FOLDER, MODELS, schema
from scripts.markdown.terms import Finder
from scripts.paths import DATA, ROOT
from tests.support import Visit, append, complaints, replace

CLAIM = """- id: new-figure
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
    ("a date that is none", "claims.yml", "  checked: 2026-11-24", "  checked: yesterday", "Write a date as"),
    ("an unknown kind", "claims.yml", "  kind: cited", "  kind: guessed", "Use one of the values listed"),
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
    ("a date on no day", "claims.yml", "  checked: 2026-11-24", "  checked: 2026-02-30", "'2026-02-30' is no day"),
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
    ("an unknown group", "dimensions.yml", "    group: boundary", "    group: border", "there is no group 'border'"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_names_file_line_and_remedy(folder: Path, file: str, old: str, new: str, said: str) -> None:
    line = replace(folder / file, old, new)
    found = [c for c in complaints(folder) if said in c]
    assert found, f"nothing says {said!r}: {complaints(folder)}"
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


def test_every_problem_is_reported_at_once(folder: Path) -> None:
    replace(folder / "claims.yml", "  value: 17\n", "  value: soon\n")
    replace(folder / "glossary.yml", "  group: ", "  groop: ")
    assert {c.split(":")[0].rsplit("/", 1)[-1] for c in complaints(folder)} == {"claims.yml", "glossary.yml"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It starts in 12 ms.", True),
        ("It loses 45 % of its speed.", True),
        ("It takes 3 times as long.", True),
        ("It reads 1.5 GiB.", True),
        ("It starts in **12** ms.", True),
        ("It starts in 12\nms.", True),
        ('!!! note "It starts in 12 ms"', True),
        ('=== "12 ms"', True),
        ("It takes fifty megabytes.", True),
        ('They say "in 12 ms".', False),
        ("Run `sleep 5 s`.", False),
        ("> quoted: 12 ms", False),
        ('[= claim("crun-create") =]', False),
        ("Linux 6.3, WCAG 2.2, 14 capabilities, in 2014", False),
    ],
)
def test_a_figure_in_prose_has_to_come_from_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, found: bool
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\ntitle: x\n---\n\n# x\n\n```sh\nsleep 9 s\n```\n\n{text}\n", encoding="utf-8")
    monkeypatch.setattr(prose, "pages", lambda: [page])
    problems = [str(problem) for problem in prose.stray_figures()]
    assert bool(problems) == found, problems
    if found:
        assert "page.md:11:" in problems[0]
        assert "docs/data/claims.yml" in problems[0]


@pytest.mark.parametrize("line", ["title: Starts in 12 ms", 'description: "It takes 12 ms"'])
def test_a_figure_in_the_head_of_a_page_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\n{line}\n---\n\n# x\n", encoding="utf-8")
    monkeypatch.setattr(prose, "pages", lambda: [page])
    assert "page.md:2: '12 ms'" in next(str(problem) for problem in prose.stray_figures())


def test_a_figure_in_an_override_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.html").write_text("{# 1 ms #}\n<p data-x='2 ms'>It takes 12 ms.</p>\n", encoding="utf-8")
    monkeypatch.setattr(prose, "OVERRIDES", tmp_path)
    monkeypatch.setattr(prose, "pages", list)
    assert [str(problem).split(": ")[1] for problem in prose.stray_figures()] == [
        "'12 ms' is a figure outside the ledger. Make it a row of docs/data/claims.yml and write [= claim(\"id\") =]; "
        'if it is a setting of this site and no finding, write [= own("…") =]'
    ]


def test_the_exported_schemas_are_up_to_date() -> None:
    stale = [n for n in MODELS if (FOLDER / f"{n}.json").read_text(encoding="utf-8") != schema(n)]
    assert not stale, "run python3 scripts/dev.py schema"
    for path in sorted(DATA.rglob("*.yml")):
        head = path.read_text(encoding="utf-8").splitlines()[0]
        # Its own tests read it (tests/site/test_dataset.py); the links are a list of addresses.
        if path.stem in {"links", "version"}:
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


def row(key: str, **changes: object) -> str:
    """The file of a technology as YAML, with changes."""
    return yaml.safe_dump({**yaml.safe_load((DATA / TECHNOLOGY).read_text(encoding="utf-8")), **changes, "id": key})


def test_a_new_technology_is_one_file(copy: Path, tmp_path: Path) -> None:
    """It brings its page, its column and its node in the picture."""
    import os
    import subprocess
    import sys

    file = copy / "docs/data/technologies/abacus.yml"
    hostile = "An abacus & \"beads\" > 1 'row'"
    file.write_text(row("abacus", name="Abacus", short="Abacus", order=25, summary=hostile), encoding="utf-8")
    record, site = tmp_path / "diagrams.jsonl", tmp_path / "site"
    environment = {**os.environ, "PYTHONPATH": str(copy), "DIAGRAMS_COLLECT": str(record)}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(site)]
    subprocess.run(command, cwd=copy, env=environment, check=True)
    page = (site / "reference/technologies/abacus/index.html").read_text(encoding="utf-8")
    assert "<h1" in page
    assert "An abacus &amp; &#34;beads&#34; &gt; 1" in page
    comparison = (site / "reference/comparison/index.html").read_text(encoding="utf-8")
    assert comparison.count('data-label="Abacus"') == len(load().dimensions)
    assert '[\\"Abacus\\"]' in record.read_text(encoding="utf-8"), "its node in the spectrum"
    assert 'technologies/abacus/"' in (site / "index.html").read_text(encoding="utf-8"), "its place in the navigation"


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
