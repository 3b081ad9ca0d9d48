"""Contracts room: from a validator's error to a fault that a person can mend."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from jsonschema_rs import ValidationError

from contracts import pointer
from contracts.catalogue import load

_MOST_OPTIONS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with a document; holds nothing of what was sent but its place."""

    code: str
    """Kebab-case and stable; with `params` it can be said in any language."""
    pointer: str
    """JSON Pointer (RFC 6901): of the member itself, also where it is missing or unknown."""
    keyword: str
    """The keyword of JSON Schema that failed."""
    message: str
    """What was expected, in English."""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """What the message speaks of: limits, options, members' names."""


def faults_of(error: ValidationError) -> Iterator[Fault]:
    """Turn one error into faults.

    A missing member is pointed at where it should be; each unknown member has its own fault;
    of alternatives, the one that fits best is spoken of.
    """
    place, said = list(error.instance_path), error.kind.as_dict()
    match error.kind.name:
        case "required":
            yield _missing(place, said["property"], str(error.schema_path[-1]))
        case "additionalProperties" | "unevaluatedProperties" as keyword:
            for name in said["unexpected"]:
                yield _unknown(place, name, keyword)
        case "anyOf" | "oneOf" as keyword if "context" in said:
            yield from _alternatives(place, said["context"], keyword)
        case keyword:
            code, expected = _SAYINGS.get(keyword, _UNSAID)
            params = {name: part for name, part in said.items() if name in _TELLABLE}
            message = expected(params) + _described(error, keyword)
            yield Fault(
                code=code,
                pointer=pointer.join_plain(place),
                keyword=keyword,
                message=message,
                params=params,
            )


def _missing(place: list[str | int], name: str, keyword: str) -> Fault:
    message = f"Expected the member {name}; add it."
    if keyword == "dependentRequired":
        message = f"Expected the member {name} beside the others given; add it."
    return Fault(
        code="missing-member",
        pointer=pointer.join_plain([*place, name]),
        keyword=keyword,
        message=message,
        params={"member": name},
    )


def _unknown(place: list[str | int], name: str, keyword: str) -> Fault:
    return Fault(
        code="unknown-member",
        pointer=pointer.join_plain([*place, name]),
        keyword=keyword,
        message="Expected only members that the contract knows; remove this one or mend its name.",
    )


def _alternatives(
    place: list[str | int], branches: Sequence[Sequence[ValidationError]], keyword: str
) -> Iterator[Fault]:
    missing = [_only_missing(branch, place) for branch in branches]
    if all(missing):
        members = [name for name in missing if name]
        yield Fault(
            code="missing-one-of",
            pointer=pointer.join_plain(place),
            keyword=keyword,
            message=f"Expected at least one of the members {', '.join(members)}; add one.",
            params={"members": members},
        )
    elif any(branches):
        for error in min((branch for branch in branches if branch), key=_misfit):
            yield from faults_of(error)
    else:
        yield Fault(
            code="no-alternative-fits",
            pointer=pointer.join_plain(place),
            keyword=keyword,
            message="Expected exactly one of the forms that the contract allows here.",
        )


def _only_missing(branch: Sequence[ValidationError], place: list[str | int]) -> str | None:
    """Name the one member whose absence is all that is wrong with a branch."""
    if len(branch) != 1 or branch[0].kind.name != "required":
        return None
    error = branch[0]
    return error.kind.as_dict()["property"] if list(error.instance_path) == place else None


def _misfit(branch: Sequence[ValidationError]) -> tuple[int, int]:
    """Weigh a branch: errors about what kind of thing stands here weigh more than its details."""
    depth = min(len(error.instance_path) for error in branch)
    shape = {"type", "required", "additionalProperties", "unevaluatedProperties"}
    wrong_kind = sum(
        error.kind.name in shape and len(error.instance_path) == depth for error in branch
    )
    return wrong_kind, len(branch)


def _described(error: ValidationError, keyword: str) -> str:
    """Add what the contract says on a text whose form is wrong; a pattern tells people little."""
    if keyword not in {"pattern", "format"} or error.absolute_keyword_location is None:
        return ""
    identifier, _, fragment = error.absolute_keyword_location.partition("#")
    try:
        node = pointer.find(load(identifier), pointer.split(unquote(fragment))[:-1])
    except KeyError:
        return ""
    description = node.get("description")
    return f" {description}" if isinstance(description, str) else ""


def _options(params: Mapping[str, Any]) -> str:
    options = [str(option) for option in params["options"]]
    shown = ", ".join(options[:_MOST_OPTIONS])
    return f"Expected one of {shown}{', …' if len(options) > _MOST_OPTIONS else ''}."


_A_KIND = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}

_Expected = Callable[[Mapping[str, Any]], str]


def _kinds(params: Mapping[str, Any]) -> str:
    return f"Expected {' or '.join(_A_KIND[kind] for kind in params['types'])}."


def _limit(sentence: str) -> _Expected:
    return lambda params: sentence.format(**params)


_TELLABLE = {"limit", "format", "pattern", "options", "types", "expected_value", "multiple_of"}
"""What an error takes from the contract, never from what was sent."""

_UNSAID: tuple[str, _Expected] = ("not-valid", _limit("Expected what the contract says here."))

_SAYINGS: Mapping[str, tuple[str, _Expected]] = {
    "type": ("wrong-type", _kinds),
    "enum": ("not-in-list", _options),
    "const": ("not-the-one-value", _limit("Expected the value {expected_value}.")),
    "format": ("wrong-format", _limit("Expected text in the format {format}.")),
    "pattern": ("wrong-pattern", _limit("Expected text of another form.")),
    "minLength": ("too-short", _limit("Expected at least {limit} characters; write more.")),
    "maxLength": ("too-long", _limit("Expected at most {limit} characters; shorten it.")),
    "minimum": ("too-small", _limit("Expected at least {limit}.")),
    "maximum": ("too-large", _limit("Expected at most {limit}.")),
    "exclusiveMinimum": ("too-small", _limit("Expected more than {limit}.")),
    "exclusiveMaximum": ("too-large", _limit("Expected less than {limit}.")),
    "multipleOf": ("not-a-multiple", _limit("Expected a multiple of {multiple_of}.")),
    "minItems": ("too-few-items", _limit("Expected at least {limit} items; add some.")),
    "maxItems": ("too-many-items", _limit("Expected at most {limit} items; remove some.")),
    "uniqueItems": ("items-repeat", _limit("Expected items that differ; remove the repeated.")),
    "contains": ("item-missing", _limit("Expected an item that the contract asks for.")),
    "minProperties": ("too-few-members", _limit("Expected at least {limit} members; add some.")),
    "maxProperties": ("too-many-members", _limit("Expected at most {limit} members; remove some.")),
    "propertyNames": ("wrong-name", _limit("Expected members named as the contract says.")),
    "falseSchema": ("not-allowed-here", _limit("Expected nothing here; remove the member.")),
    "not": ("not-allowed-here", _limit("Expected something else than the contract excludes here.")),
}
"""Code and sentence by kind of error."""

CODES = frozenset(
    {code for code, _ in _SAYINGS.values()}
    | {_UNSAID[0], "missing-member", "missing-one-of", "unknown-member", "no-alternative-fits"}
)
"""Every code a fault can have."""
