"""Registry: opens a log for a process and closes it in order; what commands and tests stand on."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from contracts.keyring import Signer, Verifier
from services.kit.clock import Clock, utc_now
from services.kit.database import SERVING_SECONDS, assert_there, make_engine
from services.kit.encryption import Keys
from services.kit.folders import is_folder
from services.kit.settings import SettingsRefused
from services.registry.drafts.drawer import Cabinet
from services.registry.log import (
    CheckpointStore,
    Log,
    Publisher,
    UnsoundLog,
    Vault,
    assert_sound,
)
from services.registry.log.soundness import HISTORY, assert_newest_schema, reconcile
from services.registry.settings import DatabaseSettings, StoreSettings
from services.registry.trail import Folder, Signing, Trail
from services.registry.trail.trouble import of_month


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A log at work."""

    engine: Engine
    log: Log
    publisher: Publisher
    cabinet: Cabinet
    """Of the drafts, which lie in the same database."""


@contextmanager
def opened_log(
    url: str,
    checkpoint_store: Path,
    signer: Signer,
    *,
    keys: Keys,
    clock: Clock,
    capacity: int = 1024,
    pool_size: int = 16,
) -> Iterator[Opened]:
    """Check and open the log, its checkpoint store and its signer; on leaving, end in order.

    Args:
        url: of the log's database, as the service uses it.
        checkpoint_store: file that keeps the last checkpoint.
        signer: signs; its name is the log's origin.
        keys: encrypt what is disclosed.
        clock: gives the instant in UTC.
        capacity: appends that may wait for the next commit.
        pool_size: connections kept for reading.

    Raises:
        SettingsRefused: the checkpoint store has no folder, there is no such database, or it is
            reporting's.
        UnsoundLog: the database is not as it must be, or does not fit the checkpoint.
    """
    check_store_folder(checkpoint_store)
    with ExitStack() as stack:
        assert_there(url, HISTORY.command)
        engine = make_engine(url, pool_size=pool_size, answer_seconds=SERVING_SECONDS)
        stack.callback(engine.dispose)
        assert_sound(engine)
        publisher = Publisher(engine, CheckpointStore(checkpoint_store), signer)
        stack.callback(publisher.close)
        vault = Vault(signer.name, keys)
        log = Log(engine, clock, publisher=publisher, vault=vault, capacity=capacity)
        stack.callback(log.close)  # first of all: nothing may be committed and left unsigned
        cabinet = Cabinet(engine=engine, origin=signer.name, keys=keys)
        yield Opened(engine=engine, log=log, publisher=publisher, cabinet=cabinet)


@contextmanager
def engine_of(settings: DatabaseSettings, *, may_be_new: bool = False) -> Iterator[Engine]:
    """Give an engine for as long as a command needs it, as who logs in.

    Args:
        settings: say where the database is.
        may_be_new: the command makes the tables; nothing is looked at.

    Raises:
        SettingsRefused: there is no such database, or it is reporting's.
        UnsoundLog: its tables are not those of this release, or not for this role.
    """
    with _engine(settings.database_url.get_secret_value(), may_be_new=may_be_new) as engine:
        yield engine


@contextmanager
def service_engine_of(settings: DatabaseSettings) -> Iterator[Engine]:
    """Give an engine for as long as a command needs it, which acts as the service does.

    Raises:
        SettingsRefused: there is no such database, or it is reporting's.
        UnsoundLog: its tables are not those of this release, or not for this role.
    """
    with _engine(settings.service_url) as engine:
        yield engine


@contextmanager
def _engine(url: str, *, may_be_new: bool = False) -> Iterator[Engine]:
    if not may_be_new:
        assert_there(url, HISTORY.command)
    engine = make_engine(url)
    try:
        if not may_be_new:
            with engine.connect() as connection:
                assert_newest_schema(connection)
        yield engine
    finally:
        engine.dispose()


@contextmanager
def opened_for_reading(settings: StoreSettings) -> Iterator[tuple[Log, str]]:
    """Open the log without signing anything; give it with the last signed checkpoint.

    Raises:
        SettingsRefused: there is no such database, or it is reporting's.
        UnsoundLog: no checkpoint is kept, or the tables are not those of this release.
    """
    with service_engine_of(settings) as engine:
        note = kept_note(settings.checkpoint_store)
        if note is None:
            raise UnsoundLog("no checkpoint is kept: nothing of this log is signed")
        with Log(engine, utc_now) as log:
            yield log, note


def kept_note(checkpoint_store: Path) -> str | None:
    """Read the last signed checkpoint; `None` if none is kept."""
    check_store_folder(checkpoint_store)
    checkpoints = CheckpointStore(checkpoint_store)
    try:
        return checkpoints.read()
    finally:
        checkpoints.close()


def signed_size(engine: Engine, checkpoint_store: Path, verifier: Verifier) -> int:
    """Say how far the log is signed; 0 if no checkpoint is kept of an empty log.

    Raises:
        UnsoundLog: log and checkpoint do not fit together.
    """
    signed = reconcile(engine, kept_note(checkpoint_store), verifier).signed
    return signed.size if signed else 0


@contextmanager
def opened_trail(
    path: Path, checkpoint_store: Path, signer: Signer, *, clock: Clock
) -> Iterator[Trail]:
    """Open the trail, so that what is not public can be given out; on leaving, end in order.

    Args:
        path: its folder.
        checkpoint_store: of the register's log; those of the trail lie beside it.
        signer: of the register's log.
        clock: gives the instant in UTC.

    Raises:
        SettingsRefused: there is no such folder.
        UnsoundLog: the trail is not as it was left.
    """
    check_store_folder(checkpoint_store)
    folder = trail_folder(path, signer.name)
    with Trail(folder, clock, Signing(checkpoint_store, signer)) as trail:
        trail.open()
        yield trail


def trail_folder(path: Path, origin: str) -> Folder:
    """Give the folder of the trail of a log.

    Raises:
        SettingsRefused: it is not there.
    """
    if not is_folder(path):
        raise SettingsRefused("REGISTRY_TRAIL_FOLDER: expected a folder that is there")
    return Folder(path=path, origin=origin, bring_up=_bring_up)


def bring_trail_up(path: Path | None) -> None:
    """Bring the months of a trail up to this release; no folder: there is none here."""
    if path is None:
        return
    folder = trail_folder(path, "")
    for month in folder.months():
        with of_month(month, folder.file(month)):
            _bring_up(f"sqlite:///{folder.file(month)}")


def _bring_up(url: str) -> None:
    from migrations.environment import upgrade  # noqa: PLC0415 - Alembic only when asked for

    upgrade("registry", url)


def check_store_folder(checkpoint_store: Path) -> None:
    """Check that a checkpoint store has a folder to lie in.

    Raises:
        SettingsRefused: it has none.
    """
    if not is_folder(checkpoint_store.parent):
        raise SettingsRefused("REGISTRY_CHECKPOINT_STORE: its folder is not there")
