"""The published facts: complete, consistent, and honest about what is not confirmed."""

from datetime import date
from typing import Any

import pytest

from contracts import participants
from contracts.catalogue import BASE, catalogue, load
from contracts.codelists import code_list, mapped_words
from contracts.instrument import edition
from contracts.treaties import treaties

LISTS = sorted(one.name for one in catalogue().documents.values() if one.kind == "codelists")
CODES = load(f"{BASE}common/codes/1.0.0.json")["$defs"]


def enumerations(node: Any) -> list[tuple[str, list[str]]]:
    """Give each enumeration that names a code list, wherever it stands."""
    found = []
    if isinstance(node, dict):
        if "x-code-list" in node:  # an answer names its list, which may grow
            found.append((node["x-code-list"], node.get("enum", [])))
        found += [one for item in node.values() for one in enumerations(item)]
    if isinstance(node, list):
        found += [one for item in node for one in enumerations(item)]
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_code_list_and_the_enumeration_of_its_codes_say_the_same(name: str) -> None:
    assert CODES[name.replace("-", "_")]["enum"] == list(code_list(name))
    assert all(one.source for one in code_list(name).values())


@pytest.mark.parametrize("schema", catalogue().schemas)
def test_an_enumeration_has_only_codes_of_its_list(schema: str) -> None:
    for identifier, codes in enumerations(load(schema)):
        assert set(codes) <= {row["code"] for row in load(identifier)["data"]}


def test_the_words_of_the_sample_of_facts_are_mapped_to_codes() -> None:
    words = mapped_words("measure-type")
    assert set(words.values()) <= code_list("measure-type").keys()
    assert words["treaty action"] == "treaty_action"
    assert mapped_words("severity") == {}


def test_nothing_is_published_of_which_one_knows_no_list() -> None:
    with pytest.raises(KeyError):
        code_list("gossip")
    with pytest.raises(KeyError):
        edition("9.9.9")


def test_the_first_edition_has_ten_postulates_of_which_one_is_reported_on_by_its_parts() -> None:
    first = edition("1.0.0")
    assert list(first.postulates) == [f"P{number}" for number in range(1, 11)]
    assert first.postulates["P8"].units == ("P8.a", "P8.b", "P8.c", "P8.d")
    assert len(first.units) == 13
    assert "P8" not in first.units
    assert list(first.pillars) == ["I", "II", "III", "IV"]
    assert first.opened_on == date(2018, 9, 28)


def test_units_are_exactly_what_postulates_are_reported_on_by() -> None:
    first = edition("1.0.0")
    units = [unit for postulate in first.postulates.values() for unit in postulate.units]
    assert list(first.units) == units
    assert all(first.units[unit].postulate in first.postulates for unit in units)
    for postulate in first.postulates.values():
        assert set(postulate.pillars_inferred) <= first.pillars.keys()


def test_the_edition_says_that_its_text_is_a_summary_and_completes_nothing() -> None:
    first = edition("1.0.0")
    assert "summary" in first.text_status
    assert first.not_confirmed
    garbled = first.units["P8.b"]
    assert "the relationship between the fight against terrorism; use" in garbled.text
    assert garbled.editorial_note is not None


def test_measures_of_the_strategy_that_are_inferred_exist() -> None:
    document = load(f"{BASE}instrument/code-of-conduct/1.0.0.json")
    measures = {
        f"{pillar['id']}.{measure['number']}"
        for pillar in document["pillars"]
        for measure in pillar["measures"]
    }
    inferred = {
        measure
        for postulate in document["postulates"]
        for measure in postulate["strategy_measures_inferred"]
    }
    assert inferred <= measures
    checked = [m for p in document["pillars"] for m in p["measures"] if m["checked"]]
    assert len(checked) == 4


def test_there_are_193_members_and_two_observers_each_in_at_most_one_electoral_group() -> None:
    states = participants.states()
    assert [one.un_status for one in states.values()].count("member") == 193
    assert [one.un_status for one in states.values()].count("observer") == 2
    groups = code_list("un-regional-group")
    for one in states.values():
        assert set(one.regional_groups) <= groups.keys()
        if one.un_status == "member":
            assert one.electoral_group in one.regional_groups


def test_who_is_in_two_regional_groups_counts_in_one() -> None:
    two = [one for one in participants.states().values() if len(one.regional_groups) > 1]
    assert [one.code for one in two] == ["TUR"]
    assert participants.regional_group("TUR") == "western_european_and_others"
    assert set(two[0].regional_groups) == {"asia_pacific", "western_european_and_others"}
    assert participants.regional_group("ORG-OTS") is None
    assert participants.regional_group("ZZA") is None


def test_every_state_has_a_name_in_the_six_official_languages() -> None:
    for one in participants.states().values():
        assert {"ar", "zh", "en", "fr", "ru", "es"} <= one.names.keys(), one.code


def test_no_real_state_has_a_code_of_the_fictitious() -> None:
    assert not any(code.startswith("ZZ") for code in participants.states())
    assert participants.names("ZZA") == {}
    assert participants.names("KAZ")["kk"] == "Қазақстан"
    assert participants.names("ORG-OTS")["en"] == "Organization of Turkic States"
    assert participants.kind("ORG-OTS") == "organisation"
    assert participants.kind("KAZ") == "state"


def test_members_of_organisations_are_states_and_memberships_agree() -> None:
    states = load(f"{BASE}participants/states/1.0.0.json")["data"]
    now = {(row["code"], name) for row in states for name in row["memberships"]}
    for organisation in participants.organisations().values():
        for member in organisation.members:
            assert member.participant in participants.states()
        lasting = {m.participant for m in organisation.members if m.to_when is None}
        assert {code for code, name in now if name == organisation.code} <= lasting
    assert any(
        not member.confirmed
        for organisation in participants.organisations().values()
        for member in organisation.members
    )


def test_there_are_nineteen_universal_instruments() -> None:
    assert [one.number for one in treaties().values()] == list(range(1, 20))


@pytest.mark.parametrize("identifier", sorted(one.id for one in catalogue().documents.values()))
def test_data_says_where_it_comes_from_and_what_is_not_confirmed(identifier: str) -> None:
    document = load(identifier)
    if "meta" in document:
        assert document["meta"]["sources"]
        assert "not_confirmed" in document["meta"]
