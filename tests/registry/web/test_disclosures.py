"""Registry web: disclosures only for the cleared; contracts for everybody."""

import orjson
import pytest

from contracts.catalogue import BASE, ROOT, catalogue, path_of
from contracts.sealing import Disclosure, verify_disclosure
from tests import makers, writes
from tests.issuing import token
from tests.recording import append
from tests.registry.web.test_feed import fill
from tests.running_registry import RunningRegistry, token_of

TARGETS = ("/v1/disclosures?after=0", "/v1/disclosures/2")


def with_a_focal_point(registry: RunningRegistry) -> None:
    registry.sign()
    registry.record("/v1/participants/ZZA/focal-points", writes.focal_point())


def test_the_cleared_get_what_opens_the_sealed_sections(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    listed = registry.get("/v1/disclosures?after=0", by="secretariat")
    (found,) = listed.json()
    assert found == registry.get("/v1/disclosures/2", by="secretariat").json()
    assert (found["position"], len(found["disclosures"])) == (2, 1)
    body = registry.events()[1]["data"]
    assert verify_disclosure(found["disclosures"][0], body).value == writes.PERSON
    assert listed.headers["cache-control"] == "no-store"
    assert listed.headers["vary"] == "Authorization"


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        (None, 401, "unauthenticated"),
        ("nobody", 401, "unauthenticated"),
        ("operator", 403, "forbidden"),
        ("ZZA", 403, "not-known-to-the-register"),
        ("delegate", 403, "not-known-to-the-register"),
        ("auditor", 403, "not-known-to-the-register"),
    ],
)
def test_whom_nobody_cleared_gets_nothing(
    registry: RunningRegistry, by: str | None, status: int, code: str
) -> None:
    with_a_focal_point(registry)
    for target in TARGETS:
        answer = registry.get(target, by=by)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["cache-control"] == "no-store"
        assert "canary" not in answer.text.lower()


def test_a_token_without_the_scope_for_reading_is_told_which(registry: RunningRegistry) -> None:
    bearer = {"authorization": f"Bearer {token('secretariat', scopes=('concord.write',))}"}
    for target in TARGETS:
        answer = registry.client.get(target, headers=bearer)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient-scope")
        challenge = 'Bearer error="insufficient_scope", scope="concord.read"'
        assert answer.headers["www-authenticate"] == challenge


def test_whether_something_is_sealed_is_not_told_before_clearance(
    registry: RunningRegistry,
) -> None:
    with_a_focal_point(registry)
    answers = {registry.get(f"/v1/disclosures/{position}").status_code for position in (1, 2, 99)}
    assert answers == {401}


def test_an_entry_without_sealed_sections_has_no_disclosures(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    answer = registry.get("/v1/disclosures/1", by="secretariat")
    assert answer.json() == {"position": 1, "disclosures": []}
    assert registry.get("/v1/disclosures/3", by="secretariat").status_code == 404


def test_disclosures_are_paged_by_position(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    assert registry.get("/v1/disclosures?after=2", by="secretariat").json() == []
    assert registry.get("/v1/disclosures?after=9007199254740991", by="secretariat").json() == []
    for query in ("", "?after=-1", "?after=x", "?after=0&after=1", "?after=9007199254740992"):
        assert registry.get(f"/v1/disclosures{query}", by="secretariat").status_code == 422


def test_a_page_of_disclosures_leads_to_the_next(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    fill(registry, 1_100)
    first = registry.get("/v1/disclosures?after=0", by="secretariat")
    assert [found["position"] for found in first.json()] == [2]
    assert first.links["next"]["url"] == "/v1/disclosures?after=256"
    last = registry.get("/v1/disclosures?after=1024", by="secretariat")
    assert last.json() == []
    assert "next" not in last.links


def test_a_page_of_disclosures_holds_at_most_four_mebibytes(registry: RunningRegistry) -> None:
    text = "canary " * 150_000
    for number in range(5):
        reasons = Disclosure("/reasons", "c2FsdHNhbHRzYWx0c2FsdA", text)
        append(registry, makers.report_returned(), disclosures=[reasons])
        assert registry.size == number + 1
    positions, after, pages = [], 0, 0
    while True:
        page = registry.get(f"/v1/disclosures?after={after}", by="secretariat")
        assert len(page.content) < 4 * 2**20 + 10_000
        positions += [found["position"] for found in page.json()]
        pages += 1
        if "next" not in page.links:
            break
        after = positions[-1]
        assert page.links["next"]["url"] == f"/v1/disclosures?after={after}"
    assert (positions, pages) == ([1, 2, 3, 4, 5], 3)


def test_a_disclosure_is_spelled_as_it_was_sealed(registry: RunningRegistry) -> None:
    with_a_focal_point(registry)
    (encoded,) = registry.get("/v1/disclosures/2", by="secretariat").json()["disclosures"]
    assert Disclosure.parse(encoded).name == "/person"


def test_every_published_contract_is_served_at_its_id(registry: RunningRegistry) -> None:
    known = catalogue()
    for identifier in (*known.schemas, *known.documents):
        answer = registry.get("/contracts/" + identifier.removeprefix(BASE))
        assert answer.content == path_of(identifier).read_bytes()
        assert answer.headers["cache-control"].endswith("immutable")
        assert answer.links["describedby"]["url"] == answer.json()["$schema"]
        is_schema = identifier in known.schemas
        expected = "application/schema+json" if is_schema else "application/json"
        assert answer.headers["content-type"] == expected
    some = f"/contracts/{next(iter(known.schemas)).removeprefix(BASE)}"
    tag = registry.get(some).headers["etag"]
    assert registry.get(some, if_none_match=tag).status_code == 304


def test_the_index_of_contracts_is_served(registry: RunningRegistry) -> None:
    index = registry.get("/contracts/index.json")
    assert index.json() == orjson.loads((ROOT / "index.json").read_bytes())
    assert "immutable" not in index.headers["cache-control"]


NOT_PUBLISHED = [
    "",
    "/",
    "lock.json",
    "canonical.py",
    "__init__.py",
    "../pyproject.toml",
    "..%2fpyproject.toml",
    "%2e%2e/pyproject.toml",
    "events/../canonical.py",
    "feed/page/1.0.0",
    "feed/page/1.0.0/",
    "feed/page/1.0.0/schema.json/",
    "feed/page/1.0.0/schema.json%00",
    "feed/page/9.9.9/schema.json",
    "feed//page/1.0.0/schema.json",
    "FEED/page/1.0.0/schema.json",
    "feed/page/1.0.0/examples/valid/empty.json",
    "/etc/passwd",
    "a" * 5000,
    "feed/page/1.0.0/schema.json?x=1",
]


def test_nothing_but_what_is_published_can_be_reached(registry: RunningRegistry) -> None:
    for path in NOT_PUBLISHED:
        answer = registry.get(f"/contracts/{path}")
        assert answer.status_code in {404, 422}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_in_the_query_is_no_token(registry: RunningRegistry) -> None:
    answer = registry.get(f"/v1/disclosures?after=0&access_token={token_of('secretariat')}")
    assert answer.status_code in {401, 422}
    assert token_of("reporting") not in answer.text
