"""What contracts refer to in each other is named so that no bundler takes one for another.

Some tools that put a schema and all it refers to into one document tell parts apart by the pointer
alone, whatever document it points into. Parts that are reached together have pointers of their own.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urldefrag, urljoin

import pytest

from contracts.catalogue import catalogue, load
from contracts.pointer import find, split

SCHEMAS = [one for one in catalogue().schemas if "/answers/" in one or "/requests/" in one]


def references(base: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give document and pointer of all that a value refers to."""
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        found = urldefrag(urljoin(base, value["$ref"]))
        yield found.url, found.fragment
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from references(base, member)


def reached_from(schema: str) -> set[tuple[str, str]]:
    found, wanted = set[tuple[str, str]](), {(schema, "")}
    while wanted:
        found |= wanted
        parts = [(document, find(load(document), split(pointer))) for document, pointer in wanted]
        wanted = {one for document, part in parts for one in references(document, part)} - found
    return found


@pytest.mark.parametrize("schema", SCHEMAS)
def test_parts_that_are_reached_together_have_pointers_of_their_own(schema: str) -> None:
    documents = defaultdict[str, set[str]](set)
    for document, pointer in reached_from(schema):
        documents[pointer].add(document)
    shared = {one: those for one, those in documents.items() if one and len(those) > 1}
    assert shared == {}
