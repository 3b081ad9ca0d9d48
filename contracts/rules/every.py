"""Contracts room: every rule as a function, by its code."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.rules import across, cover, earlier, register, statements, treaties
from contracts.rules.checks import Check

CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.code: check
        for module in (cover, treaties, statements, across, register, earlier)
        for check in module.CHECKS
    }
)
