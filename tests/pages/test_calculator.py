"""The calculator: its arithmetic, where its figures come from, and that everybody can use it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import expect

from scripts.diagrams.theme import MIN_TEXT_PX
from scripts.facts.checked import load
from scripts.facts.density import load_density, mebibytes
from scripts.pages.notes import note_of
from scripts.paths import DATA
from tests.support import Visit
from tests.walk import load_axe, resize, violations

Json = dict[str, Any]
# What the page says of a default that no claim carries.
MARKS = {"example": "an example, not a finding", "idle": "changes nothing until you set it"}
COMPUTE = """(changes) => {
  const data = JSON.parse(document.getElementById("density-data").textContent);
  const values = Object.fromEntries([
    ...data.inputs.map(({id, value}) => [id, value]),
    ...data.technologies.map(({id, overhead}) => [id, overhead]),
  ]);
  return Object.fromEntries(density(data, {...values, ...changes}).map((row) => [row.id, row]));
}"""
# Round numbers, worked out by hand: 10 GiB of room, 4 cores.
ROUND = {
    "memory": 12, "reserve": 2, "cores": 4, "price": 100, "instances": 25, "app": 1000, "cpu": 10, "micro": 20,
    "full": 256, "container": 24, "firecracker": 4, "virtual-machine": 24, "headroom": 0, "shared": 0, "tax": 0,
    "overcommit": 1, "spare": 0, "pods": 0,
}  # fmt: skip


@pytest.fixture
def calculator(visit: Callable[..., Visit]) -> Visit:
    """The calculator with its examples."""
    return visit("choose/cost-and-density/")


def compute(seen: Visit, **changes: float) -> Json:
    return dict(seen.page.evaluate(COMPUTE, changes))


def test_the_arithmetic_is_right(calculator: Visit) -> None:
    rows = compute(calculator, **ROUND)
    # 10,240 MiB / 1,024 MiB = 10 copies; 25 copies need 3 hosts, 300 a month, 12 each.
    expected = {"memory": 1024, "copies": 10, "limit": "memory", "hosts": 3, "cost": 300, "each": 12}
    assert {key: rows["container"][key] for key in expected} == expected
    assert (rows["firecracker"]["memory"], rows["firecracker"]["copies"]) == (1024, 10)
    # 1,000 + 24 + 256 = 1,280 MiB: 8 copies, 4 hosts.
    assert (rows["virtual-machine"]["copies"], rows["virtual-machine"]["hosts"]) == (8, 4)


def test_processors_limit_as_well(calculator: Visit) -> None:
    rows = compute(calculator, **ROUND | {"cpu": 80})
    assert (rows["container"]["copies"], rows["container"]["limit"]) == (5, "processors")


@pytest.mark.parametrize("change", [{"app": 50_000}, {"reserve": 12}, {"reserve": 99}, {"cpu": 500}])
def test_what_does_not_fit_has_no_cost(calculator: Visit, change: dict[str, float]) -> None:
    row = compute(calculator, **ROUND | change)["container"]
    assert (row["copies"], row["hosts"], row["cost"], row["each"]) == (0, None, None, None)


def test_nothing_divides_by_zero(calculator: Visit) -> None:
    row = compute(calculator, **ROUND | {"app": 0, "container": 0, "cpu": 0})["container"]
    assert (row["hosts"], row["limit"]) == (1, "nothing")
    calculator.page.goto(calculator.page.url.split("?")[0] + "?s=app:0,container:0,cpu:0")
    expect(calculator.page.locator("#calculator .data tbody tr").first).to_contain_text("no limit")
    assert "Infinity" not in calculator.page.locator("#calculator").inner_text()
    assert "NaN" not in calculator.page.locator("#calculator").inner_text()


def test_every_overhead_is_the_sum_of_its_claims_and_links_to_them(calculator: Visit) -> None:
    data = load()
    for row in load_density(data).technologies:
        total = round(sum(mebibytes(data.claims[key]) for key in row.claims), 1)
        assert float(calculator.page.locator(f"#field-{row.technology}").input_value()) == total
        for key in row.claims:
            link = calculator.page.locator(f"#calculator a[href='#fn:{note_of(data.claims[key])}']").first
            assert link.get_attribute("aria-label")
            assert calculator.page.locator(f"[id='fn:{note_of(data.claims[key])}']").count() == 1


def test_a_claim_in_megabytes_becomes_mebibytes() -> None:
    claims = load().claims
    assert mebibytes(claims["gvisor-memory-empty"]) == round(17.7e6 / 2**20, 1)
    assert mebibytes(claims["nsdi-qemu-resident-more"]) == 32.0, "of a range, the higher end"


def test_a_change_shows_at_once_and_is_in_the_address(calculator: Visit) -> None:
    calculator.page.get_by_label("Memory of one host").fill("128")
    calculator.page.get_by_label("Processor time of one copy").fill("0.5")
    assert calculator.page.evaluate("() => location.search") == "?s=memory:128,cpu:0.5"
    before = calculator.page.locator("#calculator .data tbody").inner_text()
    calculator.page.reload()
    assert calculator.page.locator("#calculator .data tbody").inner_text() == before
    expect(calculator.page.get_by_label("Memory of one host")).to_have_value("128")
    calculator.page.get_by_role("button", name="Back to the examples").click()
    expect(calculator.page.get_by_label("Memory of one host")).to_have_value("64")
    assert calculator.errors == []


def test_the_table_holds_what_the_bars_show(calculator: Visit) -> None:
    rows = compute(calculator)
    most = max(row["copies"] for row in rows.values())
    for line in calculator.page.locator("#calculator .data tbody tr").all():
        copies = int(line.locator("td").nth(2).inner_text().replace(",", ""))
        width = float(line.locator(".guide__fill").get_attribute("width") or 0)
        assert width == pytest.approx(100 * copies / most)


@pytest.mark.parametrize("text", ["", "many", "-1", "1e99", "<b>", "0x10", "1,5", "12,00", "1.2.3"])
def test_a_senseless_number_is_named(calculator: Visit, text: str) -> None:
    field = calculator.page.get_by_label("Memory of one host")
    before = calculator.page.locator("#calculator .data tbody").inner_text()
    field.fill(text)
    expect(calculator.page.get_by_role("alert")).to_contain_text("Memory of one host: a number from 1 to")
    assert field.get_attribute("aria-invalid") == "true"
    assert calculator.page.locator("#calculator .data tbody").inner_text() == before, (
        "the last sensible value stands in"
    )
    field.fill("32")
    expect(calculator.page.locator("#calculator-problem")).to_be_hidden()


@pytest.mark.parametrize("fragment", ["memory=lots", "colour=red", "%", "app=-5&kata=NaN", "=", "memory=<img>"])
def test_a_tampered_address_is_named_and_harmless(visit: Callable[..., Visit], fragment: str) -> None:
    seen = visit(f"choose/cost-and-density/#{fragment}")
    if "=" in fragment:
        expect(seen.page.get_by_role("alert")).to_contain_text("This address is not quite right")
    assert seen.page.locator("#calculator .data tbody tr").count() == 7
    assert seen.errors == []


@pytest.mark.parametrize("state", ["", "#memory=x", "#app=90000"])
def test_axe_finds_nothing_in_any_state(visit: Callable[..., Visit], state: str) -> None:
    for dark in (False, True):
        seen = visit(f"choose/cost-and-density/{state}", dark=dark, reduced_motion="reduce")
        load_axe(seen)
        for width in (1280, 320):
            resize(seen.page, width)
            assert violations(seen.page, "article") == [], f"'{state}', {width} px, dark: {dark}"
            over = seen.page.evaluate(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{over} px too wide at {width} px"


def test_it_works_from_disk(disk_visit: Callable[..., Visit]) -> None:
    seen = disk_visit("choose/cost-and-density.html#app=2048")
    expect(seen.page.get_by_label("Memory of the program")).to_have_value("2048")
    seen.page.get_by_label("Memory of the program").fill("1024")
    seen.page.wait_for_url("**?s=app:1024")
    assert seen.errors == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("claims: [gvisor-memory-empty]", "claims: [gvisor-memory]", "no claim 'gvisor-memory' in MB or MiB"),
        ("claims: [gvisor-memory-empty]", "claims: [firecracker-boot]", "no claim 'firecracker-boot' in MB or MiB"),
        ("technology: gvisor", "technology: gvizor", "there is no technology 'gvizor'"),
        ("value: 64, least: 1", "value: 0, least: 1", "between 'least' and 'most'"),
        (", most: 100000, mark: example}", ", most: 100000}", "the default 64 is neither evidence nor said to be ours"),
        ("mark: idle,\n     known", "known", "the default 0 is neither evidence nor said to be ours"),
        ("mark: example", "mark: usual", "inputs.0.mark: Input should be 'example' or 'idle'"),
        ("[k8s-pods-per-node]", "[pods-per-node]", "there is no claim 'pods-per-node'"),
    ],
)
def test_a_mistake_in_the_data_is_named(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    file = folder / "density.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text, "the test's own example is out of date"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExceptionGroup) as caught:
        load_density(load(), folder)
    assert any(said in str(error) and "density.yml:" in str(error) for error in caught.value.exceptions)


def test_a_new_default_without_claim_or_mark_is_refused_with_file_line_key_and_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(DATA, folder)
    file = folder / "density.yml"
    text = file.read_text(encoding="utf-8")
    new = "  - {id: churn, label: Copies that start in an hour, unit: copies, value: 30, least: 0, most: 100}\n"
    text = text.replace("\ntechnologies:", new + "\ntechnologies:", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExceptionGroup) as caught:
        load_density(load(), folder)
    said = next(str(error) for error in caught.value.exceptions if "inputs.15" in str(error))
    line = text[: text.index("id: churn")].count("\n") + 1
    assert f"density.yml:{line}: inputs.15.value: the default 30 is neither evidence nor said to be ours. " in said
    assert "Give 'claims' in place of 'value', or say what it is: 'mark: example'" in said


def test_without_javascript_the_figures_and_the_formula_remain(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/cost-and-density/", java_script_enabled=False)
    text = seen.page.locator("article").inner_text()
    assert "Memory of one copy = program + overhead" in text
    for row in yaml.safe_load((DATA / "density.yml").read_text(encoding="utf-8"))["technologies"]:
        assert row["note"] in text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,200", 1200),
        ("1 200.5", 1200.5),
        ("1,000,000", 1e6),
        ("007", 7),
        ("2.5", 2.5),
        ("1,2", None),
        ("0x10", None),
        ("1e3", None),
        ("1.200", None),
        ("12.345", None),
        ("0.125", 0.125),
        ("1.2000", 1.2),
        ("1200.125", 1200.125),
        ("1\u00a0200", 1200),
        ("1\u202f200", 1200),
        ("\u0661\u0662", None),
        ("-5", None),
        ("\u22125", None),
        ("", None),
        ("   ", None),
        ("1,20", None),
        ("1,200,00", None),
        ("1.200.000", None),
        ("99999999999999999999", None),
        ("Infinity", None),
        ("½", None),
    ],
)
def test_one_rule_for_numbers(calculator: Visit, text: str, number: float | None) -> None:
    read = calculator.page.evaluate("(t) => density.parse({least: 0, most: 1e7}, t)", text)
    assert read == number, (
        f"“{text}” is read as {read} and should be {number or 'refused'}: density.parse in density.js has the rule, "
        "which the sentence above the fields says"
    )
    assert calculator.page.locator("#calculator-rule").is_visible(), "the rule stands beside the fields"


def test_a_number_that_could_mean_either_is_refused_with_both_ways_to_write_it(calculator: Visit) -> None:
    calculator.page.get_by_label("Memory of one host").fill("1.200")
    alert = calculator.page.get_by_role("alert")
    expect(alert).to_contain_text("As 1.200 could mean either, write 1,200 or 1.2.")
    expect(alert).to_contain_text("a number from 1 to 100,000")
    assert calculator.page.evaluate("() => location.search") == "", "what was refused is not in the address"


def test_every_default_is_a_claim_or_said_to_be_ours(calculator: Visit) -> None:
    rows = {row.label: row for row in load_density(load()).inputs}
    table = calculator.page.locator("table", has=calculator.page.get_by_role("columnheader", name="Why")).last
    shown = {
        cells[0]: cells[2]
        for cells in (line.locator("th, td").all_inner_texts() for line in table.locator("tbody tr").all())
    }
    assert set(shown) == set(rows)
    for label, row in rows.items():
        begins = {None: "measured: ", **MARKS}[row.mark]
        assert shown[label].startswith(begins), (
            f"docs/data/density.yml, {row.id}: the page does not say “{begins}” of this default; density_inputs in "
            "scripts/pages/calculator.py writes it"
        )
        field = calculator.page.locator(f"label[for=field-{row.id}]")
        assert row.claims or MARKS[row.mark or ""] in field.inner_text(), f"{row.id}: nor is it said beside the field"


def test_only_what_no_claim_carries_needs_a_mark_and_an_idle_field_is_idle() -> None:
    for row in load_density(load()).inputs:
        assert bool(row.claims) != bool(row.mark), f"docs/data/density.yml, {row.id}: claims, or a value with its mark"
        assert row.mark != "idle" or row.plan, f"docs/data/density.yml, {row.id}: only a field of the plan can be idle"


def test_a_value_that_changes_nothing_changes_nothing(calculator: Visit) -> None:
    """What the page says of the defaults of the plan, tried: without these fields the arithmetic gives the same."""
    rows = load_density(load()).inputs
    idle = {row.id: row.value for row in rows if row.mark == "idle"}
    neutral = {"headroom": 0, "shared": 0, "tax": 0, "overcommit": 1, "spare": 0, "pods": 0}
    assert idle == neutral, (
        "docs/data/density.yml: 'mark: idle' is for a value with which the arithmetic below gives the same as without "
        "the field; mark any other as an example, or give it a claim"
    )
    first = compute(calculator)["container"]
    examples = {row.id: row.value for row in rows if row.value is not None}
    room = (examples["memory"] - examples["reserve"]) * 1024
    assert first["copies"] == min(int(room / first["memory"]), int(examples["cores"] * 100 / examples["cpu"]))
    assert first["hosts"] == -(-examples["instances"] // first["copies"])
    machine = compute(calculator)["virtual-machine"]
    assert machine["parts"]["spare"] == 0
    assert machine["memory"] == pytest.approx(sum(machine["parts"][key] for key in ("inside", "system", "overhead")))


def test_copies_are_whole_and_a_key_counts_once(visit: Callable[..., Visit]) -> None:
    seen = visit("choose/cost-and-density/?s=instances:2.5,memory:8,memory:9#what-it-leaves-out")
    alert = seen.page.get_by_role("alert")
    expect(alert).to_contain_text("Copies you need: a whole number")
    expect(alert, "a key that stands twice is named (readAddress in density.js)").to_contain_text("a second time")
    expect(seen.page.get_by_label("Memory of one host")).to_have_value("8")
    assert seen.page.url.endswith("#what-it-leaves-out")


def test_the_plan_counts(calculator: Visit) -> None:
    # 10 GiB of room; a VM of 1,000 + 256 MiB and a quarter spare, with a monitor of 24: 1,594 MiB, 6 copies.
    rows = compute(calculator, **ROUND | {"headroom": 25})
    lost = "what an idle field of the plan does is lost: memoryOf and density in density.js"
    assert (rows["virtual-machine"]["memory"], rows["virtual-machine"]["copies"]) == (1594, 6), lost
    assert rows["container"]["copies"] == 10, "a container is given no fixed size"
    # 512 of 1,000 MiB shared: (10,240 - 512) / (488 + 24) = 19 copies.
    assert compute(calculator, **ROUND | {"shared": 512})["container"]["copies"] == 19, lost
    rows = compute(calculator, **ROUND | {"cpu": 80, "tax": 25})
    assert (rows["container"]["copies"], rows["virtual-machine"]["copies"]) == (5, 4), f"tax: {lost}"
    assert compute(calculator, **ROUND | {"cpu": 80, "overcommit": 2})["container"]["copies"] == 10, (
        f"overcommit: {lost}"
    )
    assert compute(calculator, **ROUND | {"spare": 1})["container"]["hosts"] == 4, f"spare: {lost}"
    row = compute(calculator, **ROUND | {"pods": 3})["container"]
    assert (row["copies"], row["limit"]) == (3, "pods"), f"pods: {lost}"
    exact = compute(calculator, **ROUND | {"cores": 2.3, "cpu": 23, "app": 1})["container"]["copies"]
    assert exact == 10, f"{exact} copies of 23 % in 2.3 cores: 'whole' in density.js lets an exact quotient survive"


def test_every_sum_in_the_table_adds_up(calculator: Visit) -> None:
    for key, row in compute(calculator).items():
        parts = row["parts"]
        total = sum(parts[part] for part in ("inside", "system", "spare", "overhead"))
        assert row["memory"] == pytest.approx(total), (
            f"{key}: 'all' in memoryOf (density.js) is not the sum of its parts"
        )
    text = calculator.page.locator("#calculator .data tbody").first.inner_text()
    assert "program" in text
    assert "guest" in text


def test_what_the_figures_count_stands_in_the_table_itself(calculator: Visit) -> None:
    """The sources do not count the same: Kata's figure holds its guest, that of a machine does not, so it is added."""
    remedy = "in docs/data/density.yml 'guest' adds the guest system where 'counts' says that the claims leave it out"
    for nth, row in enumerate(load_density(load()).technologies):
        monitor_only = "monitor only" in row.counts
        assert (row.guest != "none") == monitor_only, f"{row.technology}: {remedy}"
        shown = calculator.page.locator("#calculator .data tbody tr").nth(nth).locator("td").nth(1).inner_text()
        assert f"overhead ({row.counts})" in shown, (
            f"{row.technology}: 'sum' in density.js says what the overhead counts"
        )
        assert (" guest + " in shown) == monitor_only, f"{row.technology}: {remedy}"


def test_nothing_fits_is_said_and_small_costs_are_shown(calculator: Visit) -> None:
    calculator.page.get_by_label("Memory of the program").fill("9,000,000")
    status = calculator.page.locator("#calculator .guide__status")
    expect(status, "where no copy fits, say so before comparing (show in density.js)").to_contain_text("Nothing fits")
    calculator.page.get_by_label("Memory of the program").fill("1")
    calculator.page.get_by_label("Price of one host").fill("0.5")
    calculator.page.get_by_label("Copies you need").fill("1,000")
    each = calculator.page.locator("#calculator .data tbody tr").first.locator("td").last
    assert each.inner_text() not in {"0", "0.00"}, "a small cost shows two digits that count ('priced' in density.js)"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_words_of_the_drawing_can_be_read(visit: Callable[..., Visit], width: int) -> None:
    words = visit("choose/cost-and-density/", width=width).page.locator(".calculator__chart text")
    words.first.wait_for()
    sizes = words.evaluate_all(
        "(all) => all.map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)"
    )
    assert min(sizes) >= MIN_TEXT_PX
    ends = words.evaluate_all("(all) => all.map((text) => text.getBoundingClientRect().right)")
    assert max(ends) <= width


def test_the_flip_is_drawn_and_tabled(calculator: Visit) -> None:
    chart = calculator.page.locator(".calculator__chart")
    note = calculator.page.locator("#calculator h2 + p").last
    expect(note).to_contain_text("From 128 MiB")
    calculator.page.get_by_label("Memory of one host").fill("100,000")
    calculator.page.get_by_label("Processor time of one copy").fill("500")
    expect(note).to_contain_text("at every size")
    calculator.page.get_by_role("button", name="Back to the examples").click()
    assert chart.locator("polyline").count() == 3
    before = chart.inner_html()
    calculator.page.locator("summary", has_text="as a table").click()
    rows = calculator.page.locator(".calculator__flip tbody tr")
    assert rows.count() == 9
    first = [int(cell.replace(",", "")) for cell in rows.first.locator("td").all_inner_texts()]
    assert first[0] >= first[2]
    calculator.page.get_by_label("Memory of one host").fill("8")
    assert chart.inner_html() != before
