"""Projections: how far this service has read the log, and what it holds back."""

from datetime import datetime
from typing import Annotated, Any, Literal

import orjson
from fastapi import Query, Request, Response

from services.kit.described import json_response
from services.kit.policies import PUBLIC, policy
from services.kit.routers import new_router
from services.reporting.queries.head import Head, Progress
from services.reporting.web.described import answers, contract_id
from services.reporting.web.desk import AtDesk
from services.reporting.web.texts import DISCLAIMER

router = new_router("operators")


@router.get(
    "/v1/projections",
    summary="How far the log is read, and what is held back.",
    openapi_extra=policy(PUBLIC),
    responses=answers("projections"),
)
async def read_projections(
    request: Request,
    desk: AtDesk,
    digest: Annotated[
        Literal["true", "false"],
        Query(description="Whether to add the digests of all projections; up to a minute old."),
    ] = "false",
) -> Response:
    """Give position, lag and parked participants, as last looked at; never cached."""
    watcher = desk.watcher
    watcher.check()
    told = status(watcher.head, watcher.progress, now=desk.now())
    if digest == "true":
        told["digests"] = (await request.app.state.digester.digested(watcher.head)).shown()
    return json_response(told, contract=contract_id("projections"))


def status(head: Head, progress: Progress, *, now: datetime) -> dict[str, Any]:
    """Put together what is said of the projections."""
    return {
        "position": head.position,
        "recorded_at": head.recorded_at,
        "generation": head.generation,
        "projected_position": progress.projected_position,
        "projected_recorded_at": progress.projected_recorded_at,
        "seen_size": progress.seen_size,
        "seen_at": progress.seen_at,
        "lag_entries": lag_entries(head, progress),
        "lag_seconds": lag_seconds(head, progress, now=now),
        "state": progress.state,
        "reason": progress.reason,
        "stopped_at_position": progress.stopped_at_position,
        "fenced": progress.fenced,
        "unreachable_since": progress.unreachable_since,
        "unreachable_because": progress.unreachable_because,
        "versions": orjson.loads(progress.versions),
        "parked": [
            {"participant": one.participant, "since_position": one.since_position}
            for one in head.parked
        ],
        "digests": None,
        "disclaimer": DISCLAIMER["en"],
    }


def lag_entries(head: Head, progress: Progress) -> int:
    """Count the entries that the registry signed and that cannot be asked about here yet."""
    return max(0, progress.seen_size - head.position)


def lag_seconds(head: Head, progress: Progress, *, now: datetime) -> int:
    """Give for how long the register may have moved on unseen, in whole seconds.

    Up to date: since the projector last heard from the registry. Behind: since the newest entry
    known was recorded.
    """
    since = head.recorded_at if lag_entries(head, progress) else progress.seen_at
    if since is None:
        return 0
    return max(0, int((now - datetime.fromisoformat(since)).total_seconds()))
