"""A whole registry in this process: real database, real log, real signer, real HTTP stack."""

import itertools
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from contracts.catalogue import catalogue
from contracts.note import SigningKey
from contracts.validation import validate
from services.kit.encryption import Keyring, WrappingKey
from services.registry.app import create_app
from services.registry.log import found
from services.registry.opening import Opened, opened_log
from services.registry.trail import Folder, Signing, Trail
from tests import issuing, makers, writes
from tests.databases import Database
from tests.in_process import InProcess, client_of
from tests.shelves import store_in
from tests.trails import trail_in

ORIGIN = "demonstration.test/log"
KEYS = Keyring([WrappingKey(bytes(range(32)))])
DIGEST_KEY = b"a digest key of these tests, long enough"
ROLES = {
    "secretariat": "secretariat",
    "operator": "operator",
    "auditor": "auditor",
    "ZZA": "focal-point:ZZA",
    "ZZA-2": "focal-point:ZZA",
    "ZZB": "focal-point:ZZB",
    "ORG-ZZO": "focal-point:ORG-ZZO",
    "ORG-ZZO-2": "focal-point:ORG-ZZO",
    "delegate": "drafter:ZZA",
}
"""Role in the token of everybody in these tests. The register knows nobody until it is told."""


def token_of(name: str) -> str:
    """Give the token of somebody; of whom nobody knows, one that is none."""
    if name not in ROLES:
        return f"token-of-{name}-in-these-tests"
    return issuing.token(ROLES[name], actor_of(name))


def actor_of(name: str) -> str:
    """Give the id under which somebody acts."""
    return f"actor-{name}"


@dataclass(slots=True)
class RunningRegistry:
    client: InProcess
    app: FastAPI
    opened: Opened
    key: SigningKey
    trail: Trail
    trail_folder: Folder
    trail_signing: Signing
    _keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def size(self) -> int:
        return self.opened.log.head().size

    def get(self, target: str, *, by: str | None = None, **headers: str) -> httpx.Response:
        return _by_contract(self.client.get(target, headers=_headers(by, headers)))

    def post(
        self,
        path: str,
        body: Any,
        *,
        expected: int = 0,
        key: str | None = None,
        by: str | None = "secretariat",
        **headers: str,
    ) -> httpx.Response:
        """Write; `expected` is the version of the stream, 0 to create it."""
        given = {
            "content-type": "application/json",
            "idempotency-key": key or f"key-{next(self._keys)}",
            **({"if-match": f'"{expected}"'} if expected else {"if-none-match": "*"}),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        return _by_contract(self.client.post(path, content=content, headers=_headers(by, given)))

    def record(self, path: str, body: Any, **options: Any) -> dict[str, Any]:
        """Write, and expect that it is recorded."""
        answer = self.post(path, body, **options)
        assert answer.status_code == 201, answer.text
        recorded: dict[str, Any] = answer.json()
        return recorded

    def sign(self, participant: str = "ZZA") -> dict[str, Any]:
        body = writes.act(makers.signature_recorded(participant))
        return self.record(f"/v1/participants/{participant}/acts", body)

    def designate(self, *names: str) -> None:
        """Let the secretariat designate somebody as focal point of the participant in the token."""
        for name in names:
            participant = ROLES[name].partition(":")[2]
            body = writes.focal_point(participant, focal_point_id=actor_of(name))
            version = self.opened.log.stream_version(f"focal-point-{participant}")
            path = f"/v1/participants/{participant}/focal-points"
            self.record(path, body, expected=version)

    def hand_in(
        self,
        raw: bytes | AsyncIterator[bytes],
        media_type: str = "text/plain",
        *,
        by: str | None = "secretariat",
        participant: str = "ZZA",
    ) -> httpx.Response:
        """Hand in the bytes of a piece of evidence."""
        path = f"/v1/participants/{participant}/evidence-files"
        headers = _headers(by, {"content-type": media_type})
        return _by_contract(self.client.post(path, content=raw, headers=headers))

    def open_cycle(self, cycle_id: str = "2026") -> dict[str, Any]:
        return self.record("/v1/cycles", body_of(makers.cycle_opened(cycle_id)))

    def events(self, after: int = 0) -> list[dict[str, Any]]:
        """Every event from a position on, page by page."""
        found_events: list[dict[str, Any]] = []
        while page := self.get(f"/v1/events?after={after}").json():
            found_events += page
            after = int(page[-1]["id"])
        return found_events


def _by_contract(answer: httpx.Response) -> httpx.Response:
    """Give an answer back that obeys the contract it names, if it names one of ours."""
    named = answer.links.get("describedby", {}).get("url", "")
    if answer.status_code in {200, 201} and named in catalogue().contracts:
        assert validate(answer.json(), named) == []
    return answer


def body_of(event: Any) -> dict[str, Any]:
    body: dict[str, Any] = event.model_dump(mode="json", exclude_none=True)
    return body


def _headers(by: str | None, given: dict[str, str]) -> dict[str, str]:
    bearer = {} if by is None else {"authorization": f"Bearer {token_of(by)}"}
    return {**bearer, **{name.replace("_", "-"): value for name, value in given.items()}}


@contextmanager
def running_registry(
    database: Database,
    folder: Path,
    *,
    now: datetime = makers.NOW,
    key: SigningKey | None = None,
    **options: Any,
) -> Iterator[RunningRegistry]:
    """Found the log if need be, start everything, stop it in order."""
    key = key or SigningKey.generate(ORIGIN)
    with database.owner() as engine:
        found(engine, ORIGIN)
    store, evidence = folder / "checkpoints.db", folder / "evidence"
    evidence.mkdir(exist_ok=True)
    trail_folder, signing = trail_in(folder, ORIGIN), Signing(store, key)
    with (
        opened_log(database.url, store, key, keys=KEYS, clock=lambda: now) as opened,
        Trail(trail_folder, lambda: now, signing) as trail,
    ):
        app = create_app(
            opened.log,
            opened.publisher,
            clock=lambda: now,
            cabinet=opened.cabinet,
            evidence_store=store_in(
                evidence, opened.engine, KEYS, origin=ORIGIN, clock=lambda: now
            ),
            trail=trail,
            new_id=(f"draft-{number:016}" for number in itertools.count(1)).__next__,
            **{"authenticate": issuing.authenticate(), "digest_key": DIGEST_KEY, **options},
        )
        with client_of(app) as client:
            yield RunningRegistry(client, app, opened, key, trail, trail_folder, signing)
