"""Kit: JSON that everybody reads alike, from somebody who is not trusted yet."""

from collections.abc import Mapping
from typing import Any

import jiter


class NotStrict(ValueError):
    """These bytes are not one JSON object that everybody reads alike; says nothing of them."""


def read_object(raw: bytes) -> Mapping[str, Any]:
    """Read a JSON object.

    Args:
        raw: UTF-8 without a byte order mark; nothing but white space may follow.

    Raises:
        NotStrict: it is no object, a name stands in it twice, or a number is NaN or infinite.
    """
    try:
        value = jiter.from_json(
            raw, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="none"
        )
    except ValueError:
        raise NotStrict from None
    if not isinstance(value, dict):
        raise NotStrict
    return value
