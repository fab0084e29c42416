"""Macros of the pages in ``docs/choose``: the guide's data for the browser, and the same as tables and a flowchart."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from scripts.facts.decision import Answers, Choices, Conditions, Rule
from scripts.facts.load import Data
from scripts.facts.uses import sources_in
from scripts.pages.render import json_script, part
from scripts.pages.text import NODE, plain
from scripts.paths import DATA

Cite = Callable[[str], str]


def register(env: Any, data: Data, choices: Choices) -> None:
    """Add the macros to ``env`` (mkdocs-macros' environment, which already has ``cite``)."""
    cite: Cite = env.macros["cite"]

    def decision_data() -> str:
        """The guide's data, for the scripts of the page."""
        return json_script("decision-data", payload(choices, data))

    def workloads() -> str:
        """The workloads, each a link into the guide with its answers filled in."""
        guide = "../" if env.conf["use_directory_urls"] else "index.html"
        return "\n".join(workload_lines(choices, guide))

    for macro in (decision_data, workloads):
        env.macro(macro)
    for name, table in TABLES.items():
        env.macro(lambda table=table: "\n".join(table(choices, cite)), name)
    env.macro(lambda: flowchart(choices), "decision_flowchart")
    env.macro(lambda: f"{choices.decision.close_call:g}", "decision_close_call")


def payload(choices: Choices, data: Data) -> dict[str, Any]:
    """What ``decide.js`` and ``choose*.js`` need, and no more; pages to read are links on the page (``reading``)."""
    decision = choices.decision.model_dump(exclude_defaults=True, exclude={"flow", "pages"})
    version = hashlib.sha256((DATA / "decision.yml").read_bytes()).hexdigest()[:8]
    for rule in decision["rules"]:
        rule.pop("cells", None)
        if rule["kind"] != "standing":
            del rule["kind"]
    for criterion in decision["criteria"]:
        del criterion["rows"], criterion["scale"]
    for option in decision["options"]:
        naming = choices.names[option["id"]]
        del option["read"]
        option |= {"name": naming.name, "short": naming.short, "side": naming.side}
    rules = decision.pop("rules")
    # The sources of rules stand on the page as notes. Rules come last, near the table of them that follows on the
    # page: what is repeated within 32 kB costs a compressed page next to nothing.
    others = sorted(set(sources_in(decision)) - set(sources_in(rules)))
    sources = {key: [data.sources[key].title, data.sources[key].URL] for key in others}
    return {"version": version, "sources": sources, **decision, "rules": rules}


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


def rule_rows(choices: Choices, cite: Cite, rules: Iterable[Rule]) -> Iterator[str]:
    """Rows of a table of hard rules."""
    for rule in rules:
        effect = f"only {names(choices, rule.keeps)}" if rule.keeps else f"no {names(choices, rule.excludes or [])}"
        yield (
            f"| {plain(rule.title)} | {condition(choices, rule.when)} | {effect} "
            f"| {plain(rule.reason)}{notes(cite, rule.sources)} |"
        )


RULE_HEAD = ["| Rule | If | Then | Why |", "|---|---|---|---|"]


def hard_rules(choices: Choices, cite: Cite) -> list[str]:
    """The rules that answers set off."""
    rules = [rule for rule in choices.decision.rules if rule.kind != "standing"]
    return [*RULE_HEAD, *rule_rows(choices, cite, rules)]


def standing_rules(choices: Choices, cite: Cite) -> list[str]:
    """The rules that keep out what nothing asks for."""
    rules = [rule for rule in choices.decision.rules if rule.kind == "standing"]
    return [*RULE_HEAD, *rule_rows(choices, cite, rules)]


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
            scope = "" if "all" in check.families else f" *({', '.join(check.families).replace('-', ' ')})*"
            lines.append(f"- {plain(check.text)}.{scope}{notes(cite, check.sources)}")
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
    "decision_hard_rules": hard_rules,
    "decision_standing_rules": standing_rules,
    "decision_criteria": criteria,
    "decision_weights": weights,
    "decision_fits": fits,
    "decision_advice": advice,
    "decision_counters": counters,
    "decision_checklists": checklists,
    "decision_reading": reading,
}


def flowchart(choices: Choices) -> str:
    """The steps as a Mermaid fence: a question and its answer on each line; the last step has no question."""
    *steps, last = choices.decision.flow
    sentences = [f"If “{step.ask.rstrip('?')}” holds: {_either(choices, step.gives)}." for step in steps]
    lines = [
        "block",
        "  %% accTitle: From hard limits to a recommendation",
        f"  %% accDescr: {' Otherwise: '.join(sentences)} Otherwise: {_either(choices, last.gives)}.",
        "  columns 5",
    ]
    classes = []
    for number, step in enumerate([*steps, last], 1):
        sides = {choices.names[option].side for option in step.gives}
        kind = NODE[sides.pop()] if len(sides) == 1 else "between"
        lines.append(f'  q{number}["{step.ask}"]:3 a{number}["{_either(choices, step.gives)}"]:2')
        classes += [f"  class q{number} app", f"  class a{number} {kind}"]
    caption = "Go down to the first yes. Where a row names several options the chart ends, and the guide says which."
    return f'```mermaid name="decision-rules" caption="{caption}"\n' + "\n".join([*lines, *classes]) + "\n```"


def _either(choices: Choices, options: list[str]) -> str:
    found = [choices.names[option].name for option in options]
    return ", ".join(found[:-1]) + " or " + found[-1] if len(found) > 1 else found[0]


def query(choices: Choices, answers: Answers) -> str:
    """Answers as the guide writes them into its address (``choose-address.js``)."""
    state = ",".join(f"{q.id}:{answers[q.id]}" for q in choices.decision.questions if q.id in answers)
    return f"?s={state}" if state else ""


def workload_lines(choices: Choices, guide: str) -> Iterator[str]:
    """The workloads as definition lists below a heading for each group."""
    for group in choices.workloads.groups:
        yield f"## {plain(group.title)}\n"
        for row in choices.workloads.workloads:
            if row.group != group.id:
                continue
            link = part("guide", "workload", guide + query(choices, row.answers), plain(row.title))
            chosen = choices.names[row.recommendation]
            verdict = part("parts", "verdict", chosen.side, plain(chosen.name))
            yield f"{link}\n:   {verdict} {plain(row.argument)}\n"
