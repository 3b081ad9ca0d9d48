"""Kit: where a request comes from is what trusted proxies say, and nobody else."""

from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.proxies import Header, Proxies, key_of

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
CLIENT = "203.0.113.7"


def scope(peer: str | None, **headers: str | list[str]) -> dict[str, Any]:
    lines = [
        (name.replace("_", "-").encode(), value.encode("latin-1"))
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return {"client": None if peer is None else (peer, 40_000), "headers": lines}


def found(asked: dict[str, Any], header: Header = "x-forwarded-for") -> str:
    return str(Proxies(networks=TRUSTED, header=header).address_of(asked))


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip", "client_ip"])
def test_nobody_is_believed_where_no_proxy_is_named(header: str) -> None:
    names: tuple[Header, ...] = ("x-forwarded-for", "forwarded")
    for name in names:
        proxies = Proxies(header=name)
        asked = scope(CLIENT, **{header: "198.51.100.1"})
        assert str(proxies.address_of(asked)) == CLIENT


@pytest.mark.parametrize("said", ["198.51.100.1", "10.0.0.1", "::1", "198.51.100.1, 10.0.0.1"])
def test_who_is_no_proxy_of_ours_is_not_believed(said: str) -> None:
    assert found(scope(CLIENT, x_forwarded_for=said)) == CLIENT


@pytest.mark.parametrize(
    "said",
    [
        CLIENT,
        f"198.51.100.1, {CLIENT}",  # the client made up the left part
        f"10.0.0.9, {CLIENT}",  # and named one of ours there
        f"junk, , <script>, {CLIENT}",
        f"{CLIENT}, 10.0.0.2, 10.0.0.3",  # two proxies of ours one behind the other
        f"198.51.100.1 , {CLIENT},fd00::2",
        f"{CLIENT}:51234",
        ["198.51.100.1", CLIENT],
        ["198.51.100.1", f"198.51.100.2, {CLIENT}", "10.0.0.2"],
        ", ".join(["198.51.100.1"] * 5_000 + [CLIENT]),
        f'for="unterminated, {CLIENT}',
    ],
)
def test_a_proxy_of_ours_is_believed_about_who_connected_to_it(said: str | list[str]) -> None:
    assert found(scope("10.0.0.1", x_forwarded_for=said)) == CLIENT
    assert found(scope("::ffff:10.0.0.1", x_forwarded_for=said)) == CLIENT


@pytest.mark.parametrize("peer", [CLIENT, "2001:db8::7", "::ffff:203.0.113.7"])
@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
def test_who_is_asked_in_the_course_of_a_request_finds_where_it_comes_from(
    header: Header, peer: str
) -> None:
    """Two services of one operator: the first passes on what the second reads."""
    made_up = {"x_forwarded_for": "198.51.100.1", "forwarded": "for=198.51.100.1"}
    asked = scope(peer, **made_up)
    passed_on = Proxies(networks=TRUSTED, header=header).passed_on(asked)
    second = scope("10.0.0.5", **{name.replace("-", "_"): said for name, said in passed_on.items()})
    assert list(passed_on) == [header]
    assert found(second, header) == found(asked, header)
    assert found(second, header) in {CLIENT, "2001:db8::7"}


def test_where_an_address_is_not_known_none_is_passed_on() -> None:
    assert Proxies(networks=TRUSTED).passed_on(scope(None, x_forwarded_for=CLIENT)) == {}


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "unknown",
        "_hidden",
        "203.0.113.7.",
        "203.0.113.300",
        "0x7f.1",
        "2130706433",
        "203.0.113.7, ",
        "203.0.113.7, nonsense",
        "203.0.113.7, nonsense, 10.0.0.2",
        "fe80::1%eth0",
        "[2001:db8::1",
        "203.0.113.7:port",
        "203.0.113.7 198.51.100.1",
        "\xa0203.0.113.7",
        "2" * 60_000,
        "[" * 60_000,
    ],
)
def test_a_header_that_cannot_be_read_counts_for_nothing(said: str) -> None:
    assert found(scope("10.0.0.1", x_forwarded_for=said)) == "10.0.0.1"


def test_a_proxy_of_ours_that_says_nothing_is_who_asks() -> None:
    assert found(scope("10.0.0.1")) == "10.0.0.1"
    assert found(scope("10.0.0.1", forwarded=f"for={CLIENT}")) == "10.0.0.1"


def test_a_machine_among_the_proxies_may_ask_too() -> None:
    assert found(scope("10.0.0.1", x_forwarded_for="10.0.0.77, 10.0.0.2")) == "10.0.0.77"


def test_the_way_back_is_not_followed_for_ever() -> None:
    said = ", ".join([CLIENT, *["10.0.0.2"] * 10_000])
    assert found(scope("10.0.0.1", x_forwarded_for=said)) == "10.0.0.2"


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("for=203.0.113.7", CLIENT),
        ("For=203.0.113.7;proto=https;by=10.0.0.1", CLIENT),
        ('proto=https; for="203.0.113.7:4711"', CLIENT),
        ('for=198.51.100.1, for="[2001:db8::7]:443"', "2001:db8::7"),
        ('for="[2001:db8::7]", for=10.0.0.2', "2001:db8::7"),
        ('for="unterminated, for=203.0.113.7', CLIENT),
        (["for=198.51.100.1", "for=203.0.113.7"], CLIENT),
        ("for=_hidden", "10.0.0.1"),
        ("for=unknown", "10.0.0.1"),
        ("proto=https", "10.0.0.1"),
        ("for=203.0.113.7;for=198.51.100.1", "10.0.0.1"),
        ("for=", "10.0.0.1"),
        ('for="', "10.0.0.1"),
        ("for=" + " " * 60_000 + '"', "10.0.0.1"),
    ],
)
def test_the_standard_header_is_read_where_the_proxies_write_that(
    said: str | list[str], address: str
) -> None:
    other = "198.51.100.9"
    asked = scope("10.0.0.1", forwarded=said, x_forwarded_for=other)
    assert found(asked, "forwarded") == address
    assert found(asked) == other


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=80), max_size=6))
def test_whatever_a_client_writes_it_is_found_where_its_connection_came_from(
    written: list[str],
) -> None:
    """Its proxy puts the address behind it, on the same line or on one of its own."""
    lines = [line.replace("\n", "").replace("\r", "") for line in written]
    assert found(scope("10.0.0.1", x_forwarded_for=[*lines, CLIENT])) == CLIENT
    assert found(scope("10.0.0.1", x_forwarded_for=", ".join([*lines, CLIENT]))) == CLIENT
    standard = scope("10.0.0.1", forwarded=", ".join([*lines, f"for={CLIENT}"]))
    assert found(standard, "forwarded") == CLIENT


@pytest.mark.parametrize(
    ("peer", "key"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("testclient", "unknown"),
        (None, "unknown"),
    ],
)
def test_one_subscriber_is_one_key(peer: str | None, key: str) -> None:
    assert key_of(Proxies().address_of(scope(peer))) == key
