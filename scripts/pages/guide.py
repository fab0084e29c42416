"""Macros of the pages in ``docs/choose``: the guide's data for the browser, and the same as tables and a flowchart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from scripts.facts.decision import Answers, Choices, Conditions, Rule
from scripts.facts.load import Data
from scripts.facts.uses import sources_in
from scripts.pages.links import Link, Links
from scripts.pages.render import json_script, part, script_value
from scripts.pages.text import NODE, plain
from scripts.pages.topics import topic_link
from scripts.paths import DATA

Cite = Callable[[str], str]
# Data as scripts that set one value: a page on a disk can read those too. What an answer needs is one of the scripts of
# the tool (`tool:` in the front matter), which come after the text was painted; what explains one comes by need. The
# guide has the reasons of its rules as text on its page; the page that compares has no such list, so they come to it
# as a script.
NEEDED = "assets/scripts/choose-data.js"
WHY = "assets/choose-why.js"
REASONS = "assets/choose-reasons.js"
# How a checklist names the options that an item is for; what is for all says nothing.
FAMILIES = {
    "linux-container": "Linux container",
    "windows-container": "Windows container",
    "machine": "machine",
    "microvm": "microVM",
    "bare-metal": "bare metal",
}
PLAIN_START = re.compile(r"[A-Z][a-z']* ")


def register(env: Any, data: Data, choices: Choices, links: Links) -> None:
    """Add the macros to ``env`` (mkdocs-macros' environment, which already has ``cite``)."""
    cite: Cite = env.macros["cite"]

    def decision_data() -> str:
        """Writes what the scripts of the page load for an answer and, by need, for its reasons; shows nothing."""
        core, late = payload(choices, data)
        site = Path(env.conf["site_dir"])
        script_value(site / NEEDED, "guideData", core)
        script_value(site / WHY, "guideWhy", late)
        script_value(site / REASONS, "guideReasons", reasons(choices, data))
        return ""

    def workloads() -> str:
        """The workloads, each a link into the guide with its answers filled in."""
        guide = "../" if env.conf["use_directory_urls"] else "index.html"
        return "\n".join(workload_lines(choices, data, links, guide))

    def decision_rules(*, standing: bool = False) -> str:
        """The hard rules, folded by what they are about; or the standing ones, which keep out what nothing asks for."""
        return part("guide", "rules", list(rule_groups(choices, data, links, standing=standing)))

    def workload_data() -> str:
        """The workloads by group, with their answers: what the page of comparison can start from."""
        rows = choices.workloads
        groups = [
            {
                "title": group.title,
                "workloads": [{"title": w.title, "answers": w.answers} for w in rows.workloads if w.group == group.id],
            }
            for group in rows.groups
        ]
        return json_script("workload-data", groups)

    for macro in (decision_data, workloads, workload_data, decision_rules):
        env.macro(macro)
    for name, table in TABLES.items():
        env.macro(lambda table=table: "\n".join(table(choices, cite)), name)
    env.macro(lambda: flowchart(choices), "decision_flowchart")
    env.macro(lambda: brief_chart(choices), "decision_brief")
    env.macro(lambda: f"{choices.decision.close_call:g}", "decision_close_call")


def payload(choices: Choices, data: Data) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``decide.js`` needs to find an answer, and what explains one.

    What the page shows anyway is not in it: pages to read are links (``reading``), and why each rule is there stands in
    the list of rules, with the titles of its sources (``rule_groups``). Of a source its address is in it, and behind a
    space its title, if that list does not have it.
    """
    decision = choices.decision.model_dump(exclude_defaults=True, exclude={"flow", "brief", "pages"})
    shown = set[str]()
    for rule in decision["rules"]:
        for key in ("cells", "reason", "topic"):
            rule.pop(key, None)
        if rule["kind"] != "standing":
            del rule["kind"]
        shown |= set(rule.pop("sources", []))
    for criterion in decision["criteria"]:
        del criterion["rows"], criterion["scale"]
    for option in decision["options"]:
        naming = choices.names[option["id"]]
        del option["read"]
        option |= {"name": naming.name, "short": naming.short, "side": naming.side}
    late = {key: decision.pop(key) for key in ("subjects", "counters", "advice", "tiers")}
    late["sources"] = {
        key: data.sources[key].URL if key in shown else f"{data.sources[key].URL} {data.sources[key].title}"
        for key in sorted({*sources_in(late), *shown})
    }
    version = hashlib.sha256((DATA / "decision.yml").read_bytes()).hexdigest()[:8]
    return {"version": version, **decision}, late


def reasons(choices: Choices, data: Data) -> dict[str, Any]:
    """Why each rule is there, with its sources, for a page that does not list the rules."""
    rules = choices.decision.rules
    named = sorted({key for rule in rules for key in rule.sources})
    return {
        "reasons": {rule.id: [rule.reason, rule.sources] for rule in rules},
        "sources": {key: [data.sources[key].title, data.sources[key].URL] for key in named},
    }


def said(choices: Choices, question: str, answer: str) -> str:
    """An answer as a statement."""
    rows = next(q.answers for q in choices.decision.questions if q.id == question)
    return next(a.said for a in rows if a.id == answer)


def condition(choices: Choices, when: Conditions | None) -> str:
    """Conditions in words."""

    def alternatives(question: str, answers: Iterable[str]) -> str:
        return " *or* ".join(plain(said(choices, question, answer)) for answer in answers)

    parts = (" *and* ".join(alternatives(question, answers) for question, answers in one.items()) for one in when or [])
    return "; *or* ".join(parts)


def names(choices: Choices, options: Iterable[str]) -> str:
    """Options by their names."""
    return ", ".join(plain(choices.names[option].name) for option in options)


def notes(cite: Cite, sources: Iterable[str]) -> str:
    """Notes that name sources."""
    return "".join(f" {cite(source)}" for source in sources)


class RuleText(NamedTuple):
    """A rule as a template takes it."""

    id: str
    title: str
    when: str
    effect: str
    reason: str
    sources: list[Link]
    more: Link | None


class RuleGroup(NamedTuple):
    """Rules below one summary."""

    title: str
    rules: list[RuleText]


def rule_groups(choices: Choices, data: Data, links: Links, *, standing: bool) -> Iterator[RuleGroup]:
    """The rules by the group of the question that they ask first; standing rules are one group."""
    decision = choices.decision
    group_of = {question.id: question.group for question in decision.questions}
    rules = [rule for rule in decision.rules if (rule.kind == "standing") == standing]
    if standing:
        yield RuleGroup("Options that need a reason", [rule_text(choices, data, links, rule) for rule in rules])
        return
    for group in decision.groups:
        inside = [rule for rule in rules if group_of[next(iter(rule.when[0]))] == group.id]
        if inside:
            yield RuleGroup(group.title, [rule_text(choices, data, links, rule) for rule in inside])


def rule_text(choices: Choices, data: Data, links: Links, rule: Rule) -> RuleText:
    """A rule in words."""
    found = [choices.names[option].short for option in rule.keeps or rule.excludes or []]
    when = "; or ".join(
        " and ".join(
            " or ".join(lower_first(said(choices, key, answer)) for answer in answers) for key, answers in one.items()
        )
        for one in rule.when
    )
    sources = [links.source(data.sources[key]) for key in rule.sources]
    effect, more = f"{'only' if rule.keeps else 'no'} {', '.join(found)}", links.topic(rule.topic, data)
    return RuleText(rule.id, rule.title, when, effect, rule.reason, sources, more)


def lower_first(text: str) -> str:
    """A statement as it stands inside a sentence; a name keeps its capitals (as in choose-words.js)."""
    return text[0].lower() + text[1:] if PLAIN_START.match(text) else text


def criteria(choices: Choices, _: Cite) -> list[str]:
    """The criteria, their base weights and what fits mean."""
    rows = (
        f"| {plain(c.title)} | {c.base} | {plain(c.better)} | {plain(c.scale)} |" for c in choices.decision.criteria
    )
    return ["| Criterion | Weight to begin with | The better option | Fit |", "|---|---|---|---|", *rows]


def weights(choices: Choices, _: Cite) -> list[str]:
    """What each answer adds to the weights."""
    titles = {c.id: plain(c.title) for c in choices.decision.criteria}
    lines = ["| Answer | Adds |", "|---|---|"]
    for question in choices.decision.questions:
        for answer in question.answers:
            if answer.adds:
                added = ", ".join(f"{titles[key]} {by:+d}".replace("-", "−") for key, by in answer.adds.items())
                lines.append(f"| {plain(answer.said)} | {added} |")
    return lines


def fits(choices: Choices, _: Cite) -> list[str]:
    """The fit of each option to each criterion."""
    decision = choices.decision
    head = "| | " + " | ".join(plain(c.title) for c in decision.criteria) + " |"
    rows = (f"| {names(choices, [o.id])} | " + " | ".join(map(str, o.fit)) + " |" for o in decision.options)
    return [head, "|---" * (len(decision.criteria) + 1) + "|", *rows]


def advice(choices: Choices, cite: Cite) -> list[str]:
    """The advice about each option, a table for each subject."""
    lines = []
    for subject in choices.decision.subjects:
        lines += [f"### {plain(subject.title)} {{ #advice-{subject.id} data-search-exclude }}", ""]
        lines += ["| Recommended | If | Advice | Because |", "|---|---|---|---|"]
        for row in choices.decision.advice:
            if row.subject == subject.id:
                when = condition(choices, row.when) or "otherwise"
                why = f"{plain(row.text)}{notes(cite, row.sources)}"
                lines.append(f"| {names(choices, row.options)} | {when} | {plain(row.verdict)} | {why} |")
        lines.append("")
    return lines


def counters(choices: Choices, cite: Cite) -> list[str]:
    """The counter-arguments."""
    lines = ["| Recommended | If | What speaks against it |", "|---|---|---|"]
    for row in choices.decision.counters:
        when = condition(choices, row.when) or "otherwise"
        lines.append(f"| {names(choices, row.options)} | {when} | {plain(row.text)}{notes(cite, row.sources)} |")
    return lines


def checklists(choices: Choices, cite: Cite) -> list[str]:
    """The hardening tiers."""
    lines = []
    for tier in choices.decision.tiers:
        lines += [f"### Tier {tier.level}: {plain(tier.title)} {{ #tier-{tier.level} data-search-exclude }}", ""]
        for check in tier.checks:
            scope = ", ".join(FAMILIES[family] for family in check.families if family in FAMILIES)
            lines.append(f"- {plain(check.text)}.{f' *({scope})*' if scope else ''}{notes(cite, check.sources)}")
        lines.append("")
    return lines


def reading(choices: Choices, _: Cite) -> list[str]:
    """The pages to read about each option, as links that say for which option they are."""
    pages = {page.id: page for page in choices.decision.pages}
    lines = []
    for option in choices.decision.options:
        links = (
            f'[{plain(pages[key].title)}](../{pages[key].path}){{ data-read="{option.id}" }}' for key in option.read
        )
        lines.append(f"- {names(choices, [option.id])}: {', '.join(links)}")
    return lines


TABLES: dict[str, Callable[[Choices, Cite], list[str]]] = {
    "decision_criteria": criteria,
    "decision_weights": weights,
    "decision_fits": fits,
    "decision_advice": advice,
    "decision_counters": counters,
    "decision_checklists": checklists,
    "decision_reading": reading,
}


class ChartRow(NamedTuple):
    """A row of a chart: a question, what to take if it holds, and the class of that answer's box."""

    ask: str
    answer: str
    kind: str


def flowchart(choices: Choices) -> str:
    """The steps as a chart that names options."""
    caption = "Go down to the first yes. Where a row names several options the chart ends, and the guide says which."
    rows = [
        ChartRow(step.ask, _either(choices, step.gives), _kind(choices, step.gives)) for step in choices.decision.flow
    ]
    return _chart("decision-rules", rows, caption)


def brief_chart(choices: Choices) -> str:
    """The shorter chart, in words; where it gives nothing it hands over to the guide."""
    caption = (
        "Go down to the first yes. Hard limits come first, preferences last. "
        "Where a row names several things, or the guide, the chart ends early and the guide goes on."
    )
    rows = [ChartRow(step.ask, step.says, _kind(choices, step.gives)) for step in choices.decision.brief]
    return _chart("decision-flow", rows, caption)


def _kind(choices: Choices, gives: list[str]) -> str:
    sides = {choices.names[option].side for option in gives}
    if not sides:
        return "quiet"
    return NODE[sides.pop()] if len(sides) == 1 else "between"


def _chart(name: str, rows: list[ChartRow], caption: str) -> str:
    """A Mermaid fence: a question and its answer on each line; the last row has no question."""
    *steps, last = rows
    sentences = [f"If “{row.ask.rstrip('?')}” holds: {row.answer}." for row in steps]
    lines = [
        "block",
        "  %% accTitle: From hard limits to a recommendation",
        f"  %% accDescr: {' Otherwise: '.join(sentences)} Otherwise: {last.answer}.",
        "  columns 5",
    ]
    classes = []
    for number, row in enumerate(rows, 1):
        lines.append(f'  q{number}["{row.ask}"]:3 a{number}["{row.answer}"]:2')
        classes += [f"  class q{number} app", f"  class a{number} {row.kind}"]
    return f'```mermaid name="{name}" caption="{caption}"\n' + "\n".join([*lines, *classes]) + "\n```"


def _either(choices: Choices, options: list[str]) -> str:
    found = [choices.names[option].name for option in options]
    return ", ".join(found[:-1]) + " or " + found[-1] if len(found) > 1 else found[0]


def query(choices: Choices, answers: Answers) -> str:
    """Answers as the guide writes them into its address (``choose-address.js``)."""
    state = ",".join(f"{q.id}:{answers[q.id]}" for q in choices.decision.questions if q.id in answers)
    return f"?s={state}" if state else ""


def workload_lines(choices: Choices, data: Data, links: Links, guide: str) -> Iterator[str]:
    """The workloads as definition lists below a heading for each group."""
    for group in choices.workloads.groups:
        yield f"## {plain(group.title)}\n"
        for row in choices.workloads.workloads:
            if row.group != group.id:
                continue
            link = part("guide", "workload", guide + query(choices, row.answers), plain(row.title))
            chosen = choices.names[row.recommendation]
            verdict = part("parts", "verdict", chosen.side, plain(chosen.name))
            more = part("guide", "further", topic_link(data, links, row.topic))
            yield f"{link}\n:   {verdict} {plain(row.argument)} {more}\n"
