"""Contracts room: validate a document by its contract; all faults, none repeats what was sent."""

from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs

from contracts.catalogue import catalogue, contract, load
from contracts.faults import Fault, faults_of

MOST_FAULTS = 1_000
"""More faults than this are not listed: nobody reads them, and each costs memory."""


def validate(document: Any, contract_id: str) -> list[Fault]:
    """Check a document; no fault means that it is valid.

    Args:
        document: parsed JSON that has passed the strict gate.
        contract_id: `$id` of a schema, submitted or sealed form; or a contract's name, for
            instance `events/plan-registered`, which means its submitted form.

    Returns:
        Every fault, at most `MOST_FAULTS`, in the order of the schema.

    Raises:
        KeyError: no such contract.
    """
    validator = _validator(contract_id)
    if validator.is_valid(document):
        return []
    errors = islice(validator.iter_errors(document), MOST_FAULTS)
    faults = dict.fromkeys(fault for error in errors for fault in faults_of(error))
    return list(islice(faults, MOST_FAULTS))


def is_valid(document: Any, contract_id: str) -> bool:
    """Say whether `validate` would find no fault; stops at the first."""
    return _validator(contract_id).is_valid(document)


@lru_cache(maxsize=256)
def _validator(contract_id: str) -> jsonschema_rs.Validator:
    known = catalogue().contracts
    identifier = contract_id if contract_id in known else contract(contract_id).id
    return jsonschema_rs.validator_for(
        load(identifier),
        registry=_registry(),
        validate_formats=True,
        ignore_unknown_formats=False,
        mask="(what was sent)",
        offline=True,
    )


@lru_cache(maxsize=1)
def _registry() -> jsonschema_rs.Registry:
    """Give every published schema by its id, so that no reference is ever fetched."""
    return jsonschema_rs.Registry([(one, load(one)) for one in catalogue().schemas])


__all__ = ["MOST_FAULTS", "Fault", "is_valid", "validate"]
