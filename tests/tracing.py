"""Tests: the positions that an answer rests on, wherever in it they stand."""

from typing import Any


def positions_in(value: Any) -> set[int]:
    """Give every position that something in an answer rests on."""
    if isinstance(value, list):
        return {at for one in value for at in positions_in(one)}
    if not isinstance(value, dict):
        return set()
    own = set(value.get("positions", ()))
    return own | {at for one in value.values() for at in positions_in(one)}
