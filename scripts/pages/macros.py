"""The names that pages may call, as ``[= claim("id") =]`` and the like, and nothing else (mkdocs-macros calls this)."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from mkdocs.exceptions import PluginError

from scripts import index
from scripts.facts.checked import load_facts
from scripts.facts.load import Data
from scripts.facts.measured import runs
from scripts.markdown import terms
from scripts.pages import calculator, guide, hosting, labs, measurements
from scripts.pages.charts import charts, escapes_by_year, folded_chart, workloads_by_side
from scripts.pages.comparison import classic_table, comparison
from scripts.pages.copies import keep_copy
from scripts.pages.ledgers import Ledgers
from scripts.pages.links import Links
from scripts.pages.notes import Notes, unparted, with_notes_tied
from scripts.pages.offer import archive, paper
from scripts.pages.stubs import add_to_navigation, write_stubs
from scripts.pages.technology import Technologies, answers_side_by_side, spectrum
from scripts.pages.topics import related, topic_link
from scripts.paths import DATA, DOCS


def define_env(env: Any) -> None:
    """Register the macros (the interface is mkdocs-macros')."""
    with said_plainly():
        facts = load_facts()
        data = facts.data
        write_stubs(data)
    terms.use(data.terms.values())
    add_to_navigation(env.conf["nav"], data)
    links = Links(env)
    notes, ledgers, technologies = Notes(data, links), Ledgers(data, links), Technologies(data, links)
    env.conf["_notes"] = notes
    # For overrides/partials/for-tools.html.
    version = yaml.safe_load((DATA / "version.yml").read_text(encoding="utf-8"))["version"]
    env.conf["extra"]["for_tools"] = {"terms": list(data.terms.values()), "version": version}

    env.macro(notes.claim)
    env.macro(notes.figure)
    env.macro(notes.cite)
    env.macro(notes.source)
    env.macro(unparted, "own")
    env.macro(lambda key, text="": topic_link(data, links, key, text), "topic")
    env.macro(lambda: related(data, links), "related")
    env.macro(lambda: labs.badges(links), "badges")
    env.macro(lambda folder: labs.index(folder, links), "hands_on")
    env.macro(lambda folder: labs.not_run(folder, links), "not_run")
    env.macro(lambda: labs.reference_run(), "reference_run")
    env.macro(lambda: comparison(data, links), "comparison")
    env.macro(lambda view: classic_table(view, data, notes), "classic_table")
    env.macro(technologies.technology)
    env.macro(technologies.technologies)
    env.macro(lambda: spectrum(data), "spectrum")
    env.macro(lambda key, caption, *names: answers_side_by_side(key, caption, names, data), "answers")
    for macro in (
        ledgers.figures,
        ledgers.escapes,
        ledgers.register,
        ledgers.sources,
        ledgers.glossary,
        ledgers.balance,
    ):
        env.macro(macro)
    env.macro(lambda: ledgers.overdue(edition_date()), "overdue")
    env.macro(lambda what: count(data, what), "count")
    env.macro(lambda *keys: charts(keys, data, links), "chart")
    env.macro(lambda key, title: folded_chart(key, title, data, links), "folded_chart")
    env.macro(lambda: escapes_by_year(data), "escapes_by_year")
    env.macro(archive)
    env.macro(lambda: hosting.served(links), "served")
    env.macro(lambda name, text: paper(links, name, text), "paper")
    measurements.register(env, data, links)
    env.macro(lambda: workloads_by_side(facts.choices), "workloads_by_side")
    guide.register(env, data, facts.choices, links)
    calculator.register(env, data, facts.density)


def count(data: Data, what: str) -> int:
    """How many there are: rows of a kind (``claims``), ``labs`` and ``guides``, or measured series (``cases``)."""
    if what in labs.FOLDERS:
        return len(list((DOCS / what).glob("*.md"))) - 1
    if what == "cases":
        return sum(len(result.cases) for result in runs().values())
    return len(getattr(data, what))


@contextlib.contextmanager
def said_plainly() -> Iterator[None]:
    """Turns problems in the data into ``PluginError``, which MkDocs prints without a traceback: a line for each."""
    try:
        yield
    except ExceptionGroup as group:
        raise PluginError("\n".join([f"{group.message}:", *map(str, group.exceptions)])) from None


def on_post_page_macros(env: Any) -> None:
    """Called by mkdocs-macros when a page's macros are expanded: append the notes that the page used."""
    env.markdown = with_notes_tied(env.markdown) + env.conf["_notes"].take()
    keep_copy(env)


def on_post_build(env: Any) -> None:
    """Called by mkdocs-macros when all is written: the live preview can search too; an edition is indexed later."""
    if not env.conf["extra"]["joined"]:
        index.write(Path(env.conf["site_dir"]), DATA / "search.yml")


def edition_date() -> dt.date:
    """The date of the newest commit (the build sets it); in the live preview, today."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return dt.datetime.fromtimestamp(int(seconds), dt.UTC).date() if seconds else dt.date.today()
