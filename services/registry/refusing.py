"""Registry: how its commands say why they cannot do what they were asked."""

import sqlite3
from typing import NoReturn

from sqlalchemy.exc import DatabaseError

from contracts.errors import ContractError
from services.kit.commands import fail
from services.kit.database import DATABASE_AWAY, is_damaged
from services.kit.denials import denied
from services.kit.errors import ServiceError
from services.kit.schema import UnfitSchema
from services.kit.serving import PortTaken
from services.kit.settings import SettingsRefused
from services.registry.log import UnsoundLog
from services.registry.trail.trouble import SEE as SEE_TRAIL
from services.registry.trail.trouble import FolderAway

AS_WHOM = (
    "migrate and grant run as the owner of the tables, all else as the writer"
    " (docs/runbook.md, PostgreSQL roles)"
)
SEE = "docs/runbook.md says how to recover"
EXPECTED = (
    *(SettingsRefused, UnsoundLog, UnfitSchema, ServiceError, PortTaken, ContractError),
    *DATABASE_AWAY,
    DatabaseError,
    sqlite3.Error,
)
"""What an operator can do something about; anything else is a bug and shows its traceback."""


def refuse(error: Exception) -> NoReturn:
    """Say why, with the status of a wrong call where settings are to blame."""
    if is_damaged(error):
        fail(f"the database is damaged: {getattr(error, 'orig', error)}; {SEE}")
    if isinstance(error, FolderAway) and isinstance(error.__cause__, OSError):
        cause = error.__cause__
        fail(f"{error}: {cause.filename}: {cause.strerror}; {SEE_TRAIL}")
    if isinstance(error, sqlite3.Error):  # of the log's database SQLAlchemy has wrapped them
        fail(f"the checkpoint store cannot be read: {error}; {SEE}")
    if (denial := denied(error)) is not None:
        fail(f"the database refuses: {denial}; {AS_WHOM}")
    if isinstance(error, DATABASE_AWAY):
        first_line = str(getattr(error, "orig", error)).partition("\n")[0]
        fail(f"the database does not answer: {first_line}")
    if isinstance(error, DatabaseError):
        raise error
    fail(str(error), status=2 if isinstance(error, SettingsRefused) else 1)
