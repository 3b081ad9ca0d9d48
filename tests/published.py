"""Everything published, and a second validator that we did not choose for its speed."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import orjson
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from contracts.catalogue import ROOT, Contract, catalogue, load

Json = Any


@dataclass(frozen=True, kw_only=True)
class Example:
    """A document published beside a contract."""

    path: str
    schema: str
    """Id of the form that it is an example of."""
    document: Json
    faults: tuple[tuple[str, str], ...]
    """Pointer and keyword of each; none for a valid one."""
    why: str | None = None


def contracts() -> list[Contract]:
    """Give each contract once."""
    return list({one.id: one for one in catalogue().contracts.values()}.values())


@cache
def examples() -> tuple[Example, ...]:
    """Give all examples of all contracts."""
    return tuple(example for contract in contracts() for example in _examples(contract))


def valid_examples(kind: str | None = None) -> list[Example]:
    """Give the valid ones, perhaps of one kind of contract."""
    return [
        one for one in examples() if not one.faults and (kind is None or one.path.startswith(kind))
    ]


def _examples(contract: Contract) -> Iterator[Example]:
    folder = ROOT / contract.path / "examples"
    forms = {"": contract.id, "sealed/": contract.sealed_id}
    for prefix, schema in forms.items():
        for file in sorted(folder.glob(f"{prefix}valid/*.json")):
            yield Example(
                path=file.relative_to(ROOT).as_posix(),
                schema=str(schema),
                document=orjson.loads(file.read_bytes()),
                faults=(),
            )
        for file in sorted(folder.glob(f"{prefix}invalid/*.json")):
            told = orjson.loads(file.read_bytes())
            yield Example(
                path=file.relative_to(ROOT).as_posix(),
                schema=str(schema),
                document=told["document"],
                faults=tuple((one["pointer"], one["keyword"]) for one in told["faults"]),
                why=told["why"],
            )


@cache
def second_validator(schema: str) -> Draft202012Validator:
    """Give the validator of the package `jsonschema` for a form, with references and formats."""
    everything: Registry[Any] = Registry().with_resources(
        (one, DRAFT202012.create_resource(_strict_ends(load(one)))) for one in catalogue().schemas
    )
    return Draft202012Validator(
        _strict_ends(load(schema)), registry=everything, format_checker=_formats()
    )


def _formats() -> FormatChecker:
    formats = FormatChecker(formats=())

    @formats.checks("date", raises=ValueError)
    def _is_date(value: object) -> bool:
        return not isinstance(value, str) or bool(date.fromisoformat(value))

    @formats.checks("date-time", raises=ValueError)
    def _is_instant(value: object) -> bool:
        return not isinstance(value, str) or bool(datetime.fromisoformat(value))

    return formats


def _strict_ends(node: Json) -> Json:
    """Spell the end of patterns as Python does: its `$` also matches before a last line break."""
    if isinstance(node, list):
        return [_strict_ends(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    changed = {
        name: _strict_end(item)
        if name == "pattern" and isinstance(item, str)
        else _strict_ends(item)
        for name, item in node.items()
    }
    if isinstance(named := changed.get("patternProperties"), dict):
        changed["patternProperties"] = {_strict_end(name): one for name, one in named.items()}
    return changed


def _strict_end(pattern: str) -> str:
    return re.sub(r"\$$", r"\\Z", pattern)
