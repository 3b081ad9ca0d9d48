"""Reporting: its settings, `REPORTING_*`, read once in `cli.py` and passed on."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from contracts.errors import ContractError
from contracts.keyring import VerifierKeys
from services.kit.addresses import DatabaseUrl
from services.kit.browsers import BrowserSettings
from services.kit.identity import IdentitySettings
from services.kit.limit_settings import LimitSettings
from services.kit.settings import SettingsRefused


class ReportingSettings(LimitSettings, IdentitySettings, BrowserSettings):
    """Everything that reporting's commands need; each says what it cannot do without."""

    model_config = SettingsConfigDict(env_prefix="REPORTING_")

    database_url: DatabaseUrl
    """Database of the projections: `sqlite:///<path>` or `postgresql+psycopg://…`. Never the
    registry's."""
    registry_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    """Address of the registry, for instance `http://127.0.0.1:8001`. Needed by `project` and
    `rebuild`, and by `serve` where readers sign in: it is asked, with their own tokens, for what
    is disclosed to them."""
    public_registry_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    """Address at which the public reaches the registry, for the manifest of the public corpus.
    Without it the manifest says none, and its readers take reporting's own."""
    licence: str | None = Field(default=None, min_length=1, max_length=200)
    """Terms under which what participants wrote may be used, as an SPDX expression or an address;
    the manifest of the public corpus says it. Without it the manifest says that nobody did."""
    verifier_key: str | None = None
    """Key that the log's checkpoints are checked with, as `concord keys show` prints it, pinned
    here and never fetched; or several, with a space between, any of which suffices: pin old and new
    while the log changes its key. Needed by `project` and `rebuild`."""
    wait_seconds: int = Field(default=20, ge=0, le=60)
    """How long the projector lets the registry wait for the next entry."""
    stand_by_seconds: float = Field(default=5.0, gt=0, le=600)
    """How long a projector that found another one at work waits before it looks again."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8002, ge=0, le=65_535)
    """Port to listen on; 0 takes a free one and says so."""
    threads: int = Field(default=16, ge=1, le=1_000)
    """Answers that may be made at the same time, each in a thread with a connection to the
    database; the others wait. Answers in memory need neither."""
    max_in_flight: int = Field(default=2_000, ge=10)
    """Requests beyond this many at once are answered 503."""
    position_seconds: float = Field(default=2.0, gt=0, le=30)
    """How long a question with `min_position` waits for it; then 503."""
    max_waiting: int = Field(default=1_000, ge=0)
    """Readers that may wait for a position (`min_position`) at the same time; more get 503."""
    kept_bytes: int = Field(default=64 * 2**20, ge=2**20)
    """Memory for answers already rendered."""
    drain_seconds: int = Field(default=30, ge=1, le=600)
    """How long answers in flight may take after a stop was asked for."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Lowest level of log lines."""
    log_form: Literal["json", "columns"] = "json"
    """`json`, one object a line, or `columns` for a person at a terminal."""

    def verifier(self) -> VerifierKeys:
        """Give the pinned keys.

        Raises:
            SettingsRefused: none is set.
        """
        if self.verifier_key is None:
            raise SettingsRefused("REPORTING_VERIFIER_KEY: needed here")
        return VerifierKeys.parse(self.verifier_key)

    @property
    def origin(self) -> str | None:
        """Name of the log whose key is pinned; `None`: none is."""
        return None if self.verifier_key is None else self.verifier().name

    @field_validator("verifier_key")
    @classmethod
    def _is_key(cls, text: str | None) -> str | None:
        if text is not None:
            try:
                VerifierKeys.parse(text)
            except ContractError as error:
                raise ValueError(str(error)) from None
        return text
