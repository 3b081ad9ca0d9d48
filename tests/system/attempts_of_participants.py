"""System: what a participant's user might try, and how each attempt ends.

Belmora's focal point attacks Arcadia; others try to go beyond what they may in their own name.
"""

from types import MappingProxyType
from typing import Any

import httpx
import orjson

from contracts.sealing import Disclosure
from tests import makers, writes
from tests.system.attempts import (
    AsNowhere,
    Attempt,
    Harmless,
    Stage,
    Stopped,
    gets,
    once_known,
    posts,
    sends,
)
from tests.system.canaries import MAY_READ, secret
from tests.system.days import in_days

BELMORA, ARCADIA = "fp-belmora", "fp-arcadia"
ANOTHER = "fp-belmora-2"
"""A second one of Belmora: the trail has twenty denials of a person in ten minutes one by one."""
NOWHERE = MappingProxyType({"draft": "/v1/drafts/nothing-is-called-this", "victim": "ZZQ"})
NO_DIGEST = {"digest": "sha256:" + "0" * 64}
FORBIDDEN = Stopped(403, "forbidden")
NO_ROUTE = Stopped(404, "not-found", is_route=False)
NOT_FOR_DELEGATES = Stopped(403, "not-for-delegates")
NOT_DELEGATED = Stopped(403, "section-not-delegated")
UNKNOWN = Stopped(403, "not-known-to-the-register")
ENDED = Stopped(403, "outside-the-term")
KEY_OF_ARCADIA = "fp-arcadia-{before_report}-reports"
"""Under which Arcadia filed its report; see `Person.tries`."""
RENAMED = writes.act(makers.participant_renamed())


def report(code: str = "ZZA", cycle: str = "2026", **statements: Any) -> dict[str, Any]:
    said = statements or {"P1": makers.statement()}
    document = makers.national_report(code, cycle, statements=said)
    return {"document": document, "clearance": makers.clearance()}


def term(first: int, last: int) -> dict[str, Any]:
    return {"term_from": in_days(first), "term_to": in_days(last), "received_on": in_days(first)}


PLAN = writes.plan_act(makers.plan_registered())
WITHDRAWAL = writes.on_version(makers.report_withdrawn())
OWN_PERSON = writes.focal_point(focal_point_id="fp-planted", **term(-1, 30))
OWN_DELEGATE = writes.delegation(delegation_id=BELMORA, granted_by=ARCADIA, **term(-1, 30))
FORGED_HEADERS = {
    "x_participant": "ZZA",
    "x_forwarded_user": ARCADIA,
    "x_original_url": "/v1/participants/ZZB/acts",
    "x_http_method_override": "GET",
}

AS_ANOTHER = (
    Attempt(BELMORA, "records an act of Arcadia, by path",
            posts("/v1/participants/ZZA/acts", RENAMED, if_match='"1"'), FORBIDDEN),
    Attempt(BELMORA, "records an act of Arcadia, by path, and claims in headers to be it",
            posts("/v1/participants/ZZA/acts", RENAMED, if_match='"1"', **FORGED_HEADERS),
            FORBIDDEN),
    Attempt(BELMORA, "records an act of Arcadia, by the body below its own path",
            posts("/v1/participants/ZZB/acts", {**RENAMED, "participant": "ZZA"}, if_match='"1"'),
            Stopped(422, "malformed", "unknown-member")),
    Attempt(BELMORA, "plants a focal point of its own in Arcadia",
            posts("/v1/participants/ZZA/focal-points", OWN_PERSON, if_match='"1"'), FORBIDDEN),
    Attempt(BELMORA, "delegates Arcadia's parts to itself",
            posts("/v1/participants/ZZA/delegations", OWN_DELEGATE, if_match='"1"'), FORBIDDEN),
    Attempt(BELMORA, "files a report in Arcadia's name, by the body",
            posts("/v1/reports", report("ZZA")), FORBIDDEN),
    Attempt(BELMORA, "withdraws Arcadia's report",
            posts("/v1/reports/{victim}-2025/withdrawal", WITHDRAWAL, if_match='"9"'),
            AsNowhere(403, NOWHERE)),
    Attempt(BELMORA, "files a corrigendum to Arcadia's report under its own cover",
            posts("/v1/reports/ZZA-2025/corrigenda", writes.corrigendum("ZZB", "2025"),
                  if_match='"9"'), FORBIDDEN),
    Attempt(BELMORA, "begins a draft for Arcadia",
            posts("/v1/drafts", {"participant": "ZZA", "cycle_id": "2026", "form": "full",
                                 "carry_forward": True}), FORBIDDEN),
    Attempt(BELMORA, "has a report of Arcadia examined, to see what would be found",
            posts("/v1/validations", report("ZZA")), FORBIDDEN),
    Attempt(BELMORA, "takes along all that is held about Arcadia",
            gets("/v1/participants/ZZA/own-data"), FORBIDDEN),
    Attempt(BELMORA, "lists Arcadia's drafts, by filter",
            gets("/v1/drafts?participant={victim}"), AsNowhere(404, NOWHERE)),
    Attempt(BELMORA, "lists its own drafts and Arcadia's, by a filter said twice",
            gets("/v1/drafts?participant=ZZB&participant=ZZA"),
            Stopped(422, "parameter-not-accepted")),
    Attempt(BELMORA, "sends what Arcadia sent, under Arcadia's key, for Arcadia's receipt",
            posts("/v1/reports", report("ZZA", "2025"), key=KEY_OF_ARCADIA),
            FORBIDDEN),
    Attempt("belmora-as-arcadia", "comes with a token of Arcadia's role under Belmora's id",
            posts("/v1/reports", report("ZZA")), UNKNOWN),
    Attempt("belmora-as-drafter", "comes with a token of Arcadia's drafters under Belmora's id",
            gets("{draft}"), UNKNOWN),
)  # fmt: skip
"""To write or read as another participant."""


def opened(answer: httpx.Response) -> list[str]:
    """Give the sections that an answer opens."""
    told = answer.json()
    pages = told if isinstance(told, list) else [told]
    return [Disclosure.parse(text).name for page in pages for text in page["disclosures"]]


def is_for_belmora(answer: httpx.Response, _: Stage) -> bool:
    """Say that what participants read of each other is opened, and none of the other secrets."""
    pages = [Disclosure.parse(text) for page in answer.json() for text in page["disclosures"]]
    met = {name for name in MAY_READ for one in pages if secret(name) in str(one.value)}
    return met == {name for name, readers in MAY_READ.items() if BELMORA in readers}


PROBING = (
    Attempt(ANOTHER, "looks for Arcadia's draft", gets("{draft}"), AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "looks for a section of it",
            gets("{draft}/statements/P6"), AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "asks whether the section changed, by its tag",
            gets("{draft}/statements/P6", if_none_match="*"), AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "writes to it on whatever stands there",
            sends("PUT", "{draft}/statements/P6", makers.statement(), if_match='"1"'),
            AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "writes to it if nothing stands there",
            sends("PUT", "{draft}/statements/P6", makers.statement(), if_none_match="*"),
            AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "hands it in",
            posts("{draft}/submission", NO_DIGEST), AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "clears it",
            sends("POST", "{draft}/clearance", NO_DIGEST), AsNowhere(404, NOWHERE)),
    Attempt(ANOTHER, "deletes it",
            sends("DELETE", "{draft}", if_match='"1"'), AsNowhere(404, NOWHERE)),
    Attempt("dl-belmora", "looks for Arcadia's draft as a drafter",
            gets("{draft}"), AsNowhere(404, NOWHERE)),
    Attempt("dl-belmora", "deletes it",
            sends("DELETE", "{draft}", if_match='"1"'), NOT_FOR_DELEGATES),
    Attempt(ANOTHER, "opens the reasons for which Arcadia's report was returned",
            gets("/v1/disclosures/{returned}"), Harmless(lambda told, _: opened(told) == [])),
    Attempt(ANOTHER, "opens who Arcadia's focal point is",
            gets("/v1/disclosures/{designated}"), Harmless(lambda told, _: opened(told) == [])),
    Attempt(ANOTHER, "opens all that anybody sealed",
            gets("/v1/disclosures?after=0"),
            Harmless(is_for_belmora)),
    Attempt("dl-belmora", "opens Arcadia's report; it looks as if nothing were sealed",
            gets("/v1/disclosures/{report}"), Harmless(lambda told, _: opened(told) == [])),
    Attempt(ANOTHER, "uses a key that Arcadia used, to see whether it is taken",
            posts("/v1/participants/ZZB/acts",
                  writes.act(makers.participant_renamed("ZZB")), key=KEY_OF_ARCADIA,
                  if_match='"7"'),
            Stopped(412, "version-conflict")),
    Attempt(ANOTHER, "uses a key that nobody used; there is no difference",
            posts("/v1/participants/ZZB/acts",
                  writes.act(makers.participant_renamed("ZZB")), key="nobody-used-this",
                  if_match='"7"'),
            Stopped(412, "version-conflict")),
)  # fmt: skip
"""To find out what exists."""


BEYOND_THE_TERM = (
    Attempt("fp-ended", "files a report after the term", posts("/v1/reports", report()), ENDED),
    Attempt("fp-ended", "takes the data along after the term",
            gets("/v1/participants/ZZA/own-data"), ENDED),
    Attempt("fp-ended", "opens sealed sections after the term",
            gets("/v1/disclosures/{report}"), ENDED),
    Attempt("fp-ended", "reads the draft after the term", gets("{draft}"), ENDED),
    Attempt("nobody-known", "files a report, unknown to the register",
            posts("/v1/reports", report()), UNKNOWN),
    Attempt("dl-ended", "writes the part that was delegated, after the delegation",
            sends("PUT", "{draft}/statements/P6", makers.statement(), if_match='"1"'), ENDED),
    Attempt("dl-arcadia", "writes a part that was not delegated",
            sends("PUT", "{draft}/statements/P1", makers.statement(), if_none_match="*"),
            NOT_DELEGATED),
    Attempt("dl-arcadia", "reads a part that was not delegated",
            gets("{draft}/statements/P1"), NOT_DELEGATED),
    Attempt("dl-arcadia", "rewrites the cover",
            sends("PUT", "{draft}/cover", {}, if_match='"1"'), NOT_DELEGATED),
    Attempt("dl-arcadia", "clears the draft",
            posts("{draft}/clearance", NO_DIGEST), NOT_FOR_DELEGATES),
    Attempt("dl-arcadia", "files the report", posts("/v1/reports", report()), NOT_FOR_DELEGATES),
    Attempt("dl-arcadia", "makes itself a focal point",
            posts("/v1/participants/ZZA/focal-points", OWN_PERSON, if_match='"1"'),
            NOT_FOR_DELEGATES),
    Attempt(ARCADIA, "accepts its own report",
            posts("/v1/reports/ZZA-2025/decisions",
                  {"decision": "accepted", "report_version": 2, "digest": "sha256:" + "0" * 64,
                   "ruleset_version": "1.0.0"}, if_match='"9"'), FORBIDDEN),
    Attempt(ARCADIA, "gives itself more time",
            posts("/v1/cycles/2026/extensions", {}), FORBIDDEN),
    Attempt(ARCADIA, "reads who looked at what, in the trail", gets("/v1/trail"), FORBIDDEN),
)  # fmt: skip
"""To go on after the term, or beyond what was delegated."""

REPLACING = (
    Attempt(ARCADIA, "dates an act back, by a member of the body",
            posts("/v1/participants/ZZA/acts",
                  {**RENAMED, "recorded_at": "2020-01-01T00:00:00.000000Z"}, if_match='"1"'),
            Stopped(422, "malformed", "unknown-member")),
    Attempt(ARCADIA, "says who recorded it, by a member of the body",
            posts("/v1/participants/ZZA/acts", {**RENAMED, "actor": BELMORA}, if_match='"1"'),
            Stopped(422, "malformed", "unknown-member")),
    Attempt(ARCADIA, "files the report as if none had been filed",
            posts("/v1/reports", report("ZZA", "2025"), key="again"),
            Stopped(412, "version-conflict")),
    Attempt(ARCADIA, "files it on the version of before",
            posts("/v1/reports", report("ZZA", "2025"), key="again", if_match='"1"'),
            Stopped(412, "version-conflict")),
    Attempt(ARCADIA, "files another one under the key of the first",
            posts("/v1/reports", report("ZZA", "2025"), key=KEY_OF_ARCADIA),
            Stopped(422, "idempotency-key-reused")),
    Attempt(ARCADIA, "overwrites the report",
            sends("PUT", "/v1/reports/ZZA-2025", report("ZZA", "2025")),
            NO_ROUTE),
    Attempt(ARCADIA, "deletes the report", sends("DELETE", "/v1/reports/ZZA-2025"),
            NO_ROUTE),
    Attempt(ARCADIA, "erases what identifies a person, as only the secretariat does",
            posts("/v1/participants/ZZA/erasures",
                  writes.erasure(person_id=ARCADIA), if_match='"1"'), FORBIDDEN),
)  # fmt: skip
"""To back-date, or to replace quietly."""


GOOD = orjson.dumps(report())


def _with(text: bytes) -> bytes:
    """Let a statement say this, as it stands between the quotation marks."""
    return GOOD.replace(b"Laws were amended.", text)


def _beside(member: bytes) -> bytes:
    return b"{" + member + b"," + GOOD[1:]


def _files(tries: str, raw: bytes, ends: Stopped, **headers: str) -> Attempt:
    return Attempt(ARCADIA, tries, posts("/v1/reports", raw, **headers), ends)


def not_read(status: int, fault: str) -> Stopped:
    return Stopped(status, "body-not-read", fault)


TWO_READINGS = (
    _files("says a name twice", _beside(b'"document":{}'), not_read(400, "duplicate-name")),
    _files("says it twice, once escaped", _beside(b'"docu\\u006dent":{}'),
           not_read(400, "duplicate-name")),
    _files("says NaN", _beside(b'"x":NaN'), not_read(422, "number-not-allowed")),
    _files("says 1e400", _beside(b'"x":1e400'), not_read(422, "number-not-allowed")),
    _files("says an integer that others round", _beside(b'"x":9007199254740993'),
           not_read(422, "integer-too-large")),
    _files("puts a byte order mark before it", b"\xef\xbb\xbf" + GOOD,
           not_read(400, "byte-order-mark")),
    _files("sends UTF-16", GOOD.decode().encode("utf-16"), not_read(400, "byte-order-mark")),
    _files("sends UTF-16 without a mark", GOOD.decode().encode("utf-16-le"),
           not_read(400, "not-json")),
    _files("sends Latin-1", _with(b"Conf\xe9d\xe9ration"), not_read(400, "not-utf8")),
    _files("says a lone surrogate", _with(b"\\ud800"), not_read(400, "lone-surrogate")),
    _files("says U+0000", _with(b"a\\u0000b"), not_read(422, "forbidden-character")),
    _files("goes on after the end", GOOD + b"{}", not_read(400, "not-json")),
    _files("says it is a form", GOOD, Stopped(415, "media-type-not-accepted"),
           content_type="application/x-www-form-urlencoded"),
    _files("says it is in Latin-1", GOOD, Stopped(415, "media-type-not-accepted"),
           content_type="application/json; charset=latin-1"),
    _files("says it is packed", GOOD, Stopped(415, "media-type-not-accepted"),
           content_encoding="gzip"),
)  # fmt: skip
"""One document that two readers would read differently."""

TOO_MUCH = (
    _files("nests without end", b'{"document":' + b"[" * 100_000, not_read(400, "too-deep")),
    _files("nests deeper than is read", _beside(b'"x":' + b"[" * 40 + b"]" * 40),
           not_read(400, "too-deep")),
    _files("sends more than is read", GOOD + b" " * 2_000_000, Stopped(413, "body-too-large")),
    _files("sends ten thousand members",
           _beside(b",".join(b'"x%d":1' % number for number in range(10_000))),
           Stopped(422, "malformed")),
    _files("names a contract that lies on a host of its own",
           GOOD.replace(makers.REPORT_SCHEMA.encode(), b"http://127.0.0.1:1/schema.json"),
           Stopped(422, "malformed")),
    Attempt(ARCADIA, "asks a pattern to work for ever",
            posts("/v1/plans/" + "A-" * 4_000 + "!/acts", PLAN),
            Stopped(422, "parameter-not-accepted")),
)  # fmt: skip
"""Size, depth, patterns, addresses."""

DECEIVING = (
    _files("turns the order of letters round", _with("abc\u202ecba".encode()),
           Stopped(422, "malformed")),
    _files("hides letters of no width", _with("Arca\u200bdia".encode()),
           Stopped(422, "malformed")),
    _files("writes a second line into a log, by a carriage return", _with(b"a\\r\\nb"),
           not_read(422, "forbidden-character")),
    Attempt(ARCADIA, "writes a line into a log, by its path",
            gets("/v1/disclosures/1%0a%7B%22event%22%3A%22forged%22%7D"),
            NO_ROUTE),
    Attempt(ARCADIA, "writes a line into a log, by the id of its request",
            gets("/v1/disclosures/1", x_request_id='1","event":"forged'),
            Harmless(lambda told, _: "forged" not in str(told.headers))),
    Attempt(ARCADIA, "calls itself a formula",
            posts("/v1/participants/ZZA/acts",
                  {**RENAMED, "name": {"en": "=cmd()|'/c calc'!A0"}}, if_match='"1"'),
            Harmless(lambda told, _: told.status_code == 201, writes=1)),
    Attempt(None, "opens the list of participants in a spreadsheet",
            once_known(gets("/v1/participants?min_position={formula}&format=csv", "reporting")),
            Harmless(lambda told, _: "'=cmd()" in told.text and ",=cmd()" not in told.text)),
    Attempt(ARCADIA, "calls itself a script",
            posts("/v1/participants/ZZA/acts",
                  {**RENAMED, "name": {"en": "<script>alert(1)</script>"}}, key="script",
                  if_match='"2"'),
            Harmless(lambda told, _: told.status_code == 201, writes=1)),
    Attempt(None, "opens it in a browser",
            once_known(gets("/v1/participants?min_position={script}", "reporting",
                            accept="text/html")),
            Harmless(lambda told, _: "<script>" in told.text
                     and told.headers["content-type"] == "application/json"
                     and told.headers["x-content-type-options"] == "nosniff"
                     and "default-src 'none'" in told.headers["content-security-policy"])),
)  # fmt: skip
"""To deceive whoever reads, or what reads for them."""

ATTEMPTS = (
    *AS_ANOTHER,
    *PROBING,
    *BEYOND_THE_TERM,
    *REPLACING,
    *TWO_READINGS,
    *TOO_MUCH,
    *DECEIVING,
)
