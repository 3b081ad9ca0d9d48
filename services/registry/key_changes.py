"""Registry: the one place where commands tell of a change of keys, for the record."""

from typing import Literal, TypeAlias

import structlog

from services.kit.logs import set_up_logs

Kind: TypeAlias = Literal["signing", "encryption"]
Change: TypeAlias = Literal["created", "added", "rewrapped", "retired", "compromised", "dropped"]

logger = structlog.get_logger(__name__)


def tell_of_change(kind: Kind, change: Change, key_id: str) -> None:
    """Write a log line that says what was done with which key, and never the key itself.

    Args:
        kind: what the key is for.
        change: what was done; it is done already.
        key_id: of the key, as `list` shows it.
    """
    set_up_logs("registry", level="INFO", form="json")
    logger.info("key_changed", kind=kind, change=change, key_id=key_id)
