"""Tests of the registry: a log that is founded, with its key and its checkpoint store."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from contracts.note import SigningKey
from services.kit.clock import utc_now
from services.kit.encryption import Keyring, WrappingKey
from services.registry.log import CheckpointStore, Log, Publisher, Vault, found
from tests.databases import Database

ORIGIN = "registry.test"
KEYS = Keyring([WrappingKey(bytes(range(32)))])
VAULT = Vault(ORIGIN, KEYS)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    """A founded log without entries, as the service's role on PostgreSQL."""
    with database.owner() as owner:
        found(owner, ORIGIN)
    with database.engine() as engine:
        yield engine


@pytest.fixture
def writer(database: Database, engine: Engine) -> Iterator[Engine]:
    """The same log, as the role that appends."""
    with database.writer() as writing:
        yield writing


@pytest.fixture(scope="session")
def signing_key() -> SigningKey:
    return SigningKey.generate(ORIGIN)


@pytest.fixture
def checkpoints(tmp_path: Path) -> Iterator[CheckpointStore]:
    with closing(CheckpointStore(tmp_path / "checkpoint.db")) as store:
        yield store


@pytest.fixture
def publisher(
    engine: Engine, checkpoints: CheckpointStore, signing_key: SigningKey
) -> Iterator[Publisher]:
    with closing(Publisher(engine, checkpoints, signing_key)) as publisher:
        yield publisher


@pytest.fixture
def log(engine: Engine, publisher: Publisher) -> Iterator[Log]:
    """The log with its publisher, which signs in the background."""
    with Log(engine, utc_now, publisher=publisher, vault=VAULT) as log:
        yield log
