"""Registry: how often somebody may ask follows from its settings."""

from ipaddress import ip_network

import pytest
from pydantic_settings import SettingsConfigDict

from services.kit.settings import SettingsRefused, read_settings
from services.registry.limits import SHARED, RegistryLimits, opened_limiter
from services.registry.settings import RegistrySettings
from tests.databases import Database


class Alone(RegistryLimits):
    """The same without all the others."""

    model_config = SettingsConfigDict(env_prefix="ALONE_")


def test_every_budget_is_set_by_two_figures() -> None:
    given = {"ALONE_WRITES_PER_MINUTE": "7", "ALONE_WRITES_BURST": "3"}
    budgets = {one.name: (one.per_minute, one.burst) for one in read_settings(Alone, given).budgets}
    assert budgets == {
        "read": (6_000, 1_200),
        "expensive_read": (600, 120),
        "write": (7, 3),
        "validation": (120, 60),
        "export": (12, 6),
    }
    assert set(SHARED) < set(budgets)
    assert set(RegistryLimits.model_fields) <= set(RegistrySettings.model_fields)


def test_nobody_is_trusted_about_addresses_unless_named() -> None:
    assert read_settings(Alone, {}).proxies.networks == ()
    given = {
        "ALONE_TRUSTED_PROXIES": '["10.0.3.0/24", "fd00::/8", "192.0.2.1"]',
        "ALONE_FORWARDED_HEADER": "forwarded",
    }
    proxies = read_settings(Alone, given).proxies
    expected = (ip_network("10.0.3.0/24"), ip_network("fd00::/8"), ip_network("192.0.2.1/32"))
    assert (proxies.networks, proxies.header) == (expected, "forwarded")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRUSTED_PROXIES", '["0.0.0.0/0"]'),
        ("TRUSTED_PROXIES", '["10.0.0.0/8", "::/0"]'),
        ("TRUSTED_PROXIES", '["10.0.0.1/8"]'),
        ("TRUSTED_PROXIES", '["a proxy"]'),
        ("FORWARDED_HEADER", "x-real-ip"),
        ("READS_PER_MINUTE", "0"),
        ("WRITES_BURST", "0"),
        ("EXPORTS_UNDER_WAY_EACH", "0"),
        ("VALIDATIONS_PER_MINUTE", "6000001"),
    ],
)
def test_a_setting_that_would_let_everybody_through_or_nobody_is_refused(
    name: str, value: str
) -> None:
    with pytest.raises(SettingsRefused, match=f"ALONE_{name}"):
        read_settings(Alone, {f"ALONE_{name}": value})


def test_only_postgresql_shares(database: Database) -> None:
    with opened_limiter(read_settings(Alone, {}), database.url, secret=b"s") as limiter:
        assert (limiter.shared is not None) == (database.dialect == "postgresql")
