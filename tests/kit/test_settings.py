from pathlib import Path

import pytest
from pydantic import BaseModel, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.kit.settings import ServiceSettings, SettingsRefused, describe, read_settings


class Neighbour(BaseModel):
    street: str


class Sample(ServiceSettings):
    """Settings of a service that exists only here."""

    model_config = SettingsConfigDict(env_prefix="SAMPLE_")

    database_url: SecretStr
    """Where the
    data is."""
    port: int = Field(default=8001, ge=1, le=65535)
    """Port to listen on."""
    neighbours: tuple[Neighbour, ...] = ()
    """Who lives near by."""
    folder: Path | None = None
    """A folder."""


COMPLETE = {"SAMPLE_DATABASE_URL": "sqlite:///canary", "HOME": "/"}


def test_settings_come_from_variables_with_the_prefix() -> None:
    settings = read_settings(Sample, {**COMPLETE, "SAMPLE_PORT": "9000"})
    assert settings.database_url.get_secret_value() == "sqlite:///canary"
    assert settings.port == 9000


def test_the_command_line_wins_over_the_environment() -> None:
    assert read_settings(Sample, {**COMPLETE, "SAMPLE_PORT": "9000"}, port=1).port == 1
    assert read_settings(Sample, {**COMPLETE, "SAMPLE_PORT": "9000"}, port=None).port == 9000


def test_settings_cannot_be_changed_after_start() -> None:
    settings = read_settings(Sample, COMPLETE)
    with pytest.raises(ValueError, match="frozen"):
        settings.port = 2  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "SAMPLE_DATABASE_URL: Field required"),
        ({**COMPLETE, "SAMPLE_PROT": "1"}, "SAMPLE_PROT: no setting has this name"),
        ({**COMPLETE, "SAMPLE_PORT": "canary"}, "SAMPLE_PORT: Input should be a valid integer"),
        ({**COMPLETE, "SAMPLE_PORT": "0"}, "SAMPLE_PORT: Input should be greater than"),
        ({**COMPLETE, "SAMPLE_NEIGHBOURS": "{canary"}, "SAMPLE_NEIGHBOURS: expected JSON"),
        ({**COMPLETE, "SAMPLE_NEIGHBOURS": '[{"house": "canary"}]'}, "SAMPLE_NEIGHBOURS.0.street"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_never_shown(
    environment: dict[str, str], expected: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(Sample, environment)
    assert expected in str(refused.value)
    assert "canary" not in str(refused.value)


def test_every_setting_can_be_described_for_its_page() -> None:
    url, port, *_ = describe(Sample)
    assert (url.variable, url.default, url.is_secret) == ("SAMPLE_DATABASE_URL", None, True)
    assert url.meaning == "Where the data is."
    assert (port.default, port.is_secret) == ("8001", False)


def test_a_secret_does_not_show_in_the_text_of_the_settings() -> None:
    assert "canary" not in repr(read_settings(Sample, COMPLETE))
