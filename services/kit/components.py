"""Kit: contracts as components of an OpenAPI document, in the form that generators of code read.

Each part of a contract that is referred to, and each contract itself, is a component of its own,
and every reference leads to one of them: nothing is fetched, and nothing is looked up by its id,
which few of these tools do (docs/adr/0080).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urldefrag, urljoin

PLACE = "#/components/schemas/"
OF_THE_WHOLE = frozenset({"$id", "$schema", "$defs"})
"""Members that make a contract a document of its own, which a component is not."""
_PLAIN = str.maketrans("./", "--")
"""Generators take a dot for a module."""
CONTRACT = "x-contract"
"""Member of a component that is a whole contract: its id."""


class Part(NamedTuple):
    """A contract, or a part of it that has a name."""

    contract: str
    """Its id."""
    pointer: str
    """Into it; empty for the whole."""

    @property
    def component(self) -> str:
        """Name it: `answers-rates-1-0-0`, `answers-frame-1-0-0-figure`, without dots or slashes."""
        path = self.contract.partition("/contracts/")[2].removesuffix(".json")
        _, _, name = self.pointer.rpartition("/")
        return "-".join(filter(None, [path.removesuffix("/schema"), name])).translate(_PLAIN)


def with_contracts(
    document: Mapping[str, Any], contract_of: Callable[[str], Mapping[str, Any]]
) -> dict[str, Any]:
    """Give an OpenAPI document in which contracts that it names by their ids are components.

    Args:
        document: names contracts, or parts of them, by `$ref`; left as it is.
        contract_of: gives the schema with an id.

    Raises:
        ValueError: two parts would have one name.
    """
    found: dict[str, Part] = {}
    schemas: dict[str, Any] = {}
    wanted = list(_parts_in(document, ""))
    while wanted:
        part = wanted.pop()
        if found.setdefault(part.component, part) != part:
            raise ValueError(f"expected one part named {part.component}")
        if part.component not in schemas:
            content = _content(contract_of(part.contract), part.pointer)
            schemas[part.component] = _leading_here(content, part.contract)
            wanted += _parts_in(content, part.contract)
    for one in found.values():
        if not one.pointer:
            schemas[one.component][CONTRACT] = one.contract
    whole: dict[str, Any] = _leading_here(document, "")
    kept = whole["components"]["schemas"]
    return {
        **whole,
        "components": {
            **whole["components"],
            "schemas": {**kept, **{name: schemas[name] for name in sorted(schemas)}},
        },
    }


def _content(schema: Mapping[str, Any], pointer: str) -> Any:
    part: Any = schema
    for token in pointer.split("/")[1:]:
        part = part[token]
    return part if pointer else {k: v for k, v in part.items() if k not in OF_THE_WHOLE}


def _parts_in(value: Any, base: str) -> Iterator[Part]:
    """Give what a value refers to: in other documents, and in its own unless that has no id."""
    match value:
        case {"$ref": str(reference)} if (part := _named(reference, base)) is not None:
            yield part
    members = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, Mapping | list):
        for member in members:
            yield from _parts_in(member, base)


def _named(reference: str, base: str) -> Part | None:
    name, pointer = urldefrag(urljoin(base, reference))
    return Part(name, pointer) if name else None


def _leading_here(value: Any, base: str) -> Any:
    """Copy a value; what it refers to is named as a component."""
    match value:
        case {"$ref": str(reference), **others} if (part := _named(reference, base)) is not None:
            return {"$ref": PLACE + part.component, **_leading_here(others, base)}
        case Mapping():
            return {key: _leading_here(_spelt_out(key, one), base) for key, one in value.items()}
        case list():
            return [_leading_here(member, base) for member in value]
        case _:
            return value


def _spelt_out(keyword: str, value: Any) -> Any:
    """Spell a schema that takes anything as `{}`: not every generator knows `true`."""
    match keyword, value:
        case "items", True:
            return {}
        case (("properties" | "patternProperties"), Mapping()):
            return {name: {} if member is True else member for name, member in value.items()}
        case _:
            return value
