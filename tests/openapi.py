"""Tests: reads an OpenAPI document as a stranger does, and says what it still owes."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Document = Mapping[str, Any]

HERE = "urn:document"
SCHEMAS = "#/components/schemas/"

NOT_IN_JSON = {
    "/metrics": "the text form of Prometheus",
    "/checkpoint": "a signed note",
    "/v1/receipts/{position}": "a proof in the form of C2SP tlog-proof",
    "/tile/{path}": "bytes of hashes, or of entries",
    "/v1/export": "every page of the feed, a line each",
    "/v1/participants/{code}/own-data": "the lines that contracts/feed/own-data describes",
    "/v1/evidence/{code}/{digest}": "the bytes of a file",
    "/v1/participants/{code}/evidence-files/{digest}": "the bytes of a file",
    "/v1/trail/{month}/checkpoint": "a signed note",
    "/v1/trail/{month}/export": "every page of a month of the trail, a line each",
    "/contracts/{path}": "whatever contract, data or page is asked for",
}
"""Answers of forms that a short example would not show; what they are is published elsewhere."""
EVERYWHERE = {"422", "500", "503"}
"""Statuses that any operation may answer: wrong parameters, a mistake of ours, not now."""


def operations(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Give every operation with its method and path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def lacking(document: Document) -> list[str]:
    """Name what is missing: ids, summaries, descriptions, examples, problems."""
    found = [
        f"{method.upper()} {path}: {what}"
        for method, path, operation in operations(document)
        for what in (
            *_of_itself(operation),
            *_of_parameters(operation),
            *_of_body(operation),
            *_of_answers(path, operation),
        )
    ]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    return [*found, *(f"id given twice: {one}" for one in set(ids) if ids.count(one) > 1)]


def _of_itself(operation: Mapping[str, Any]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]+", operation.get("operationId", "")):
        yield "no id that is a name"
    if not re.fullmatch(r"[A-Z].+\.", operation.get("summary", "")):
        yield "no summary that is a sentence"


def _of_parameters(operation: Mapping[str, Any]) -> Iterator[str]:
    for parameter in operation.get("parameters", ()):
        name, schema = parameter["name"], parameter["schema"]
        forms = (schema, *schema.get("anyOf", ()))
        says = {"examples", "enum", "const", "default"}
        if not any(says & form.keys() for form in forms) and "examples" not in parameter:
            yield f"no example of parameter {name}"
        if not parameter.get("description"):
            yield f"no description of parameter {name}"
        for form in forms:
            for example in schema.get("examples", ()):
                if "pattern" in form and not re.search(form["pattern"], str(example)):
                    yield f"an example of parameter {name} that is refused"


def _of_body(operation: Mapping[str, Any]) -> Iterator[str]:
    for media_type, form in operation.get("requestBody", {}).get("content", {}).items():
        if not form.get("examples"):
            yield f"no example of a body in {media_type}"
        if not form.get("x-max-bytes"):
            yield f"no limit of a body in {media_type}"


def _of_answers(path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    answers = operation["responses"]
    yield from (f"no problem {status}" for status in EVERYWHERE - answers.keys())
    if operation.get("security") and not {"401", "403"} <= answers.keys():
        yield "no problem for whoever may not"
    for status, answer in answers.items():
        if not answer.get("description"):
            yield f"no description of {status}"
        for media_type, form in answer.get("content", {}).items():
            if not form.get("examples") and not (status == "200" and path in NOT_IN_JSON):
                yield f"no example of {status} in {media_type}"


def examples_read_by_a_stranger(document: dict[str, Any]) -> int:
    """Check every example of an answer by what the document itself holds; nothing is fetched.

    Returns:
        How many examples there were.
    """
    known: Registry[Any] = Registry().with_resource(HERE, DRAFT202012.create_resource(document))
    count = 0
    for place, form, example in _examples(document):
        validator = Draft202012Validator({"$ref": HERE + form["schema"]["$ref"]}, registry=known)
        faults = [error.json_path for error in validator.iter_errors(example)]
        assert faults == [], place
        count += 1
    return count


def _examples(document: dict[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                for form in response.get("content", {}).values():
                    if contract_named(document, form) is not None:
                        for example in form["examples"].values():
                            yield f"{method} {path} {status}", form, example["value"]


def contract_named(document: Document, form: Mapping[str, Any]) -> str | None:
    """Give the id of the contract that an answer obeys in one form; `None`: it names none."""
    name = form.get("schema", {}).get("$ref", "").removeprefix(SCHEMAS)
    found: str | None = document["components"]["schemas"].get(name, {}).get("x-contract")
    return found


def references(value: Any) -> Iterator[str]:
    """Give everything that a document refers to."""
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield value["$ref"]
    for member in value.values() if isinstance(value, dict) else value:
        if isinstance(member, dict | list):
            yield from references(member)


def leading_nowhere(document: Document) -> list[str]:
    """Name references that code generators cannot follow: elsewhere, too deep, or to nothing."""
    components = document["components"]
    there = {
        f"#/components/{kind}/{name}"
        for kind in ("schemas", "headers")
        for name in components[kind]
    }
    names = [name for name in components["schemas"] if not re.fullmatch(r"[A-Za-z0-9_-]+", name)]
    return [*names, *sorted(set(references(document)) - there)]
