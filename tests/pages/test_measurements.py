"""The page of measurements shows every run, marks emulation, and reads a reader's own file safely."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from scripts.measure import report, result
from scripts.pages import charts, measurements
from scripts.pages.charts import Chart, Point
from tests.support import Visit, append, complaints, file_of, page, words

PAGE = "reference/measurements/"
CHART = Chart(
    "chart-test", "A title", "A description.", "milliseconds", "ms",
    (Point("Bare process", "process", 1.2, 1.1, 1.4), Point("QEMU", "emulated", 1500, 1400, 1600)),
)  # fmt: skip


@pytest.fixture(scope="module")
def article(web: Path) -> BeautifulSoup:
    """The page."""
    return page(web, PAGE)


def test_every_run_is_shown_with_every_series_its_raw_data_and_its_commands(web: Path, article: BeautifulSoup) -> None:
    for name, run in result.published().items():
        assert article.find(id=name), f"docs/data/measurements/{name}.json is on no page"
        raw = article.select_one(f'a[href$="data/measurements/{name}.json"]')
        assert raw is not None
        published = (web / f"data/measurements/{name}.json").read_text(encoding="utf-8")
        assert result.loads(published, name) == run
        for measure in {case.measure for case in run.cases}:
            heading = article.find(id=f"{name}-{measure}")
            assert heading is not None
            table = heading.find_next("table")
            assert table is not None
            assert len(table.select("tbody tr")) == len(run.of(measure))
        commands = [code.text for code in article.select("ul.commands code")]
        for case in run.cases:
            # A measure that is worked out from others has no command of its own.
            if case.command and case.engine not in {"container-image", "machine-image"}:
                assert shlex.join(case.command) in commands
        text = words(article.text)
        for engine in run.engines:
            assert engine.usable or f"{engine.name}: {engine.reason}" in text


def test_emulation_is_marked_wherever_it_shows_and_compared_with_nothing(article: BeautifulSoup) -> None:
    rows = article.select("tr.group-emulated")
    emulated = [c for r in result.published().values() for c in r.cases if r.engine(c.engine).group == "emulated"]
    assert len(rows) == len(emulated)
    for row in rows:
        assert result.EMULATED in row.text
        assert "times the bare process" not in row.text
    for subject in ("start", "memory", "speed", "size"):
        heading = article.find(id=f"{subject}-ours-and-cited")
        assert heading is not None
        table = heading.find_next("table")
        assert table is not None
        assert "QEMU microvm" not in table.text, "an emulator stands in no comparison"
        assert {words(cell.text) for cell in table.select('td[data-label="Kind"]')} == {"measured", "cited"}


def test_charts_are_named_follow_the_scheme_and_keep_emulation_apart(article: BeautifulSoup) -> None:
    drawings = article.select("figure.diagram svg")
    assert drawings
    ids = [str(e["id"]) for e in article.select("article [id]")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for svg in drawings:
        assert svg.find("title")
        assert svg.find("desc")
        assert not svg.select("[style], style, [class]")
        for attribute in ("fill", "stroke"):
            colours = {str(e[attribute]) for e in svg.select(f"[{attribute}]")}
            assert all(c == "none" or c.startswith("var(--") for c in colours), colours
        if "QEMU" in svg.text:
            assert result.EMULATED.capitalize() in svg.text


def test_a_chart_is_the_same_each_time_it_is_drawn() -> None:
    first = charts.finish(charts.draw(CHART), CHART)
    assert first == charts.finish(charts.draw(CHART), CHART)
    axes = re.findall(r">(milliseconds)<", first)
    assert len(axes) == 2, "an axis for each: emulation has its own"


def test_a_colour_that_no_scheme_knows_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "colour", lambda role: "#ff0000")
    with pytest.raises(ValueError, match="chart 'chart-test': the colour #ff0000 is fixed"):
        charts.finish(charts.draw(CHART), CHART)


MEASURED = """- id: new-figure
  text: {value} {unit}
  value: {value}
  unit: {unit}
  conditions: Here.
  kind: measured
  side: container
  measurement: {{run: {run}, case: {case}}}
  checked: 2026-11-24
  review_by: 2099-01-01
"""


def test_a_measured_claim_has_to_say_what_its_run_says(folder: Path) -> None:
    name, run = measurements.reference_run()
    assert run is not None
    case = run.of("exit")[0]
    right = report.plain(case.summary.median, "ms")
    claims = folder / "claims.yml"
    original = claims.read_text(encoding="utf-8")
    for changes, message in (
        ({"value": 123456}, f"Write '{right} ms' in its text, and value: {right}"),
        ({"unit": "s"}, "and its run measured"),
        ({"run": "no-such-run"}, "there is no run 'no-such-run'"),
        ({"case": "bare/exit/nothing"}, "there is no case 'bare/exit/nothing'"),
    ):
        row = {"value": right, "unit": "ms", "run": name, "case": case.id} | changes
        claims.write_text(original, encoding="utf-8")
        append(claims, MEASURED.format(**row))
        found = complaints(folder)
        assert len(found) == 1, found
        assert message in found[0]
        assert re.search(r"claims\.yml:\d+: ", found[0]), "the message names file and line"
    claims.write_text(original, encoding="utf-8")
    row = MEASURED.format(value=right, unit="ms", run=name, case=case.id)
    append(claims, row.replace(f"  measurement: {{run: {name}, case: {case.id}}}\n", ""))
    assert "needs 'measurement: {run: …, case: …}'" in complaints(folder)[0]


def test_the_page_can_be_drawn_without_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurements, "runs", dict)
    assert measurements.reference_run() == ("", None)
    assert json.loads(measurements.viewer_data().partition(">")[2].rpartition("<")[0])["runs"] == {}


# --- The viewer -----------------------------------------------------------------------------------------------------


def mine(**changes: Any) -> dict[str, Any]:
    """A reader's file, as an object: the newest published run, changed."""
    name = next(iter(result.published()))
    whole: dict[str, Any] = json.loads((result.FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return whole | changes


def load_file(seen: Visit, content: str) -> str:
    """Give the viewer a file; returns what it says."""
    seen.page.set_input_files(
        "#viewer-file", {"name": "mine.json", "mimeType": "application/json", "buffer": content.encode()}
    )
    message = seen.page.locator(".viewer__message")
    message.filter(has_text=re.compile(r"\S")).wait_for()
    return message.inner_text()


@pytest.mark.parametrize("edition", ["web", "disk"])
def test_a_readers_own_file_is_shown_beside_the_published_runs(
    edition: str, visit: Callable[..., Visit], disk_visit: Callable[..., Visit]
) -> None:
    seen = visit(PAGE) if edition == "web" else disk_visit("reference/measurements.html")
    seen.page.wait_for_load_state("networkidle")
    before = set(seen.requests)
    whole = mine()
    said = load_file(seen, json.dumps(whole))
    assert said.startswith(f"Showing {len(whole['cases'])} series")
    rows = seen.page.locator("#viewer table tbody tr")
    assert rows.count() == len(whole["cases"])
    first = rows.first.locator("td")
    assert first.count() == 1 + len(result.published())
    assert first.nth(0).inner_text() == first.nth(1).inner_text(), "the same run, shown twice, shows the same"
    for row in seen.page.locator("#viewer tr.group-emulated").all():
        assert result.EMULATED in row.inner_text()
    later = {url for url in seen.requests if "favicon" not in url} - before
    assert later == set(), "nothing was sent or fetched"
    assert seen.errors == []


def broken() -> list[tuple[str, str, str]]:
    """(what is wrong, the file, what the page says)"""
    case, engine = mine()["cases"][0], mine()["engines"][0]
    emulated = {**engine, "group": "vm", "accelerator": "tcg"}
    return [
        ("no JSON", "{oops", "it is not JSON"),
        ("another JSON", "[1, 2]", "it is not a result of dev.py measure"),
        ("nothing", "null", "it is not a result of dev.py measure"),
        ("another version", json.dumps(mine(schema_version=9)), "its schema version is not 1"),
        ("no cases", json.dumps(mine(cases=[])), "it holds no measurements"),
        ("too many cases", json.dumps(mine(cases=[case] * 500)), "it holds more than 400 series"),
        ("an infinite sample", json.dumps(mine(cases=[{**case, "values": [1e300]}])), "a sample is not a number"),
        ("a sample of text", json.dumps(mine(cases=[{**case, "values": ["9"]}])), "a sample is not a number"),
        ("another unit", json.dumps(mine(cases=[{**case, "unit": "days"}])), "is not ms"),
        ("an unknown measure", json.dumps(mine(cases=[{**case, "measure": "__proto__"}])), "does not know"),
        ("an unknown group", json.dumps(mine(engines=[{**engine, "group": "constructor"}])), "unknown group"),
        (
            "emulation as a VM",
            json.dumps(mine(engines=[emulated])),
            "without hardware virtualisation a virtual machine",
        ),
        ("a deep nest", "[" * 100_000 + "]" * 100_000, "it is not"),
        ("too large", " " * (result.MAX_BYTES + 1), "it is larger than any result"),
    ]


@pytest.mark.parametrize(("name", "content", "message"), broken(), ids=lambda value: value[:30])
def test_a_malformed_file_gets_a_clear_message(
    name: str, content: str, message: str, visit: Callable[..., Visit]
) -> None:
    seen = visit(PAGE)
    said = load_file(seen, content)
    assert said.startswith("This file cannot be shown: ")
    assert message in said, name
    assert seen.page.locator("#viewer table").count() == 0
    assert seen.errors == []


def test_markup_in_a_file_is_shown_as_text(visit: Callable[..., Visit]) -> None:
    attack = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
    whole = mine()
    whole["engines"][0]["name"] = attack
    whole["machine"]["cpu"] = attack
    seen = visit(PAGE)
    title = seen.page.title()
    assert attack in load_file(seen, json.dumps(whole))
    assert attack in seen.page.locator("#viewer tbody th").first.inner_text()
    assert seen.page.locator("#viewer img, #viewer script").count() == 0
    assert seen.page.title() == title


def test_the_viewers_data_cannot_end_its_element(web: Path) -> None:
    text = file_of(web, PAGE).read_text(encoding="utf-8")
    found = re.search(r'<script type="application/json" id="viewer-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    assert set(json.loads(found.group(1))["runs"]) == set(result.published())
