"""Kit: an address of a database that is not understood is refused by name and never shown."""

import pytest
from pydantic import SecretStr

from services.kit.addresses import are_of_one_database
from services.kit.settings import SettingsRefused, read_settings
from services.registry.settings import DatabaseSettings
from services.reporting.settings import ReportingSettings


@pytest.mark.parametrize(
    "given",
    [
        *("", "canary", "canary://", "sqlite://", "sqlite:///", "sqlite:///:memory:"),
        *("postgres://u:canary@h/x", "postgresql://u:canary@h/x", "mysql://u:canary@h/x"),
        *("postgresql+psycopg://u:canary@h:port/x", "postgresql+psycopg://u:canary@[::1/x"),
        *("postgresql+psycopg2://u:canary@h/x", "sqlite+canary:///x.db"),
        *("postgresql+psycopg://h/x?canary=1", "postgresql+psycopg://h/x?connect_timeout=canary"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "name"),
    [(DatabaseSettings, "REGISTRY_DATABASE_URL"), (ReportingSettings, "REPORTING_DATABASE_URL")],
)
def test_an_address_that_is_not_understood_is_refused(
    kind: type[DatabaseSettings | ReportingSettings], name: str, given: str
) -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(kind, {name: given})
    expected = f"{name}: expected sqlite:///<path> or postgresql+psycopg://…"
    assert str(refused.value) == expected


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("sqlite:///one.db", "sqlite:///./one.db", True),
        ("sqlite:///one.db", "sqlite:///two.db", False),
        ("postgresql+psycopg://a:b@h/x", "postgresql+psycopg://c@h:5432/x", True),
        ("postgresql+psycopg://a@h/x", "postgresql+psycopg://a@h/y", False),
        ("postgresql+psycopg://a@h/x", "postgresql+psycopg://a@/x?host=h", True),
        ("postgresql+psycopg://a@h/x", "postgresql+psycopg://a@i/x", False),
        ("sqlite:///x", "postgresql+psycopg://a@h/x", False),
    ],
)
def test_two_addresses_of_one_database_are_known_whoever_logs_in(
    one: str, other: str, *, are_one: bool
) -> None:
    assert are_of_one_database(SecretStr(one), SecretStr(other)) is are_one
