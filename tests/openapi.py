"""Tests: reads an OpenAPI document as a stranger does, with a validator that is not ours."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012


def examples_read_by_a_stranger(document: dict[str, Any]) -> int:
    """Check every example of an answer by what the document itself holds; nothing is fetched.

    Returns:
        How many examples there were.
    """
    components = document["components"]["schemas"]
    contracts = {one["$id"]: one for one in components.values() if "$id" in one}
    resources = [(name, DRAFT202012.create_resource(one)) for name, one in contracts.items()]
    known: Registry[Any] = Registry().with_resources(resources)
    count = 0
    for place, schema, example in _examples(document):
        validator = Draft202012Validator(schema, registry=known)
        faults = [error.json_path for error in validator.iter_errors(example)]
        assert faults == [], place
        count += 1
    return count


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                for form in response.get("content", {}).values():
                    if form.get("schema", {}).get("$ref", "#").startswith("#"):
                        continue  # a problem, or no contract
                    for example in form["examples"].values():
                        yield f"{method} {path} {status}", form["schema"], example["value"]
