"""Registry web: what the tables of wrong input share: a write made ready, a problem looked at."""

from collections.abc import Iterator
from typing import Any

import orjson

from contracts.catalogue import contract, path_of
from tests.registry.web.routes import IN_PATH, WRITES, Write
from tests.running_registry import RunningRegistry, token_of


def ready(registry: RunningRegistry, route: str) -> tuple[Write, int]:
    """Make the registry ready for a write, and prove that it would be taken."""
    write = WRITES[route]
    write.setup(registry)
    return write, registry.size


def headers_for(write: Write, key: str) -> dict[str, str]:
    precondition = {"if-match": f'"{write.expected}"'} if write.expected else {"if-none-match": "*"}
    return {
        "authorization": f"Bearer {token_of(write.by)}",
        "content-type": "application/json",
        "idempotency-key": key,
        **precondition,
    }


def check(answer: Any, status: int, *, case: str) -> dict[str, Any]:
    assert answer.status_code == status, (case, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", case
    assert "canary" not in answer.text.lower(), case
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == status
    assert problem["type"] == f"https://concord.example/errors#{problem['code']}"
    return problem


def invalid_examples(write: Write) -> Iterator[tuple[str, Any, set[str]]]:
    found = contract(write.contract)
    folder = path_of(found.id).parent / "examples" / "invalid"
    for file in sorted(folder.glob("*.json")):
        example = orjson.loads(file.read_bytes())
        body, places = example["document"], {fault["pointer"] for fault in example["faults"]}
        in_path = write.in_path or IN_PATH.get(found.name)
        if in_path is not None:
            members = (in_path,) if isinstance(in_path, str) else in_path
            if any(place.startswith(f"/{name}") for place in places for name in members if name):
                continue  # there it stands in the path
            body = {name: value for name, value in body.items() if name not in members}
            body = {"type": found.name, **body}
        yield f"{found.name}/{file.name}", body, places
