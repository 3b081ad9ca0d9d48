"""Contracts room: the one table of contracts, from name and version to schema and sections."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from contracts.sealing import Section

BASE = "https://concord.example/contracts/"
"""Every id is this and the path under `contracts/`; nothing is ever fetched from it."""

ROOT = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One version of one contract."""

    id: str
    """`$id` of the submitted form."""
    path: str
    """Folder under `contracts/`, for instance `events/report-submitted/1.0.0`."""
    kind: str
    name: str
    version: str
    status: str
    """`draft`, `active`, `deprecated` or `retired`."""
    since: str
    """Day of publication."""
    mode: str
    """What a later version has to keep, see the README of the room."""
    sealed_id: str | None
    """`$id` of the form that stands in the log; `None` where nothing is ever sealed."""
    sections: tuple[Section, ...]
    """What is sealed before it is recorded, as places in the submitted form."""

    @property
    def dataschema(self) -> str:
        """Id of the form that stands in the log."""
        return self.sealed_id or self.id

    @property
    def schema(self) -> dict[str, Any]:
        """The submitted form's schema."""
        return load(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Published data: a code list, an edition of the instrument, facts on participants."""

    id: str
    path: str
    kind: str
    name: str
    version: str
    status: str
    since: str
    contract: str
    """Id of the contract that the data obeys."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Everything published."""

    contracts: Mapping[str, Contract]
    """By id of either form."""
    documents: Mapping[str, Document]
    """By id."""
    schemas: tuple[str, ...]
    """Ids of all schemas: both forms of each contract, and the shared definitions."""


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """Read the generated index; once per process."""
    index = orjson.loads((ROOT / "index.json").read_bytes())
    contracts: dict[str, Contract] = {}
    for row in index["contracts"]:
        sections = tuple(Section(**section) for section in row["sections"])
        contract = Contract(**{**row, "sections": sections})
        contracts[contract.id] = contract
        if contract.sealed_id is not None:
            contracts[contract.sealed_id] = contract
    documents = {row["id"]: Document(**row) for row in index["documents"]}
    return Catalogue(
        contracts=MappingProxyType(contracts),
        documents=MappingProxyType(documents),
        schemas=(*contracts, *index["definitions"]),
    )


@lru_cache(maxsize=1024)
def contract(name: str, version: str | None = None) -> Contract:
    """Find a contract.

    Args:
        name: id of either form; or kind and name, `events/report-submitted`; or the name alone
            where only one kind has it.
        version: `None` for the newest that is not a draft.

    Raises:
        KeyError: there is none, or the name alone is not clear.
    """
    contracts = catalogue().contracts
    if name in contracts:
        return contracts[name]
    found = [
        one
        for one in {one.id: one for one in contracts.values()}.values()
        if name in (one.name, f"{one.kind}/{one.name}") and version in (one.version, None)
    ]
    if len({one.kind for one in found}) != 1:
        raise KeyError(name)
    published = [one for one in found if one.status != "draft"]
    return max(published or found, key=lambda one: version_key(one.version))


def dataschema_of(event_type: str) -> str:
    """Give the id of the schema that an event's body in the log obeys: its sealed form, if any.

    Raises:
        KeyError: no such event type.
    """
    return contract(f"events/{event_type}").dataschema


@lru_cache(maxsize=256)
def load(identifier: str) -> dict[str, Any]:
    """Read a schema or a document by its id; the value is shared, so leave it as it is.

    Raises:
        KeyError: nothing with this id is published.
    """
    published = catalogue()
    if identifier not in published.documents and identifier not in published.schemas:
        raise KeyError(identifier)
    found: dict[str, Any] = orjson.loads(path_of(identifier).read_bytes())
    return found


def examples_of(identifier: str) -> dict[str, Any]:
    """Read the valid examples published beside a contract, by name.

    Args:
        identifier: `$id` of its submitted form.

    Raises:
        KeyError: not an id of ours.
    """
    folder = path_of(identifier).parent / "examples" / "valid"
    return {file.stem: orjson.loads(file.read_bytes()) for file in sorted(folder.glob("*.json"))}


def path_of(identifier: str) -> Path:
    """Give the file that an id stands for, whether or not it exists.

    Raises:
        KeyError: not an id of ours.
    """
    path, ours = identifier.removeprefix(BASE), identifier.startswith(BASE)
    if not ours or ".." in path.split("/"):
        raise KeyError(identifier)
    return ROOT / path


def version_key(version: str) -> tuple[int, ...]:
    """Give what versions are ordered by: 1.10.0 comes after 1.9.0."""
    return tuple(int(number) for number in version.split("."))
