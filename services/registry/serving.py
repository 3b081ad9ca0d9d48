"""Registry: serves until it is told to stop; opens and closes everything in order."""

import structlog

from services.kit.bodies import BodyLimits
from services.kit.browsers import Browsers
from services.kit.clock import assert_time_zones, utc_now
from services.kit.encryption import Keys
from services.kit.identity import authentication_by, issuer_named, nobody
from services.kit.keyfile import KeyFile
from services.kit.serving import bind, serve
from services.kit.web import Limits
from services.registry.app import API_VERSION, Room, create_app
from services.registry.drafts.desk import Bounds
from services.registry.evidence.folder import Folder
from services.registry.evidence.shelf import Shelf
from services.registry.evidence.store import EvidenceStore
from services.registry.evidence.sweeping import sweep
from services.registry.keys import SigningKeyFile
from services.registry.limits import opened_limiter
from services.registry.noting import operator
from services.registry.opening import Opened, opened_log, opened_trail
from services.registry.settings import ENCRYPTION_KEYS_FILE, RegistrySettings
from services.registry.trail.notes import command_run
from services.registry.web.safe import EvidenceRoom

logger = structlog.get_logger(__name__)


def serve_by(settings: RegistrySettings) -> None:
    """Serve by these settings until SIGTERM or SIGINT.

    Raises:
        SettingsRefused: the settings do not say safely whose tokens are accepted, the key cannot
            be used, or the host knows no time zones.
        PortTaken: somebody else listens there.
        UnsoundLog: the log, its database or its checkpoint is not as it was left.
    """
    assert_time_zones()
    authenticate = authentication_by(settings, utc_now, origin=settings.origin)
    signer = SigningKeyFile(settings.signing_key_file, origin=settings.origin)
    digest_key = settings.request_digest_key.get_secret_value().encode()
    keys = KeyFile(settings.encryption_keys_file, setting=ENCRYPTION_KEYS_FILE)
    with (
        bind(settings.host, settings.port) as listener,
        opened_log(
            settings.service_url,
            settings.checkpoint_store,
            signer,
            keys=keys,
            clock=utc_now,
            capacity=settings.queue_size,
            pool_size=settings.connections,
        ) as opened,
        opened_trail(
            settings.trail_folder, settings.checkpoint_store, signer, clock=utc_now
        ) as trail,
        opened_limiter(settings, settings.service_url, secret=digest_key) as limiter,
    ):
        store = _evidence_store(settings, opened, keys)
        if store is not None:
            sweep(opened.log, store.shelf, utc_now)
        signing = [f"{signer.name}+{key.verifier.key_id.hex()}" for key in signer.keys]
        held = [*signing, *keys.now().key_ids]
        trail.note(command_run(operator(), "registry serve", "begun", held))
        app = create_app(
            opened.log,
            opened.publisher,
            digest_key=digest_key,
            authenticate=authenticate or nobody,
            clock=utc_now,
            cabinet=opened.cabinet,
            evidence_store=store,
            trail=trail,
            browsers=Browsers.told(settings.cors_origins, hsts_seconds=settings.hsts_seconds),
            room=Room(
                limits=Limits(
                    threads=settings.threads,
                    max_in_flight=settings.max_in_flight,
                    limiter=limiter,
                    bodies=BodyLimits(
                        most_bytes=settings.body_bytes, seconds=settings.body_seconds
                    ),
                ),
                read_threads=settings.read_threads,
                max_writing=settings.queue_size,
                max_waiting=settings.max_waiting,
                wait_seconds=settings.wait_seconds,
                kept_bytes=settings.kept_bytes,
                max_exports=settings.exports_under_way,
                max_exports_each=settings.exports_under_way_each,
                evidence=EvidenceRoom(
                    most_bytes=settings.evidence_bytes,
                    seconds=settings.evidence_seconds,
                    uploads=settings.evidence_uploads,
                    downloads=settings.evidence_downloads,
                ),
                drafts=Bounds(
                    section_bytes=settings.draft_section_bytes,
                    drafts_per_participant=settings.drafts_per_participant,
                ),
            ),
        )
        host, port = listener.getsockname()[:2]
        logger.info(
            "service_started",
            host=host,
            port=port,
            version=API_VERSION,
            origin=signer.name,
            signing_keys=[key.verifier.text for key in signer.keys],
            encryption_keys=list(keys.now().key_ids),
            dialect=opened.engine.dialect.name,
            signed_size=opened.publisher.latest().size,
            issuer=issuer_named(settings),
        )
        watcher = app.state.reading.watcher
        serve(app, listener, on_stop=watcher.stop, drain_seconds=settings.drain_seconds)


def _evidence_store(settings: RegistrySettings, opened: Opened, keys: Keys) -> EvidenceStore | None:
    if settings.evidence_folder is None:
        return None
    shelf = Shelf(
        engine=opened.engine,
        folder=Folder(settings.evidence_folder),
        clock=utc_now,
        most_bytes=settings.evidence_bytes_per_participant,
    )
    return EvidenceStore(shelf=shelf, origin=settings.origin, keys=keys)
