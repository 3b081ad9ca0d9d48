"""Tests of evidence over HTTP: who hands in what, and who may read it."""

from typing import Any

from services.registry.web.safe import EvidenceRoom, Safe, new_safe
from tests import makers, writes
from tests.running_registry import RunningRegistry

PATH = "/v1/participants/ZZA/evidence"
FILE = makers.FILE.encode()
DIGEST = makers.bytes_digest()
DEPOSIT = writes.act(makers.evidence_deposited())
HIDDEN = {**DEPOSIT, "description": makers.passage(writes.RESTRICTED, visibility="auditors")}
REDACTION = writes.act(makers.evidence_redacted())


def made_ready(registry: RunningRegistry) -> RunningRegistry:
    """Two participants with a focal point each, and an open cycle."""
    for code in ("ZZA", "ZZB"):
        registry.sign(code)
        registry.designate(code)
    registry.open_cycle("2026")
    return registry


def safe_of(registry: RunningRegistry) -> Safe:
    safe: Safe = registry.app.state.safe
    return safe


def bound(registry: RunningRegistry, room: EvidenceRoom) -> None:
    registry.app.state.safe = new_safe(safe_of(registry).store, room)


def deposit(registry: RunningRegistry, body: dict[str, Any] = DEPOSIT) -> dict[str, Any]:
    assert registry.hand_in(FILE, by="ZZA").status_code == 201
    return registry.record(PATH, body, by="ZZA")


def public(registry: RunningRegistry, digest: str = DIGEST) -> int:
    return registry.get(f"/v1/evidence/ZZA/{digest}").status_code


def private(registry: RunningRegistry, by: str, digest: str = DIGEST) -> int:
    target = f"/v1/participants/ZZA/evidence-files/{digest}"
    return registry.get(target, by=by).status_code
