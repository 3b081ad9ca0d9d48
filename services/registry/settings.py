"""Registry: its settings, `REGISTRY_*`, read once in `cli.py` and passed on."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from sqlalchemy import make_url

from services.kit.addresses import DatabaseUrl
from services.kit.browsers import BrowserSettings
from services.kit.database import as_role
from services.kit.identity import IdentitySettings
from services.kit.settings import ServiceSettings
from services.registry.limits import RegistryLimits

ORIGIN = r"^[!-*,-~]{1,200}$"
ROLE = r"^[a-z_][a-z0-9_]{0,62}$"
ENCRYPTION_KEYS_FILE = "REGISTRY_ENCRYPTION_KEYS_FILE"


class DatabaseSettings(ServiceSettings):
    """Where the log lies: all that migrations need."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_")

    database_url: DatabaseUrl
    """Database of the log: `sqlite:///<path>` or `postgresql+psycopg://…`. The service logs in as
    the writer, migrations as the owner of the tables."""
    request_role: str | None = Field(default=None, pattern=ROLE)
    """PostgreSQL role that the service acts as for everything but appending: it reads, writes
    drafts, and sees the private rows of nobody but the party asked for. The writer is a member of
    it. On PostgreSQL it must be given; SQLite has no roles."""

    @property
    def service_url(self) -> str:
        """Address of the database as the service uses it: logged in as one, acting as another."""
        url = self.database_url.get_secret_value()
        is_postgresql = make_url(url).get_backend_name() == "postgresql"
        return as_role(url, self.request_role) if is_postgresql and self.request_role else url


class MigrationSettings(DatabaseSettings):
    """What `registry migrate` needs; runs as the owner of the tables."""

    origin: str | None = Field(default=None, pattern=ORIGIN)
    """As below; given here, the log is founded under this name, once and for ever."""
    encryption_keys_file: Path | None = None
    """As below; needed once, where a database of an earlier release holds something in clear."""
    trail_folder: Path | None = None
    """As below; its months are brought up as well, and who migrates is recorded there."""
    writer_role: str | None = None
    """PostgreSQL role that the registry service logs in as: adds, erases disclosures, nothing else.
    Given with REGISTRY_REQUEST_ROLE, which it is a member of."""
    reader_role: str | None = None
    """PostgreSQL role that only reads, for instance for backups."""
    eraser_role: str | None = None
    """PostgreSQL role that may delete disclosures by hand."""


class StoreSettings(DatabaseSettings):
    """Where the log and its checkpoint lie: what commands that look at the log or sign need."""

    checkpoint_store: Path
    """SQLite file, on a volume of its own, that keeps the last signed checkpoint outside the
    database, so that a restored or changed database is noticed."""
    origin: str = Field(pattern=ORIGIN)
    """Name of the log in its checkpoints and of its key, fixed when it is founded, for instance
    `registry.concord.example/log`. One that starts with `demonstration` takes fictitious
    participants."""
    signing_key_file: Path
    """File with the Ed25519 keys that sign checkpoints, mode 0600, never a link; `concord keys
    create` makes one. Looked at again while the service runs, so that a key is rotated without a
    stop."""


class TrailSettings(StoreSettings):
    """What the commands `registry trail` need."""

    trail_folder: Path
    """As below."""


class NotedSettings(ServiceSettings):
    """What commands need to record in the trail that they were run."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_")

    trail_folder: Path | None = None
    """As below; without it a command is not recorded, and says so."""
    checkpoint_store: Path | None = None
    """As above; needed with REGISTRY_TRAIL_FOLDER, whose months are compared with the checkpoints
    that lie beside it: a command does nothing where the trail is not as it was signed."""
    origin: str | None = Field(default=None, pattern=ORIGIN)
    """As above; needed where the trail has no month yet."""


class VerificationSettings(StoreSettings):
    """What `registry verify` needs."""

    encryption_keys_file: Path | None = None
    """As below. Without it the log is checked, and what is disclosed beside it is not looked at."""
    evidence_folder: Path | None = None
    """As below. With it, and the keys, files of evidence are held against their digests."""


class SweepSettings(DatabaseSettings):
    """What `registry sweep` needs."""

    evidence_folder: Path
    """As below."""


class EncryptionSettings(DatabaseSettings):
    """What the commands `registry encryption` need."""

    encryption_keys_file: Path
    """As below."""


class KeptSettings(StoreSettings):
    """The same, with what opens that which is kept encrypted."""

    encryption_keys_file: Path
    """File with the keys that encrypt what is sealed, drafts and evidence, mode 0600; `concord
    registry encryption add` makes one. Nothing of these can be read without it: keep a copy, and
    not with the backups of the database. Looked at again while the service runs."""


class ReminderSettings(KeptSettings):
    """What `registry remind` needs."""

    reminders_outbox: Path
    """Folder that messages are written to, one file each; it must be there. The files hold
    addresses of focal points: keep it from others, and empty it when they were sent."""
    reminders_from: str = Field(pattern=r"^[!-?A-~]{1,64}@[!-?A-~]{1,189}$")
    """Address that reminders come from."""
    reminders_days_before: int = Field(default=30, ge=0, le=366)
    """How many days before the due day the first reminder goes out."""
    reminders_actor: str = Field(default="remind", pattern=r"^[!-~]{1,64}$")
    """Who the log names as the one who recorded a reminder: an id, never a person's name."""
    smtp_host: str | None = None
    """Mail server that messages are handed to as well. None: they only lie in the outbox."""
    smtp_port: int = Field(default=587, ge=1, le=65_535)
    """Port of the mail server."""
    smtp_security: Literal["none", "starttls", "tls"] = "starttls"
    """How the connection is secured; `none` is for a server on the same host."""
    smtp_user: str | None = None
    """Name to log in with. None: without logging in."""
    smtp_password: SecretStr | None = None
    """Password to log in with."""
    smtp_ca_file: Path | None = None
    """File of the authorities (PEM) that vouch for the mail server. None: those of the system."""
    smtp_timeout_seconds: int = Field(default=30, ge=1, le=600)
    """How long the mail server may take for each answer."""


class RegistrySettings(RegistryLimits, IdentitySettings, BrowserSettings, KeptSettings):
    """Everything that `registry serve` needs."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_")

    request_digest_key: SecretStr = Field(min_length=32)
    """Key of the HMAC that binds an Idempotency-Key to its request; at least 32 characters. A new
    one makes retries of older requests look like other requests."""
    trail_folder: Path
    """Folder that records who read, took or was refused what is not public, a file of SQLite for
    each month; it must be there, of the service's user alone, not on a network file system. Where
    nothing can be recorded, nothing confidential is given out. The checkpoints of the months lie
    beside REGISTRY_CHECKPOINT_STORE. Give it to commands, too, so that they are recorded."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8001, ge=0, le=65_535)
    """Port to listen on; 0 takes a free one and says so."""
    threads: int = Field(default=80, ge=4, le=1_000)
    """Writes that may work at the same time, and so share one commit; the others wait for them."""
    read_threads: int = Field(default=16, ge=2, le=500)
    """Reads that may work at the same time; they never wait for a write."""
    connections: int = Field(default=16, ge=2, le=500)
    """Database connections kept for reading; twice as many while there is much to do. One more
    writes."""
    max_in_flight: int = Field(default=2_000, ge=10)
    """Requests beyond this many at once are answered 503."""
    body_bytes: int = Field(default=1_048_576, ge=16_384, le=1_048_576)
    """Largest body of a write; more get 413. The OpenAPI document says the most there may be."""
    body_seconds: float = Field(default=30.0, gt=0, le=600)
    """How long a body may take to arrive; then 408."""
    wait_seconds: int = Field(default=30, ge=0, le=30)
    """How long a reader of the feed may wait for the next entry, whatever it asks for."""
    max_waiting: int = Field(default=1_000, ge=0)
    """Readers of the feed that may wait for the next entry at the same time; more get 503."""
    kept_bytes: int = Field(default=128 * 2**20, ge=2**20)
    """Memory for answers that never change: full feed pages, full tiles."""
    queue_size: int = Field(default=1_024, ge=1)
    """Writes that may be under way at once, those that wait for a thread or the next commit
    included; more get 503 before their bodies are read."""
    draft_section_bytes: int = Field(default=262_144, ge=1_024, le=1_048_576)
    """Largest section of a draft, in bytes of canonical JSON; more get 413."""
    drafts_per_participant: int = Field(default=20, ge=1, le=1_000)
    """Drafts of one participant that are not submitted; more get 409."""
    evidence_folder: Path | None = None
    """Folder that files of evidence are kept in, encrypted; it must be there, of the service's user
    alone, and backed up with the database, which has the key of each file. None: evidence is
    neither taken nor shown."""
    evidence_bytes: int = Field(default=26_214_400, ge=1_024, le=1_073_741_824)
    """Largest file that is taken as evidence; more get 413."""
    evidence_bytes_per_participant: int = Field(default=10_737_418_240, ge=1_024)
    """Bytes of evidence that are held of one participant, put forward or not; more get 409."""
    evidence_seconds: float = Field(default=300.0, gt=0, le=3_600)
    """How long a file may take to arrive; then 408."""
    evidence_uploads: int = Field(default=8, ge=1, le=100)
    """Files that may be handed in at once, half of them for the same participant; more get 503, or
    429. A part of each is in memory at a time."""
    evidence_downloads: int = Field(default=32, ge=1, le=1_000)
    """Files that may be given out at once, a quarter of them to the same reader; more get 503, or
    429. A part of each is in memory at a time."""
    drain_seconds: int = Field(default=30, ge=1, le=600)
    """How long answers in flight may take after a stop was asked for."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Lowest level of log lines."""
    log_form: Literal["json", "columns"] = "json"
    """`json`, one object a line, or `columns` for a person at a terminal."""
