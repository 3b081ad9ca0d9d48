"""The catalogue finds what is published, and only that."""

import pytest

from contracts.catalogue import (
    BASE,
    catalogue,
    contract,
    dataschema_of,
    load,
    path_of,
    version_key,
)
from contracts.validation import validate

SUBMITTED = f"{BASE}events/report-submitted/1.0.0"


@pytest.mark.parametrize(
    "name",
    [
        "report-submitted",
        "events/report-submitted",
        f"{SUBMITTED}/schema.json",
        f"{SUBMITTED}/sealed.json",
    ],
)
def test_a_contract_is_found_by_its_names_and_by_both_its_ids(name: str) -> None:
    found = contract(name)
    assert found.id == f"{SUBMITTED}/schema.json"
    assert (found.kind, found.name, found.version) == ("events", "report-submitted", "1.0.0")
    assert found.status == "active"
    assert found.mode == "backward-transitive"
    assert found.schema["$id"] == found.id


@pytest.mark.parametrize("name", ["gossip", "events/gossip", "", "reports/report-submitted"])
def test_what_is_not_published_is_not_found(name: str) -> None:
    with pytest.raises(KeyError):
        contract(name)


def test_a_version_that_is_not_published_is_not_found() -> None:
    assert contract("cycle-opened", "1.0.0") == contract("cycle-opened")
    with pytest.raises(KeyError):
        contract("cycle-opened", "9.9.9")


def test_a_log_names_the_sealed_form_where_there_is_one() -> None:
    assert dataschema_of("report-submitted") == f"{SUBMITTED}/sealed.json"
    assert dataschema_of("cycle-opened") == f"{BASE}events/cycle-opened/1.0.0/schema.json"
    with pytest.raises(KeyError):
        dataschema_of("national-report")


@pytest.mark.parametrize(
    "identifier",
    [
        "https://elsewhere.example/a.json",
        f"{BASE}../pyproject.toml",
        f"{BASE}index.json",
        f"{BASE}events/report-submitted/1.0.0/examples/valid/first.json",
    ],
)
def test_nothing_but_what_is_published_is_read(identifier: str) -> None:
    with pytest.raises(KeyError):
        load(identifier)


def test_a_path_does_not_lead_out_of_the_folder() -> None:
    with pytest.raises(KeyError):
        path_of(f"{BASE}events/../../pyproject.toml")


def test_versions_are_ordered_by_number() -> None:
    assert max(["1.9.0", "1.10.0", "1.2.30"], key=version_key) == "1.10.0"


@pytest.mark.parametrize("identifier", sorted(catalogue().documents))
def test_published_data_obeys_its_contract(identifier: str) -> None:
    document = catalogue().documents[identifier]
    assert validate(load(identifier), document.contract) == []
    assert load(identifier)["$id"] == identifier
