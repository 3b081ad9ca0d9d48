"""Serving: answers until it is told to stop; opens and closes everything in order."""

import structlog

from services.kit.browsers import Browsers
from services.kit.clock import assert_time_zones, utc_now
from services.kit.database import SERVING_SECONDS, assert_there
from services.kit.identity import authentication_by, issuer_named
from services.kit.limiting import Limiter
from services.kit.serving import bind, serve
from services.kit.settings import SettingsRefused
from services.kit.web import Limits
from services.reporting.app import API_VERSION, create_app
from services.reporting.database import HISTORY, assert_migrated, make_reporting_engine
from services.reporting.settings import ReportingSettings
from services.reporting.web.bulk import Terms
from services.reporting.web.opening import Opener, new_client

FOR_OTHERS = 2
"""Connections beside those of answers: the head watcher's, and the digests'."""

logger = structlog.get_logger(__name__)


def _opener(settings: ReportingSettings) -> Opener:
    if settings.registry_url is None:
        raise SettingsRefused("REPORTING_REGISTRY_URL: needed where readers sign in")
    return Opener(new_client(settings.registry_url))


def serve_by(settings: ReportingSettings) -> None:
    """Serve by these settings until SIGTERM or SIGINT.

    Raises:
        PortTaken: somebody else listens there.
        NotMigrated: the tables are not those of this release.
        SettingsRefused: there is no such database, or it is the registry's; or the settings do not
            say safely whose tokens are accepted, or which registry discloses to readers; or the
            host knows no time zones.
    """
    assert_time_zones()
    authenticate = authentication_by(settings, utc_now, origin=settings.origin)
    url = settings.database_url.get_secret_value()
    assert_there(url, HISTORY.command)
    engine = make_reporting_engine(
        url, pool_size=settings.threads + FOR_OTHERS, answer_seconds=SERVING_SECONDS
    )
    try:
        with bind(settings.host, settings.port) as listener:
            assert_migrated(engine)
            app = create_app(
                engine,
                clock=utc_now,
                kept_bytes=settings.kept_bytes,
                max_waiting=settings.max_waiting,
                wait_seconds=settings.position_seconds,
                limits=Limits(
                    threads=settings.threads,
                    max_in_flight=settings.max_in_flight,
                    limiter=Limiter(settings.budgets, proxies=settings.proxies),
                ),
                authenticate=authenticate,
                opener=_opener(settings) if authenticate else None,
                browsers=Browsers.told(settings.cors_origins, hsts_seconds=settings.hsts_seconds),
                terms=Terms(licence=settings.licence, registry_url=settings.public_registry_url),
            )
            host, port = listener.getsockname()[:2]
            logger.info(
                "service_started",
                host=host,
                port=port,
                version=API_VERSION,
                dialect=engine.dialect.name,
                issuer=issuer_named(settings),
            )
            end_waiting = app.state.desk.watcher.end_waiting
            serve(app, listener, on_stop=end_waiting, drain_seconds=settings.drain_seconds)
    finally:
        engine.dispose()
