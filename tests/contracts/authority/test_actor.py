import pytest

from contracts.authority.actor import Actor, NotAnActor, actor_of

SCOPES = {"concord.write"}


@pytest.mark.parametrize(
    ("roles", "role", "party"),
    [
        (["focal-point:KAZ"], "focal_point", "KAZ"),
        (["drafter:ORG-OTS"], "drafter", "ORG-OTS"),
        (["secretariat"], "secretariat", None),
        (["auditor"], "auditor", None),
        (["operator"], "operator", None),
        (["offline_access", "secretariat", "uma_authorization"], "secretariat", None),
        (["secretariat", "secretariat"], "secretariat", None),
    ],
)
def test_a_token_with_one_role_says_who_acts(
    roles: list[str], role: str, party: str | None
) -> None:
    actor = actor_of("fp-4Tw1", roles, SCOPES)
    assert actor == Actor(id="fp-4Tw1", role=role, party=party, scopes=frozenset(SCOPES))  # type: ignore[arg-type]  # as listed above


@pytest.mark.parametrize(
    "roles",
    [
        [],
        ["admin"],
        ["public"],
        ["focal-point"],
        ["focal-point:"],
        ["focal-point:kaz"],
        ["focal-point:KAZ "],
        ["focal-point:KAZ:ZZA"],
        ["drafter:ORG-"],
        ["focal-point:KAZ", "focal-point:ZZA"],
        ["focal-point:KAZ", "drafter:KAZ"],
        ["focal-point:KAZ", "secretariat"],
        ["auditor", "operator"],
        ["secretariat", "focal-point:kaz"],
        ["secretariat:KAZ"],
        ["Secretariat"],
    ],
)
def test_a_token_without_exactly_one_well_spelled_role_makes_nobody_an_actor(
    roles: list[str],
) -> None:
    with pytest.raises(NotAnActor):
        actor_of("fp-4Tw1", roles, SCOPES)


@pytest.mark.parametrize("person", ["", "ab", "-abc", "a b c", "a" * 65, "fp-4Tw1\n"])
def test_what_is_no_id_makes_nobody_an_actor(person: str) -> None:
    with pytest.raises(NotAnActor):
        actor_of(person, ["secretariat"], SCOPES)


def test_what_was_sent_is_not_repeated() -> None:
    with pytest.raises(NotAnActor) as refused:
        actor_of("fp-4Tw1", ["focal-point:canary"], SCOPES)
    assert "canary" not in str(refused.value)
