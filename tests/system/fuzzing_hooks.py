"""System: Schemathesis loads this; it brings made-up requests where they are to be accepted.

A valid request is one by rules that no OpenAPI document can say. Each is here, and is tested by
itself where it is broken: this changes only requests that the document calls valid.
"""

import itertools
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Any

import schemathesis

from services.registry.evidence.kinds import MEDIA_TYPES

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_DAY = re.compile(r"([12][0-9]{3})-([0-9]{2})-([0-9]{2})(.*)", re.DOTALL)
_VERSION = re.compile(r'"[1-9][0-9]{0,14}"')
_keys = itertools.count(1)


@schemathesis.serializer(*MEDIA_TYPES)
def as_it_is(_context: Any, value: Any) -> bytes:
    """Send a file as its bytes, whatever type it is said to be of."""
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """Change a case before it is sent."""
    query = case.query or {}
    for name in ("as_of", "min_position"):
        # A position that the register has not reached is waited for, then 503: test_waiting.
        if _NUMBER.fullmatch(str(query.get(name, ""))):
            query[name] = str(int(query[name]) % 2)
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    _mend_query(query, pages_by_position=case.path == "/v1/changes")
    _mend_headers(case)
    _mend_path(case)
    case.body = _plain(case.body)


def _mend_query(query: dict[str, Any], *, pages_by_position: bool) -> None:
    for name in ("as_of", "effective_on"):
        if found := _DAY.fullmatch(str(query.get(name, ""))):
            query[name] = _of_the_past(*found.groups(), is_moment=name == "as_of")
    # A cursor is one that was given: test_hostile has those that were not.
    given = _read_cursor(str(query.get("cursor", "")))
    if given is None or (pages_by_position and not _NUMBER.fullmatch(given)):
        query.pop("cursor", None)
    # A method is counted by once it is published: test_hostile has those that are not.
    for name in ("methodology", "against"):
        if name in query:
            query[name] = "2.0.0"
    # A key goes with every dimension but the total: test_hostile again.
    if query.get("dimension") == "total" or "dimension" not in query:
        query.pop("key", None)
    elif "metric" in query and "key" not in query:
        del query["dimension"]
    # Which aggregate it is says whether its figures are of a cycle: test_figures.
    if query.get("aggregate") in {"timeline", "assistance"}:
        query.pop("cycle", None)
    elif query.get("aggregate") not in {None, "pillar-balance", "trajectory"}:
        query.setdefault("cycle", "2026")


def _of_the_past(year: str, month: str, day: str, rest: str, *, is_moment: bool) -> str:
    """Give a day that there is; a moment asked about has passed, or its answer could change."""
    if is_moment:
        year = min(year, "2025")
    try:
        date.fromisoformat(f"{year}-{month}-{day}")
    except ValueError:
        day = "28"
    return f"{year}-{month}-{day}{rest}"


def _read_cursor(text: str) -> str | None:
    """Give what a cursor stands for; `None` where none was ever spelled like that."""
    try:
        key = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
    again = urlsafe_b64encode(key.encode()).decode().rstrip("=")
    return key if key and key.isprintable() and again == text else None


def _mend_headers(case: Any) -> None:
    headers = case.headers
    declared = {one.name for one in case.operation.headers}
    # A key is used once, by whoever made it up: test_idempotency.
    if "Idempotency-Key" in declared:
        headers["Idempotency-Key"] = f"fuzz-{next(_keys)}"
    # Exactly one precondition; JSON Schema knows no such rule of two headers.
    both = {"If-Match", "If-None-Match"}
    if both <= declared:
        if both <= set(headers):
            del headers["If-Match" if next(_keys) % 2 else "If-None-Match"]
        elif not both & set(headers):
            headers["If-None-Match"] = "*"
    # In its coverage Schemathesis calls `0` valid, which the pattern in the document is not.
    if "If-Match" in headers and not _VERSION.fullmatch(str(headers["If-Match"])):
        headers["If-Match"] = '"1"'


def _mend_path(case: Any) -> None:
    path = case.path_parameters or {}
    # Schemathesis follows every address in an answer as one of the service it asks. That of an
    # action may be the other service's, or have braces where the caller chooses.
    for one in case.operation.path_parameters:
        declared = one.raw_schema
        if not re.search(declared.get("pattern", ""), str(path.get(one.name, ""))):
            path[one.name] = declared["examples"][0]
    # The body says of which kind the participant is that the path names: test_writes.
    kind = case.body.get("kind") if isinstance(case.body, dict) else None
    fitting = {"state": "ZZA", "organisation": "ORG-ZZO"}.get(str(kind))
    code = str(path.get("code", ""))
    if fitting and code and code.startswith("ORG-") != fitting.startswith("ORG-"):
        path["code"] = fitting


def _plain(value: Any) -> Any:
    """Take away what the gate refuses: carriage returns, names beyond ASCII, 5.0 for 5."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case str():
            return value.replace("\r", "")
        case dict():
            return {name: _plain(one) for name, one in value.items() if name.isascii()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value
