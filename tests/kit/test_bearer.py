from hashlib import sha256

import pytest

from services.kit.bearer import Grant, authenticate, require
from services.kit.errors import Forbidden, Unauthenticated

TOKEN = "a-token-of-some-length"  # noqa: S105 - of these tests


def grant_for(token: str, *, may: frozenset[str] = frozenset({"write"})) -> Grant:
    digest = sha256(token.encode()).hexdigest()
    return Grant(sha256=digest, actor="actor-1", party="ZZA", may=may)


def test_a_known_token_names_its_grant() -> None:
    other, ours = grant_for("another-token-of-length"), grant_for(TOKEN)
    assert authenticate([f"Bearer {TOKEN}"], [other, ours]) is ours
    assert authenticate([f"bearer {TOKEN}"], [ours, other]) is ours


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [""],
        ["Bearer"],
        ["Bearer short"],
        ["Basic YTpi"],
        [TOKEN],
        [f"Bearer {TOKEN}x"],
        [f"Bearer {TOKEN} {TOKEN}"],
        [f"Bearer {TOKEN}", f"Bearer {TOKEN}"],
        ["Bearer " + "a" * 5000],
        [f"Bearer {TOKEN}\x00"],
        ["Bearer " + "é" * 20],
    ],
)
def test_anything_else_is_refused(headers: list[str]) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(headers, [grant_for(TOKEN)])


def test_with_no_token_configured_nobody_is_let_in() -> None:
    with pytest.raises(Unauthenticated):
        authenticate([f"Bearer {TOKEN}"], [])


def test_a_permission_that_was_not_granted_is_refused() -> None:
    require(grant_for(TOKEN), "write")
    with pytest.raises(Forbidden, match="read disclosures"):
        require(grant_for(TOKEN), "read_disclosures")


def test_the_digest_of_a_token_is_not_printed() -> None:
    assert grant_for(TOKEN).sha256 not in repr(grant_for(TOKEN))
