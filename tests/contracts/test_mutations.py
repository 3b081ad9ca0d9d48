"""Two validators agree on whatever the published examples can be turned into."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import pointer
from contracts.catalogue import catalogue
from contracts.events import event_data, parse_event
from contracts.pointer import children
from contracts.sealing import seal
from contracts.validation import is_valid, validate
from tests.published import Example, second_validator, valid_examples

EXAMPLES = [one for one in valid_examples() if len(str(one.document)) < 20_000]
TEXTS = st.sampled_from(
    [
        "",
        " ",
        "KAZ",
        "ZZA\n",
        "ORG-OTS",
        "P1",
        "P8.a",
        "IV",
        "2018-09-28",
        "2018-02-30",
        "2018",
        "public",
        "secretariat",
        "unknown",
        "illustrative_compilation",
        "1.0.0",
        "٣",
        "é",
        "a" * 501,
        "/a~2",
        "en",
    ]
)
SCALARS = TEXTS | st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from([2**53, 1.5])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
PLENTY = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def places(node: Any, at: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Give every place in a document below its root."""
    below = [places(child, (*at, name)) for name, child in children(node).items()]
    return [*([at] if at else []), *(place for one in below for place in one)]


def without(document: Any, place: tuple[str, ...]) -> Any:
    parent = pointer.find(document, list(place[:-1]))
    kept = {name: child for name, child in children(parent).items() if name != place[-1]}
    left = kept if isinstance(parent, dict) else list(kept.values())
    return pointer.replace(document, list(place[:-1]), left)


@st.composite
def mutants(draw: st.DrawFn) -> tuple[Example, Any]:
    """Give an example, and its document with up to three places changed."""
    example = draw(st.sampled_from(EXAMPLES))
    document = example.document
    for _ in range(draw(st.integers(1, 3))):
        if not (everywhere := places(document)):
            break
        place = draw(st.sampled_from(everywhere))
        match draw(st.sampled_from(["remove", "replace", "add", "move"])):
            case "remove":
                document = without(document, place)
            case "replace":
                document = pointer.replace(document, list(place), draw(VALUES))
            case "add":
                there = pointer.find(document, list(place))
                if isinstance(there, dict):
                    more = {**there, draw(TEXTS): draw(VALUES)}
                    document = pointer.replace(document, list(place), more)
            case _:
                other = pointer.find(document, list(draw(st.sampled_from(everywhere))))
                document = pointer.replace(document, list(place), other)
    return example, document


@PLENTY
@given(mutants())
def test_two_validators_agree_on_every_mutant(mutant: tuple[Example, Any]) -> None:
    example, document = mutant
    verdict = second_validator(example.schema).is_valid(document)
    assert is_valid(document, example.schema) is verdict
    assert (validate(document, example.schema) == []) is verdict


@PLENTY
@given(mutants())
def test_whatever_may_be_handed_in_has_a_class_and_may_be_recorded_once_it_is_sealed(
    mutant: tuple[Example, Any],
) -> None:
    example, document = mutant
    contract = catalogue().contracts[example.schema]
    if example.schema == contract.id and is_valid(document, contract.id):
        sealed, _ = seal(document, contract.sections, lambda: bytes(16))
        assert validate(sealed, contract.dataschema) == []
        if contract.kind == "events":
            recorded = event_data(parse_event(contract.name, sealed))
            assert validate(recorded, contract.dataschema) == []
