"""Reporting: its commands for operators. Data goes to standard output, words to standard error."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from contracts.errors import ContractError
from services.kit.clock import utc_now
from services.kit.collector import relax_collector
from services.kit.commands import fail, give, say
from services.kit.database import assert_there, is_damaged, write_transaction
from services.kit.denials import denied
from services.kit.errors import ServiceError
from services.kit.logs import set_up_logs
from services.kit.schema import UnfitSchema
from services.kit.serving import PortTaken
from services.kit.settings import SettingsRefused, read_settings
from services.reporting.bars import bars
from services.reporting.database import (
    HISTORY,
    ROLES,
    NotMigrated,
    assert_migrated,
    make_reporting_engine,
)
from services.reporting.digests import digest_of
from services.reporting.export import ExportFeed
from services.reporting.feed import Feed
from services.reporting.folding import Stopped
from services.reporting.generations import Fenced, Place, live_generation, read_place
from services.reporting.parking import read_parked
from services.reporting.parking import release as release_parked
from services.reporting.projections.catalogue import PROJECTIONS
from services.reporting.projector import Projector
from services.reporting.rebuild import GRACE_SECONDS, RebuildRefused
from services.reporting.rebuild import rebuild as rebuild_all
from services.reporting.running import Stop, run
from services.reporting.settings import ReportingSettings
from services.reporting.status import read_status

app = typer.Typer(no_args_is_help=True)

EXPECTED = (
    SettingsRefused,
    NotMigrated,
    UnfitSchema,
    Stopped,
    Fenced,
    RebuildRefused,
    ServiceError,
    ContractError,
    PortTaken,
    DatabaseError,
    OSError,
)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Answer questions until SIGTERM or Ctrl-C, then finish what is in flight."""
    with _refusing():
        settings = read_settings(ReportingSettings, host=host, port=port)
        set_up_logs("reporting", level=settings.log_level, form=settings.log_form)
        from services.reporting.serving import serve_by  # noqa: PLC0415 - a whole web server

        serve_by(settings)


@app.command()
def project() -> None:
    """Follow the registry until SIGTERM or Ctrl-C; the page in flight is finished.

    Any number may run: one works, the others stand by. It ends with status 1 where it may not go
    on; `concord reporting status` says why.
    """
    with _refusing():
        settings = read_settings(ReportingSettings)
        set_up_logs("projector", level=settings.log_level, form=settings.log_form)
        with ExitStack() as stack:
            engine = stack.enter_context(_engine(settings))
            feed = stack.enter_context(_feed(settings))
            projector = Projector(engine, feed, settings.verifier(), utc_now)
            stop = Stop()
            stack.enter_context(stop.on_signals())
            relax_collector()
            run(
                projector,
                stop,
                wait_seconds=settings.wait_seconds,
                stand_by_seconds=settings.stand_by_seconds,
            )


@app.command()
def rebuild(
    from_export: Annotated[
        Path | None, typer.Option(help="Export to read first; the registry gives the rest.")
    ] = None,
    grace_seconds: Annotated[
        float, typer.Option(min=0, help="How long the old rows stay for questions under way.")
    ] = GRACE_SECONDS,
    despite_differences: Annotated[  # noqa: FBT002 - Typer's way to spell a flag
        bool, typer.Option(help="Switch even where rows differ without a reason.")
    ] = False,
) -> None:
    """Project the whole log anew beside what answers, compare, and switch.

    Answers and the projector go on meanwhile. Prints the digests, a projection a line.
    """
    with _refusing():
        settings = read_settings(ReportingSettings)
        set_up_logs("rebuild", level=settings.log_level, form=settings.log_form)
        with ExitStack() as stack:
            engine = stack.enter_context(_engine(settings))
            feeds: list[Feed] = []
            if from_export is not None:
                export = ExportFeed(from_export)
                stack.callback(export.close)
                feeds.append(export)
            if settings.registry_url is not None or not feeds:
                feeds.append(stack.enter_context(_feed(settings)))
            relax_collector()
            show = stack.enter_context(bars())
            rebuilt = rebuild_all(
                engine,
                feeds,
                settings.verifier(),
                utc_now,
                progress=show,
                grace_seconds=grace_seconds,
                despite_differences=despite_differences,
            )
    for each in rebuilt.comparisons:
        give(asdict(each.new) | {"differences": [asdict(one) for one in each.differences]})
    if rebuilt.held_otherwise:
        who = ", ".join(rebuilt.held_otherwise)
        say(f"held back otherwise than before, so their rows may differ: {who}")
    say(f"generation {rebuilt.new_generation} answers; compared at {rebuilt.position}")


@app.command()
def status() -> None:
    """Print how far reporting has come; status 1, and why, where it has stopped."""
    with _looking() as (connection, place):
        known = read_status(connection, place.generation)
        parked = read_parked(connection, place.generation)
    give(
        {
            "generation": place.generation,
            "position": place.position,
            "recorded_at": place.recorded_at,
            "proven_position": place.proven_position,
            "checkpoint": place.checkpoint,
            "versions": place.versions,
            "parked": [each.participant for each in parked],
            **(asdict(known) if known else {}),
        }
    )
    if known is not None and known.unreachable_since is not None:
        say(
            f"the registry has not answered since {known.unreachable_since}: "
            f"{known.unreachable_because}"
        )
    if known is not None and known.state == "stopped":
        fail(f"stopped at position {known.stopped_at_position}: {known.reason}")


@app.command()
def digest(
    position: Annotated[
        int | None, typer.Option(help="As known at this position; none: the newest proven.")
    ] = None,
) -> None:
    """Print a digest per projection, a line each: equal for every reader of the same log."""
    with _looking() as (connection, place):
        at = place.proven_position if position is None else position
        if not 0 <= at <= place.proven_position:
            fail(f"--position: expected one from 0 to {place.proven_position}, got {at}")
        known = read_parked(connection, place.generation)
        parked = [each.participant for each in known if each.since_position <= at]
        for projection in PROJECTIONS:
            found = digest_of(connection, projection, place.generation, at)
            give(asdict(found) | {"parked": parked})


@app.command()
def parked() -> None:
    """Print who is parked, since which position and why, a line each."""
    with _looking() as (connection, place):
        for each in read_parked(connection, place.generation):
            give(asdict(each))


@app.command()
def release() -> None:
    """Replay everything held back, in order; status 1 where something is parked again."""
    with (
        _refusing(),
        _engine(read_settings(ReportingSettings)) as engine,
        write_transaction(engine) as connection,
    ):
        place = _place(connection, lock=True)
        count, still = release_parked(connection, place.generation)
    say(f"{count} entries replayed")
    for each in still:
        give(asdict(each))
    if still:
        fail("parked again: " + ", ".join(each.participant for each in still))


@app.command()
def migrate() -> None:
    """Bring the database up to this release; on PostgreSQL as the owner of the tables."""
    from migrations.environment import upgrade  # noqa: PLC0415 - Alembic only when asked for

    with _refusing():
        upgrade("reporting", read_settings(ReportingSettings).database_url.get_secret_value())
    say("reporting: the database is at this release")


@contextmanager
def _refusing() -> Iterator[None]:
    """Say why, with the status of a wrong call where settings are to blame."""
    try:
        yield
    except EXPECTED as error:
        _refuse(error)


def _refuse(error: Exception) -> NoReturn:
    if is_damaged(error):
        fail(
            f"the database is damaged: {getattr(error, 'orig', error)}; make it anew, project again"
        )
    if (denial := denied(error)) is not None:
        fail(f"the database refuses: {denial}; migrate runs as the owner of the tables ({ROLES})")
    if isinstance(error, DatabaseError) and not isinstance(error, OperationalError):
        raise error
    text = f"database: {error.orig}" if isinstance(error, OperationalError) else str(error)
    fail(text, status=2 if isinstance(error, SettingsRefused) else 1)


@contextmanager
def _engine(settings: ReportingSettings) -> Iterator[Engine]:
    url = settings.database_url.get_secret_value()
    assert_there(url, HISTORY.command)
    engine = make_reporting_engine(url, pool_size=2)
    try:
        assert_migrated(engine)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _looking() -> Iterator[tuple[Connection, Place]]:
    with (
        _refusing(),
        _engine(read_settings(ReportingSettings)) as engine,
        engine.begin() as connection,
    ):
        yield connection, _place(connection)


def _place(connection: Connection, *, lock: bool = False) -> Place:
    generation = live_generation(connection)
    if generation is None:
        fail("nothing was projected yet: run `concord reporting project`")
    return read_place(connection, generation, lock=lock)


@contextmanager
def _feed(settings: ReportingSettings) -> Iterator[Feed]:
    import httpx  # noqa: PLC0415 - only for those that fetch

    from services.reporting.feed import HttpFeed  # noqa: PLC0415 - the same

    if settings.registry_url is None:
        raise SettingsRefused("REPORTING_REGISTRY_URL: needed here")
    with httpx.Client(base_url=settings.registry_url) as client:
        yield HttpFeed(client)
