"""Makes the theme's style sheet lighter: leaves out the rules of features that this site does not use.

Half of a first visit's styles belong to blogs, annotations, versions, right-to-left scripts and the like. Parsed with
tinycss2, so that nothing depends on how the file happens to be written.
"""

from __future__ import annotations

import re

import tinycss2

# A rule goes when each of its selectors names one of these. Remove a name here when a page begins to use the feature.
UNUSED = re.compile(
    r"\[dir=rtl\]|\.md-(annotation|author|banner|consent|feedback|pagination|post|profile|social|source__fact|status|"
    r"tag|version|select|progress|path)\b|\.(annotate|arithmatex|critic|emojione|gemoji|giscus|grid|keys|mermaid|"
    r"task-list\w*|twemoji|mdx-\w+)\b|(^|[\s>~+.])(ins|del|mark)\.critic|kbd\.|\.md-typeset (ins|del)\b"
)


def prune(css: str) -> str:
    """``css`` without rules that nothing on this site can match, and without icons that no rule is left to show."""
    kept = _rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))
    shown = set(re.findall(r"var\((--md-[\w-]+)", kept))
    return re.sub(
        r'(--md-[\w-]+):url\("[^"]*"\);?', lambda found: found.group(0) if found.group(1) in shown else "", kept
    )


def _rules(rules: list[tinycss2.ast.Node]) -> str:
    parts = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in _split(tinycss2.serialize(rule.prelude)) if not UNUSED.search(s)]
            if selectors:
                parts.append(f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"} and rule.content:
            inner = _rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
            if inner:
                parts.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}")
        else:
            parts.append(rule.serialize())
    return "".join(parts)


def _split(selectors: str) -> list[str]:
    """A selector list at its commas, but not at those inside ``:is(…)``."""
    parts, depth, start = [], 0, 0
    for index, character in enumerate(selectors):
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append(selectors[start:index])
            start = index + 1
    return [*parts, selectors[start:]]
