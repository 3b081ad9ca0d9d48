"""Contracts room: the page of a version of the rules, for people; each finding leads to it."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from contracts.rules.ruleset import Rule, anchor, ruleset

_LOOKS_AT: Mapping[str, str] = {
    "document": "one part of the report",
    "sections": "several parts of the report",
    "register": "the report, and the register as of the day",
}
_WEIGHT: Mapping[str, str] = {
    "blocker": "the report cannot be submitted",
    "error": "it is mended, or explained",
    "warning": "it is said; submission goes on",
    "info": "it is said; submission goes on",
}

_OPENING = (
    "{count} numbered rules that a schema cannot say, as published in `{id}`. They run on "
    "national and on regional reports alike, speak of the document and never assess a State. A "
    "**blocker** hinders submission; an **error** is mended "
    "or explained (comply or explain); a **warning** and an **info** are said. A rule that could "
    "not be run is *not evaluated*, and never taken as passed. Examples change the report, the "
    "clearance or the facts of the register that the published rules have as `base`, in which "
    "there is nothing to find."
)


def rules_page(version: str) -> str:
    """Write the page in Markdown: a section per rule, in the order of the rules."""
    published = ruleset(version)
    rules = list(published.rules.values())
    lines = [
        "<!-- made by `make docs` from the published rules; do not edit -->",
        f"# Rules on reports, version {version}",
        "",
        _OPENING.format(count=len(rules), id=published.id),
        "",
        "| rule | severity | looks at | what has to be so |",
        "|---|---|---|---|",
        *(
            f"| [{rule.code}](#{anchor(rule.code)}) | {rule.severity} | {rule.looks_at} "
            f"| {rule.title['en']} |"
            for rule in rules
        ),
        "",
    ]
    for rule in rules:
        lines += _section(rule)
    return "\n".join(lines).rstrip() + "\n"


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.code}"
    yield ""
    yield f"**{rule.title['en']}** {rule.text['en']}"
    yield ""
    yield f"- Severity: {rule.severity}: {_WEIGHT[rule.severity]}."
    yield f"- Looks at: {_LOOKS_AT[rule.looks_at]}."
    yield f"- Rests on: {rule.norm['citation']} (`{rule.norm['href']}`)."
    yield f"- Says: {rule.message['en']}"
    yield ""
    yield "Fails:"
    yield from _example(rule.failing)
    yield "Passes:"
    yield from _example(rule.passing)
    yield ""


def _example(example: Mapping[str, Any]) -> Iterator[str]:
    yield "```"
    for part, changes in example.items():
        for change in changes:
            place = f"{part} {change['pointer']}"
            value = orjson.dumps(change["value"]).decode() if "value" in change else "taken away"
            yield f"{place}: {value}"
    yield "```"
