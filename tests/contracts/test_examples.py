"""The published examples are what they say they are: to two validators, and to the classes."""

from typing import Any

import orjson
import pytest

from contracts.canonical import canonical, digest
from contracts.catalogue import catalogue, contract, load
from contracts.encoding import from_base64
from contracts.envelope import parse_leaf
from contracts.events import EVENT_CLASSES, event_data, parse_event
from contracts.merkle import leaf_hash, root_of, verify_consistency, verify_inclusion
from contracts.receipt import Receipt
from contracts.sealing import reveal, seal
from contracts.validation import is_valid, validate
from tests.published import Example, examples, second_validator, valid_examples

SALT = bytes(range(16))
FORMS = catalogue().contracts
EVENTS = valid_examples("events/")
RECORDED = [one for one in EVENTS if one.schema == FORMS[one.schema].dataschema]
HANDED_IN = [one for one in EVENTS if one.schema == FORMS[one.schema].id]


def name(example: Example) -> str:
    return example.path


@pytest.mark.parametrize("example", examples(), ids=name)
def test_an_example_has_exactly_the_faults_it_says(example: Example) -> None:
    found = [(fault.pointer, fault.keyword) for fault in validate(example.document, example.schema)]
    assert sorted(found) == sorted(example.faults)
    assert is_valid(example.document, example.schema) is not bool(example.faults)


@pytest.mark.parametrize("example", examples(), ids=name)
def test_a_second_validator_says_the_same(example: Example) -> None:
    assert second_validator(example.schema).is_valid(example.document) is not bool(example.faults)


@pytest.mark.parametrize("example", examples(), ids=name)
def test_an_invalid_example_says_why(example: Example) -> None:
    assert (example.why is not None) is bool(example.faults)


@pytest.mark.parametrize("example", valid_examples(), ids=name)
def test_a_valid_example_has_canonical_bytes(example: Example) -> None:
    assert orjson.loads(canonical(example.document)) == example.document


@pytest.mark.parametrize("example", RECORDED, ids=name)
def test_an_event_as_recorded_goes_through_its_class_unchanged(example: Example) -> None:
    found = FORMS[example.schema]
    assert event_data(parse_event(found.name, example.document)) == _written_out(example)


@pytest.mark.parametrize("example", HANDED_IN, ids=name)
def test_an_event_as_handed_in_can_be_sealed_recorded_and_revealed(example: Example) -> None:
    found = FORMS[example.schema]
    sealed, disclosures = seal(example.document, found.sections, lambda: SALT)
    assert validate(sealed, found.dataschema) == []
    recorded = event_data(parse_event(found.name, sealed))
    assert validate(recorded, found.dataschema) == []
    assert reveal(recorded, disclosures) == _written_out(example)


def _written_out(example: Example) -> dict[str, Any]:
    """Give the document with its absent members, where the contract says what absence means."""
    properties = load(example.schema)["properties"]
    defaults = {name: field["default"] for name, field in properties.items() if "default" in field}
    document: dict[str, Any] = {**defaults, **example.document}
    return document


@pytest.mark.parametrize("wire", sorted(EVENT_CLASSES))
def test_a_class_has_the_members_of_its_contract(wire: str) -> None:
    schema, fields = contract(f"events/{wire}").schema, EVENT_CLASSES[wire].model_fields
    assert schema["properties"].keys() == fields.keys()
    required = {name for name, field in fields.items() if field.is_required()}
    assert required <= set(schema["required"])
    for name, field in schema["properties"].items():
        if "default" in field:
            default = fields[name].default
            assert field["default"] == (list(default) if isinstance(default, tuple) else default)


def test_every_event_has_a_contract_and_every_contract_of_an_event_a_class() -> None:
    named = {one.name for one in FORMS.values() if one.kind == "events"}
    assert named == set(EVENT_CLASSES)


@pytest.mark.parametrize(
    "example", [one for one in EVENTS if "/sealed/" in one.path and "report-sub" in one.path]
)
def test_the_digest_of_a_submission_is_that_of_its_sealed_document(example: Example) -> None:
    assert example.document["digest"] == digest(canonical(example.document["document"]))


def test_the_example_of_the_feed_checks_out_against_the_example_of_a_checkpoint() -> None:
    pages = {one.path.rpartition("/")[2]: one.document for one in valid_examples("feed/")}
    leaves = []
    for event in pages["three-entries.json"]:
        leaf = event["leaf"].encode()
        entry = parse_leaf(leaf)
        assert validate(orjson.loads(leaf), "feed/leaf") == []
        assert (str(entry.position), entry.type, entry.dataschema) == (
            event["id"],
            event["type"],
            event["dataschema"],
        )
        assert entry.datahash == digest(canonical(event["data"]))
        assert validate(event["data"], entry.dataschema) == []
        leaves.append(leaf_hash(leaf))
    size, root = pages["signed.json"]["checkpoint"].split("\n")[1:3]
    assert int(size) == len(leaves)
    assert from_base64(root) == root_of(leaves)


def test_the_examples_of_receipts_and_proofs_check_out_against_the_example_of_the_feed() -> None:
    answers = {one.path: one.document for one in valid_examples("answers/")}
    (page,) = (one.document for one in valid_examples("feed/") if "three-entries" in one.path)
    hashes = [leaf_hash(event["leaf"].encode()) for event in page]
    for name in ("recorded", "nothing-changed"):
        recorded = answers[f"answers/recorded/1.0.0/examples/valid/{name}.json"]
        receipt, place = Receipt.parse(recorded["receipt"]), recorded["position"] - 1
        assert (receipt.index, receipt.leaf) == (place, page[place]["leaf"].encode())
        verify_inclusion(place, 3, hashes[place], receipt.hashes, root_of(hashes))
    proof = answers["answers/inclusion-proof/1.0.0/examples/valid/first-of-three.json"]
    found = [from_base64(one) for one in proof["hashes"]]
    verify_inclusion(proof["position"] - 1, proof["size"], hashes[0], found, root_of(hashes))
    proof = answers["answers/consistency-proof/1.0.0/examples/valid/two-to-three.json"]
    old, new = proof["from"], proof["to"]
    found = [from_base64(one) for one in proof["hashes"]]
    verify_consistency(old, new, found, root_of(hashes[:old]), root_of(hashes[:new]))
