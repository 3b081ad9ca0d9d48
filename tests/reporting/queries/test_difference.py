"""Queries: what differs between two documents, and the sentences that tell it."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts import pointer as pointers
from contracts.instrument import edition
from services.reporting.queries.difference import changes, patch
from services.reporting.queries.sentences import told

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(("", "a", "a/b", "~"))
ELEMENTS = st.fixed_dictionaries(
    {"measure_id": st.sampled_from("MNO")},
    optional={"title": SCALARS, "sources": st.lists(SCALARS)},
)
DOCUMENTS = st.dictionaries(
    st.sampled_from(("P1", "P2", "a/b", "m~n")),
    st.recursive(
        SCALARS | st.lists(ELEMENTS, max_size=4),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(("x", "y", "z")), inner, max_size=3)
        ),
        max_leaves=8,
    ),
)
INSTRUMENT = edition("1.0.0")


def applied(document: Any, operations: list[dict[str, Any]]) -> Any:
    """Do what a JSON Patch says, as RFC 6902 has it."""
    whole: Any = {"": copy.deepcopy(document)}
    for operation in operations:
        *inwards, last = pointers.split("/" + operation["path"])
        holder = whole
        for name in inwards:
            holder = holder[int(name)] if isinstance(holder, list) else holder[name]
        match operation["op"], holder:
            case "add", list():
                assert int(last) <= len(holder)
                holder.insert(int(last), operation["value"])
            case "add", _:
                holder[last] = operation["value"]
            case "remove", list():
                del holder[int(last)]
            case "remove", _:
                del holder[last]
            case "replace", list():
                holder[int(last)] = operation["value"]
            case "replace", _:
                assert last in holder
                holder[last] = operation["value"]
    return whole[""]


def spelled(value: Any) -> str:
    """Tell 1 from true and 0 from false, which Python does not."""
    return repr(value)


@given(DOCUMENTS, DOCUMENTS)
def test_the_patch_makes_the_second_document_of_the_first(old: Any, new: Any) -> None:
    made = applied(old, patch(list(changes(old, new))))
    assert made == new
    assert sorted(spelled(made)) == sorted(spelled(new))


@given(DOCUMENTS)
def test_nothing_differs_between_a_document_and_itself(document: Any) -> None:
    assert list(changes(document, copy.deepcopy(document))) == []


def test_a_measure_that_moved_is_not_another_one() -> None:
    one, two = {"measure_id": "M1", "title": "A"}, {"measure_id": "M2", "title": "B"}
    found = list(changes([one, two], [{"measure_id": "M0"}, one, {**two, "title": "C"}]))
    assert [(change.kind, change.named) for change in found] == [
        ("added", ("M0",)),
        ("changed", ("M2", "title")),
    ]


def test_true_is_not_one() -> None:
    assert [change.kind for change in changes({"x": True}, {"x": 1})] == ["changed"]


def test_a_sentence_names_postulate_field_old_and_new() -> None:
    (change,) = changes(
        {
            "statements": {
                "P5": {"measures": [{"measure_id": "M1", "implementation_status": "planned"}]}
            }
        },
        {
            "statements": {
                "P5": {"measures": [{"measure_id": "M1", "implementation_status": "in_place"}]}
            }
        },
    )
    row = told(change, INSTRUMENT)
    assert row["pointer"] == "/statements/P5/measures/0/implementation_status"
    assert (row["unit"], row["old"], row["new"]) == ("P5", "planned", "in_place")
    title = INSTRUMENT.units["P5"].short_title
    assert row["sentence"]["en"] == (
        f"P5 ({title}): measures / M1 / implementation_status was “planned” and is now “in_place”."
    )
    assert set(row["sentence"]) == {"en", "fr", "es", "ru", "zh", "ar"}


def test_what_is_not_public_is_told_as_such() -> None:
    (change,) = changes({"statements": {}}, {"statements": {"P6": {"sealed": "abc"}}})
    row = told(change, INSTRUMENT)
    assert row["sentence"]["en"].endswith("the section was added: a section that is not public.")
    assert row["new"] == {"sealed": "abc"}


def test_a_long_text_is_quoted_in_part_and_given_whole_beside() -> None:
    (change,) = changes({"cover": {"x": "a"}}, {"cover": {"x": "b" * 5000}})
    row = told(change, INSTRUMENT)
    assert len(row["sentence"]["en"]) < 300
    assert row["new"] == "b" * 5000


def test_whether_a_section_that_is_sealed_twice_says_something_else_cannot_be_seen() -> None:
    """Each version is sealed with salts of its own, so that seals differ anyway."""
    old, new = ({"statements": {"P6": {"sealed": one}}} for one in ("abc", "abd"))
    (change,) = changes(old, new)
    row = told(change, INSTRUMENT)
    assert row["pointer"] == "/statements/P6"
    assert row["sentence"]["en"].endswith(
        "the section is public in neither version; whether it says something else cannot be seen."
    )
    assert applied(old, patch([change])) == new


def test_a_link_to_a_commitment_that_is_gone_has_not_become_another_one() -> None:
    first, second = ({"plan_id": "Z-1", "commitment_id": f"C-{n}"} for n in (1, 2))
    (change,) = changes([first, second], [second])
    assert (change.kind, change.named, change.old) == ("removed", ("Z-1/C-1",), first)
