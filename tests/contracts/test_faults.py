"""A fault says where and what was expected, and never what was sent."""

from typing import Any

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import faults
from contracts.validation import MOST_FAULTS, validate
from tests.published import examples

SENT = "Ms Nobody of Nowhere"
REPORT = "reports/national-report"


def told(document: Any, contract: str) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in validate(document, contract)]


def test_every_invalid_example_has_codes_that_are_published() -> None:
    codes = {
        fault.code for example in examples() for fault in validate(example.document, example.schema)
    }
    assert codes <= faults.CODES
    assert len(codes) > 12


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        ({"focal_point_id": SENT}, ("wrong-pattern", "/focal_point_id")),
        ({"seat": SENT}, ("not-in-list", "/seat")),
        ({"participant": [SENT]}, ("wrong-type", "/participant")),
        ({"term_from": SENT}, ("wrong-format", "/term_from")),
        ({"person": {"name": SENT * 99}}, ("too-long", "/person/name")),
        (
            {"person": {"name": "x", "languages": ["en", "en"]}},
            ("items-repeat", "/person/languages"),
        ),
        ({"person": {SENT: 1}}, ("unknown-member", "/person")),
        ({SENT: SENT}, ("unknown-member", "")),
    ],
)
def test_a_fault_holds_nothing_of_what_was_sent(document: Any, fault: tuple[str, str]) -> None:
    found = validate(document, "focal-point-designated")
    assert fault in [(one.code, one.pointer) for one in found]
    assert "Nobody" not in str(found)


@given(st.dictionaries(st.text(), st.text(alphabet="☃", min_size=1) | st.integers(10**12, 10**13)))
def test_no_value_ever_gets_into_a_fault(document: dict[str, Any]) -> None:
    found = str(validate(document, "cycle-opened"))
    assert "☃" not in found
    assert not any(str(value) in found for value in document.values())


def test_a_missing_member_is_pointed_at_where_it_should_be() -> None:
    assert ("missing-member", "/cycle_id") in told({}, "cycle-opened")


def test_a_name_is_escaped_in_a_pointer_or_left_out() -> None:
    sent = {"$schema": 1, "a.b": 1, "a/b": 1}
    pointers = [place for code, place in told(sent, "cycle-opened") if code == "unknown-member"]
    assert sorted(pointers) == ["", "/$schema", "/a.b"]


def test_what_a_wrong_text_should_have_been_is_told_in_words() -> None:
    (fault,) = (
        one
        for one in validate({"participant": "Arcadia"}, "report-accepted")
        if one.pointer == "/participant"
    )
    assert "ISO 3166-1 alpha-3" in fault.message


def test_members_of_which_one_is_missing_are_named() -> None:
    (fault,) = (
        one
        for one in validate({"title": {"kk": "x"}}, "plan-registered")
        if one.code == "missing-one-of"
    )
    assert fault.params == {"members": ["ar", "zh", "en", "fr", "ru", "es"]}
    assert fault.pointer == "/title"


def test_of_two_forms_the_one_that_was_meant_is_spoken_of() -> None:
    statements = {
        "P1": {"sealed": "short", "visibility": "auditors"},
        "P2": {"changed": "yes", "visibility": "public"},
        "P3": "text",
    }
    sealed = validate(
        {"statements": statements}, f"https://concord.example/contracts/{REPORT}/1.0.0/sealed.json"
    )
    by_place = {fault.pointer: fault.code for fault in sealed if fault.pointer.startswith("/st")}
    assert by_place == {
        "/statements/P1/sealed": "wrong-pattern",
        "/statements/P2/changed": "wrong-type",
        "/statements/P3": "wrong-type",
    }


def test_thousands_of_faults_are_cut_off() -> None:
    found = validate({f"member_{number}": 1 for number in range(5_000)}, "cycle-opened")
    assert len(found) == MOST_FAULTS


def test_an_unknown_contract_is_no_contract() -> None:
    with pytest.raises(KeyError):
        validate({}, "no-such-contract")
    with pytest.raises(KeyError):
        validate({}, "https://concord.example/contracts/common/text/1.0.0.json")


def test_faults_can_be_sent_as_json() -> None:
    for example in examples():
        for fault in validate(example.document, example.schema):
            assert orjson.dumps(dict(fault.params))


def of(schema: dict[str, Any], document: Any) -> list[faults.Fault]:
    """Give the faults by a schema that is not published."""
    errors = jsonschema_rs.iter_errors(schema, document)
    return [fault for error in errors for fault in faults.faults_of(error)]


def test_what_fits_two_forms_of_which_one_is_asked_for_fits_none() -> None:
    (fault,) = of({"oneOf": [{"type": "integer"}, {"minimum": 0}]}, 1)
    assert (fault.code, fault.keyword) == ("no-alternative-fits", "oneOf")


def test_a_schema_of_others_has_faults_without_our_descriptions() -> None:
    foreign = {"$id": "https://elsewhere.example/a.json", "pattern": "^a$"}
    (fault,) = of(foreign, "b")
    assert fault.message == "Expected text of another form."


@pytest.mark.parametrize(
    ("schema", "document", "code"),
    [
        ({"multipleOf": 3}, 4, "not-a-multiple"),
        ({"exclusiveMinimum": 3}, 3, "too-small"),
        ({"exclusiveMaximum": 3}, 3, "too-large"),
        ({"contains": {"const": 1}}, [], "item-missing"),
        ({"not": {"const": 1}}, 1, "not-allowed-here"),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, "wrong-name"),
        ({"maxProperties": 0}, {"ab": 1}, "too-many-members"),
        ({"minLength": 3}, "a", "too-short"),
        ({"unevaluatedProperties": False}, {"a": 1}, "unknown-member"),
        ({"unevaluatedItems": False}, [1], "not-valid"),
        ({"type": ["integer", "null"]}, "a", "wrong-type"),
        ({"enum": [f"code_{number}" for number in range(99)]}, "a", "not-in-list"),
    ],
)
def test_keywords_that_no_contract_of_today_uses_have_their_words_too(
    schema: dict[str, Any], document: Any, code: str
) -> None:
    (fault,) = of(schema, document)
    assert fault.code == code
    assert fault.code in faults.CODES
    assert fault.message.startswith("Expected ")
    assert fault.message.endswith(".")
