"""Real, public, sourced facts; not submissions. Each file's `meta` says where they come from."""

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def rows(name: str) -> tuple[dict[str, Any], ...]:
    """Give the rows of one file of facts.

    Args:
        name: `signatories`, `memberships`, `plans`, `public_facts` or `treaty_actions`.
    """
    text = files(__package__).joinpath(f"{name}.json").read_text(encoding="utf-8")
    return tuple(json.loads(text)["data"])


COMPILED_ON = "2026-11-21"
"""The day the facts were compiled: what the register then received from public sources."""
