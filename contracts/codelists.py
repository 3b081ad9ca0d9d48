"""Contracts room: the code lists, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from contracts.catalogue import BASE, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One entry of a code list."""

    code: str
    label: Mapping[str, str]
    """What people read, by language tag."""
    definition: Mapping[str, str]
    source: str
    """Where the entry comes from."""


@lru_cache(maxsize=128)
def code_list(name: str, version: str = "1.0.0") -> Mapping[str, Code]:
    """Give a list by its name, for instance `measure-type`: codes in the order they are shown.

    Raises:
        KeyError: no such list.
    """
    document = load(f"{BASE}codelists/{name}/{version}.json")
    return MappingProxyType({row["code"]: Code(**row) for row in document["data"]})


def mapped_words(name: str, version: str = "1.0.0") -> Mapping[str, str]:
    """Give the words of the list's source and the code each is mapped to; often there are none.

    Raises:
        KeyError: no such list.
    """
    document = load(f"{BASE}codelists/{name}/{version}.json")
    return MappingProxyType(document["meta"].get("mapping", {}))
