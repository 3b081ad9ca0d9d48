"""Describes answers in the OpenAPI document: contract, forms, headers, problems."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

from contracts.catalogue import contract, examples_of
from services.kit.described import described
from services.kit.errors import Forbidden, NotFound, Unauthenticated, Unavailable
from services.kit.openapi import BUDGET, problems
from services.kit.policies import PUBLIC, policy
from services.kit.problem import ParametersRefused
from services.reporting.queries.rows import Row
from services.reporting.web.comma import answer_to_csv
from services.reporting.web.texts import Reader

EXPENSIVE = {**policy(PUBLIC), BUDGET: "expensive_read"}
"""For `openapi_extra=` of a public route whose answer is worked out from many rows."""
Lines: TypeAlias = Callable[[Iterable[Row]], Iterable[Row]]

_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Strong; send it back in `If-None-Match` and get 304 while it holds.",
        "schema": {"type": "string"},
    },
    "Content-Location": {
        "description": "Address of this very answer, by position and day.",
        "schema": {"type": "string"},
    },
    "Content-Language": {
        "description": "Languages of the texts, where one was asked for.",
        "schema": {"type": "string"},
    },
    "Concord-Position": {
        "description": "Position of the log the answer stands at.",
        "schema": {"type": "string"},
    },
    "Concord-Recorded-At": {
        "description": "When the entry at that position was recorded; not of the empty register.",
        "schema": {"type": "string"},
    },
    "Concord-Disclosed": {
        "description": "To a signed-in reader: positions of the entries of which something sealed "
        "was disclosed and stands in the answer. Absent where all of it is public.",
        "schema": {"type": "string"},
    },
    "Concord-Incomplete": {
        "description": "Who is held back since which position, as `ZZA;since=17, ZZB;since=20`; "
        "the first 50, then `others;count=…`. Absent where nothing is missing.",
        "schema": {"type": "string"},
    },
    "Concord-Disclaimer": {
        "description": "Of CSV: what the answer is and is not.",
        "schema": {"type": "string"},
    },
}
REFUSED = (Unauthenticated, Forbidden)
"""What a token may be answered, everywhere."""
_NOT_MODIFIED = {"description": "What the client has still holds."}


def contract_id(name: str) -> str:
    """Give the id of the contract that an answer obeys, by its name under `contracts/answers/`."""
    return contract(f"answers/{name}").id


def answers(
    name: str, *, csv: Sequence[str] = (), lines: Lines = iter, missing: bool = False
) -> dict[int | str, Any]:
    """Declare what an operation answers, for `responses=` of a route.

    Args:
        name: of the contract, under `contracts/answers/`.
        csv: columns, where it is a list that also comes as CSV.
        lines: of the CSV form, where they are not the rows themselves.
        missing: whether there may be nothing under the address.
    """
    kinds = (*REFUSED, ParametersRefused, Unavailable, *((NotFound,) if missing else ()))
    return {
        200: described(
            contract_id(name),
            "The answer, with its place in the log.",
            headers=_HEADERS,
            forms={"text/csv": _comma_separated(name, csv, lines)} if csv else None,
        ),
        304: _NOT_MODIFIED,
        **problems(*kinds),
    }


def _comma_separated(name: str, columns: Sequence[str], lines: Lines) -> dict[str, Any]:
    """Describe the CSV form, with the published examples of the contract in it."""
    examples = {
        each: answer_to_csv(answer, lines(Reader("en").read(answer["data"])), columns)
        for each, answer in examples_of(contract_id(name)).items()
    }
    return {
        "schema": {"type": "string"},
        "examples": {each: {"value": text.decode()} for each, text in examples.items()},
    }
