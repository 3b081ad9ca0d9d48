"""Registry: what its roles of PostgreSQL are granted where the database is brought up."""

from sqlalchemy import Engine

from services.kit.commands import say
from services.kit.settings import SettingsRefused
from services.registry.log import grant
from services.registry.settings import MigrationSettings

BOTH = "REGISTRY_WRITER_ROLE and REGISTRY_REQUEST_ROLE"
NOTHING_GRANTED = (
    f"registry: no role was granted anything; the service needs {BOTH}, here or in"
    " `concord registry grant`"
)


def assert_roles_fit(engine: Engine, settings: MigrationSettings) -> None:
    """Check, before anything is changed, that the writer comes with whom it acts as.

    Raises:
        SettingsRefused: it does not.
    """
    if engine.dialect.name == "postgresql" and settings.writer_role and not settings.request_role:
        raise SettingsRefused("REGISTRY_REQUEST_ROLE: needed with REGISTRY_WRITER_ROLE")


def grant_by(engine: Engine, settings: MigrationSettings) -> None:
    """Give the roles in settings what they need, or say that there are none; SQLite has none.

    Raises:
        SettingsRefused: a role is not there, or not as it must be.
    """
    if engine.dialect.name != "postgresql":
        return
    if settings.writer_role is None or settings.request_role is None:
        say(NOTHING_GRANTED)
        return
    grant(
        engine,
        writer=settings.writer_role,
        request=settings.request_role,
        reader=settings.reader_role,
        eraser=settings.eraser_role,
    )
