"""System: what an auditor, the public, and whoever has an issuer's keys might try, and the ends."""

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
from joserfc.jwk import OKPKey

from services.demonstration.folder import ISSUER_KEY
from services.kit.development import read_development_key
from tests import issuing
from tests.system.attempts import (
    Asks,
    Attempt,
    Harmless,
    Request,
    Stage,
    Stopped,
    Visible,
    gets,
    posts,
)
from tests.system.attempts_of_participants import ENDED, FORBIDDEN, UNKNOWN, opened, report
from tests.system.canaries import secret
from tests.system.days import in_days

AUDITOR = "auditor-of-arcadia"
AUDITOR_OF_ALL = "auditor-of-all"
"""Whose mandate has no limits, and who therefore reads the trail."""
OUTSIDE = Stopped(403, "outside-the-mandate")
FOR_AUDITORS = "/v1/reports/ZZA/2025/postulates/P3"
SEALED = secret("p3-auditors")
UNAUTHENTICATED = Stopped(401, "unauthenticated")
TOO_OFTEN = Stopped(429, "too-many-requests")
NOT_FOUND = Stopped(404, "not-found")
WRONG = Stopped(422, "parameter-not-accepted")
DECISION = {
    "decision": "accepted",
    "report_version": 2,
    "digest": "sha256:" + "0" * 64,
    "ruleset_version": "1.0.0",
}


def opens(*names: str) -> Callable[[httpx.Response, Stage], bool]:
    """Say that just these sections are opened."""
    return lambda told, _: sorted(opened(told)) == sorted(names)


def says(told: httpx.Response, text: str) -> bool:
    """Say that a text stands in an answer, or in one of its headers."""
    return text in told.text + str(told.headers)


def as_for_everybody(told: httpx.Response, stage: Stage) -> bool:
    """Say that an answer holds what somebody without a token gets."""
    url = told.request.url
    path = f"{url.path}?{url.query.decode()}"
    everybody = stage.sends(None, "GET", path, to="reporting").json()
    return bool(everybody["data"]) and everybody["data"] == told.json()["data"]


AUDITORS = (
    Attempt("auditor-of-belmora", "opens Arcadia's report, outside the mandate",
            gets("/v1/disclosures/{report}"), Harmless(opens())),
    Attempt("auditor-of-belmora", "opens all that anybody sealed",
            gets("/v1/disclosures?after=0"), Harmless(opens())),
    Attempt("auditor-of-belmora", "reads Arcadia's report with a token; it is what everybody sees",
            gets(FOR_AUDITORS, "reporting"), Harmless(as_for_everybody)),
    Attempt("auditor-of-another-cycle", "opens the report of a cycle outside the mandate",
            gets("/v1/disclosures/{report}"), Harmless(opens())),
    Attempt(AUDITOR, "opens within the mandate what is for the secretariat alone",
            gets("/v1/disclosures/{returned}"), Harmless(opens())),
    Attempt("auditor-expired", "opens a report after the mandate",
            gets("/v1/disclosures/{report}"), ENDED),
    Attempt(AUDITOR, "reads in the trail what others read of others", gets("/v1/trail"),
            OUTSIDE),
    Attempt("auditor-expired", "reads the trail after the mandate", gets("/v1/trail"), ENDED),
    Attempt("auditor-revoked", "opens a report after the mandate was revoked",
            gets("/v1/disclosures/{report}"), ENDED),
    Attempt("auditor-never", "opens a report without a mandate",
            gets("/v1/disclosures/{report}"), UNKNOWN),
    Attempt(AUDITOR, "accepts a report",
            posts("/v1/reports/ZZA-2025/decisions", DECISION, if_match='"9"'), FORBIDDEN),
    Attempt(AUDITOR, "reads the draft", gets("{draft}"), FORBIDDEN),
    Attempt(AUDITOR, "takes along all that is held about Arcadia",
            gets("/v1/participants/ZZA/own-data"), FORBIDDEN),
    Attempt(AUDITOR, "singles Arcadia out of the matrix, which seals do not enter",
            gets("/v1/aggregates/matrix?cycle=2025", "reporting"), Harmless(as_for_everybody)),
    Attempt(AUDITOR, "singles it out of the balance of pillars",
            gets("/v1/aggregates/pillar-balance?cycle=2025", "reporting"),
            Harmless(as_for_everybody)),
    Attempt(AUDITOR, "singles it out of the rates",
            gets("/v1/rates?cycle=2025", "reporting"), Harmless(as_for_everybody)),
    Attempt(AUDITOR, "reads within the mandate what is for auditors",
            gets(FOR_AUDITORS, "reporting"), Harmless(lambda told, _: says(told, SEALED))),
    Attempt(None, "asks for the same just after, hoping that it was kept",
            gets(FOR_AUDITORS, "reporting"), Harmless(lambda told, _: not says(told, SEALED))),
    Attempt("auditor-of-belmora", "asks for the same, with a token of another mandate",
            gets(FOR_AUDITORS, "reporting"), Harmless(lambda told, _: not says(told, SEALED))),
    Attempt(AUDITOR, "opens within the mandate, and is seen", gets("/v1/disclosures/{report}"),
            Visible("disclosures-opened")),
    Attempt("operator-1", "opens a report, as an operator",
            gets("/v1/disclosures/{report}"), FORBIDDEN),
    Attempt("operator-1", "lists drafts, as an operator",
            gets("/v1/drafts?participant=ZZA"), FORBIDDEN),
)  # fmt: skip
"""To read outside the mandate or after it, or to single out; and an operator with a token."""

CONFIDENTIAL = tuple(
    Attempt(None, f"asks for {path} without a token", gets(path), UNAUTHENTICATED)
    for path in (
        "/v1/disclosures/{report}",
        "/v1/disclosures?after=0",
        "/v1/participants/ZZA/own-data",
        "/v1/drafts?participant=ZZA",
        "{draft}",
        "/v1/trail",
    )
)
PATHS = tuple(
    Attempt(None, f"goes up to files by {path}", gets(path), NOT_FOUND)
    for path in (
        "/tile/0/%2e%2e/%2e%2e/signing.key",
        "/tile/entries/..%2f..%2f..%2fetc%2fpasswd",
        "/tile/entries/000.p/9999",
        "/tile/0/x999/x999/999",
        "/tile/0/000%00",
        "/contracts/..%2f..%2fpyproject.toml",
        "/contracts/events/%2e%2e/lock.json",
        "/contracts/%2fetc%2fpasswd",
        "/contracts/events/report-submitted/1.0.0/%5c..%5cschema.json",
    )
)
EXPENSIVE = (
    Attempt(None, "asks for a state of the future", gets("/v1/reviews?as_of=2999-01-01",
            "reporting"), WRONG),
    Attempt(None, "asks for a position beyond numbers",
            gets("/v1/events?after=99999999999999999999"), WRONG),
    Attempt(None, "asks for a page without an end",
            gets("/v1/obligations?limit=1000000", "reporting"), WRONG),
    Attempt(None, "asks to be kept waiting for an hour", gets("/v1/events?after=0&wait=3600"),
            WRONG),
    Attempt(None, "asks for a proof between sizes that never were",
            gets("/v1/proofs/consistency?from=1&to=9007199254740991"), NOT_FOUND),
    Attempt(None, "writes without a token", posts("/v1/reports", report()), UNAUTHENTICATED),
)  # fmt: skip


def over_and_over(asks: Asks, most: int) -> Request:
    """Ask until it is no longer answered, at most so many times, each time for another day."""

    def request(stage: Stage, who: str | None) -> httpx.Response:
        for number in range(most):
            names = {**stage.names, "day": in_days(-number)}
            answer = asks(Stage(stage.story, names, stage.tokens), who)
            if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
                break
        return answer

    return request


EXPORTS = Asks(method="HEAD", path="/v1/export")
MATRIX = gets("/v1/aggregates/matrix?cycle=1999&effective_on={day}", "reporting")
"""Of a cycle that there is not: so a slow machine, too, asks faster than it may."""
FLOODS = (
    Attempt(None, "exports the whole log, over and over", over_and_over(EXPORTS, 8), TOO_OFTEN),
    Attempt(None, "asks for aggregates, each time as of another day",
            over_and_over(MATRIX, 600),
            TOO_OFTEN),
    Attempt("fp-belmora", "has reports examined, over and over",
            over_and_over(posts("/v1/validations", {}), 200), TOO_OFTEN),
)  # fmt: skip
"""Last, since whoever comes after them from the same address is told to come back."""
PUBLIC = (*CONFIDENTIAL, *PATHS, *EXPENSIVE)


# --- an identity provider, taken over or imitated


def _key(stage: Stage) -> issuing.Private:
    file = stage.story.running.folder.path / ISSUER_KEY
    return read_development_key(file, setting=ISSUER_KEY).private


def _claims(stage: Stage, **changes: Any) -> dict[str, Any]:
    payload = stage.story.token_of("secretariat").split(".")[1]
    claims: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return claims | changes


def _with(token: str, stage: Stage, path: str = "/v1/disclosures/{report}") -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    return stage.sends(None, "GET", stage.named(path), headers=headers)


def issued(**changes: Any) -> Request:
    """Come with a token that the issuer signed, in which something is changed."""
    return lambda stage, _: _with(issuing.signed(_claims(stage, **changes), key=_key(stage)), stage)


def by_a_stranger(stage: Stage, _: str | None) -> httpx.Response:
    key = OKPKey.generate_key("Ed25519", {"kid": str(_key(stage).kid)})
    return _with(issuing.signed(_claims(stage), key=key), stage)


def by_hmac(stage: Stage, _: str | None) -> httpx.Response:
    key = _key(stage)
    header = {"alg": "HS256", "typ": "at+jwt", "kid": key.kid}
    parts = [issuing.encoded(issuing.spelled(one)) for one in (header, _claims(stage))]
    message = ".".join(parts)
    public = issuing.spelled(key.as_dict(private=False))
    signature = hmac.digest(public, message.encode(), sha256)
    return _with(f"{message}.{issuing.encoded(signature)}", stage)


def by_nothing(stage: Stage, _: str | None) -> httpx.Response:
    header = issuing.spelled({"alg": "none", "typ": "at+jwt"})
    claims = issuing.spelled(_claims(stage))
    return _with(f"{issuing.encoded(header)}.{issuing.encoded(claims)}.", stage)


def in_the_address(stage: Stage, _: str | None) -> httpx.Response:
    token = stage.story.token_of("secretariat")
    return _with("", stage, f"/v1/disclosures/{{report}}?access_token={token}")


ISSUERS = (
    Attempt(None, "signs a token with HMAC and the issuer's public key", by_hmac, UNAUTHENTICATED),
    Attempt(None, "signs a token with nothing", by_nothing, UNAUTHENTICATED),
    Attempt(None, "signs a token with a key of its own under the issuer's key id",
            by_a_stranger, UNAUTHENTICATED),
    Attempt(None, "brings a token of another issuer",
            issued(iss="https://elsewhere.invalid"), UNAUTHENTICATED),
    Attempt(None, "brings a token for another service", issued(aud="another"), UNAUTHENTICATED),
    Attempt(None, "brings a token of yesterday", issued(exp=1_600_000_000), UNAUTHENTICATED),
    Attempt(None, "brings its token in the address", in_the_address, UNAUTHENTICATED),
    Attempt("secretariat", "brings a token with two roles",
            issued(roles=["secretariat", "operator"]), FORBIDDEN),
    Attempt("secretariat", "brings a token without the scope to read",
            issued(scope="concord.write"), Stopped(403, "insufficient-scope")),
    Attempt("invented", "issues a focal point whom the register does not know",
            issued(roles=["focal-point:ZZA"], concord_actor="invented"), UNKNOWN),
    Attempt("forged", "issues a secretariat of its own, and is seen",
            issued(concord_actor="forged"), Visible("disclosures-opened")),
)  # fmt: skip
"""Whoever has the issuer's keys is the secretariat: that shows, and nothing else helps."""
