"""Documents: what a page shows of an answer, compared with the answer itself.

`…` stands for what the page leaves out or what is different each time: a member or several of an
object, elements of a list, lines, a whole value, a part of a text. Everything else is as shown.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

GAP = "…"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|…')
_FENCE = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Step:
    """What a reader types, and what the page shows of the answer; `None`: nothing."""

    typed: str
    language: str | None = None
    shown: str | None = None


def steps_of(page: str) -> list[Step]:
    """Read the fenced blocks of a page: `sh` is typed, any other shows the answer to the last."""
    steps: list[Step] = []
    for language, text in _FENCE.findall(page):
        if language == "sh":
            steps.append(Step(text))
            continue
        if not steps or steps[-1].shown is not None:
            raise ValueError(f"a block shows the answer to no command: {text[:60]}")
        steps[-1] = Step(steps[-1].typed, language, text)
    return steps


def differs(step: Step, answered: str) -> str | None:
    """Say how an answer is not what the page shows of it; `None` where it is."""
    if step.shown is None:
        return None
    if step.language == "json":
        return _first(unlike(_read(step.shown), json.loads(answered), ""))
    lines, told = step.shown.splitlines(), [line.rstrip() for line in answered.splitlines()]
    return None if _in_order(lines, told, _is_text) else f"expected\n{step.shown}got\n{answered}"


def unlike(shown: Any, found: Any, pointer: str) -> list[str]:
    """Give every place where a value is not as shown."""
    match shown:
        case str() if GAP in shown:
            same = shown == GAP or (isinstance(found, str) and _is_text(shown, found))
            return [] if same else [f"{pointer}: expected {shown!r}, got {found!r}"]
        case dict():
            if not isinstance(found, dict):
                return [f"{pointer}: expected an object, got {found!r}"]
            return _unlike_members(shown, found, pointer)
        case list():
            fits = isinstance(found, list) and _in_order(
                shown, found, lambda one, other: not unlike(one, other, "")
            )
            return [] if fits else [f"{pointer}: expected {shown!r}, got {found!r}"]
        case _:
            same = type(shown) is type(found) and shown == found
            return [] if same else [f"{pointer}: expected {shown!r}, got {found!r}"]


def _unlike_members(shown: dict[str, Any], found: dict[str, Any], pointer: str) -> list[str]:
    named = {name: value for name, value in shown.items() if name != GAP}
    told = [
        one
        for name, value in named.items()
        for one in (
            unlike(value, found[name], f"{pointer}/{name}")
            if name in found
            else [f"{pointer}/{name}: not there"]
        )
    ]
    if GAP not in shown and (more := found.keys() - named.keys()):
        told.append(f"{pointer}: not shown, and no {GAP}: {sorted(more)}")
    return told


def _in_order(shown: Sequence[Any], found: Sequence[Any], same: Callable[[Any, Any], bool]) -> bool:
    """Say whether what was found is what is shown, one after the other, with any gaps filled."""
    places = {0}
    """How much of what was found may be used up by now."""
    for one in shown:
        if one == GAP:
            places = set(range(min(places), len(found) + 1)) if places else set()
        else:
            places = {at + 1 for at in places if at < len(found) and same(one, found[at])}
    return len(found) in places


def _is_text(shown: str, found: str) -> bool:
    pattern = ".*".join(map(re.escape, shown.rstrip().split(GAP)))
    return re.fullmatch(pattern, found, re.DOTALL) is not None


def _read(shown: str) -> Any:
    """Read JSON in which a bare `…` stands for members, elements or a value."""
    within: list[str] = []
    before = ""

    def spelled(token: re.Match[str]) -> str:
        nonlocal before
        text = last = token[0]
        if text == GAP:
            is_member = within[-1] == "{" and before != ":"
            last = f'"{GAP}": "{GAP}"' if is_member else f'"{GAP}"'
        elif text in "{[":
            within.append(text)
        elif text in "}]":
            within.pop()
        before = text
        return last

    return json.loads(_TOKEN.sub(spelled, shown))


def _first(told: list[str]) -> str | None:
    return told[0] if told else None
