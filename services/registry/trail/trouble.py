"""Trail: what is wrong with a month is said of that month, with its file and where to read on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from services.kit.errors import Unavailable
from services.registry.log import UnsoundLog

SEE = "docs/runbook.md, Trail, says what to do"


class UnsoundTrail(UnsoundLog):
    """A month is not as it must be to go on, or its file cannot be used."""


class FolderAway(Unavailable):
    """The trail's folder cannot be used; the cause says which and why, for operators alone."""


@contextmanager
def of_month(month: str, file: Path) -> Iterator[None]:
    """Say of a month what its log says of itself: the code of the log knows none of the trail.

    Args:
        month: that is looked at.
        file: of its log.

    Raises:
        UnsoundTrail: in the place of any error of that log, its database or its checkpoint.
    """
    whose = f"the trail of {month} ({file})"
    try:
        yield
    except UnsoundTrail:
        raise
    except UnsoundLog as error:
        joint = " " if error.subject else ": "
        raise UnsoundTrail(f"{whose}{joint}{error.reason}", mend=SEE) from error
    except sqlite3.Error as error:  # those of the log itself SQLAlchemy has wrapped
        raise UnsoundTrail(f"{whose}: its checkpoint cannot be read: {error}", mend=SEE) from error
    except OSError as error:
        raise UnsoundTrail(f"{whose} cannot be used: {error.strerror}", mend=SEE) from error
    except SQLAlchemyError as error:
        said = error.orig if isinstance(error, DBAPIError) else type(error).__name__
        raise UnsoundTrail(f"{whose} cannot be used: {said}", mend=SEE) from error
