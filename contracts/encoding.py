"""Strict text forms of bytes, numbers and moments: one value has one spelling, or it is refused."""

import base64
import binascii
import re
from datetime import UTC, date, datetime

from contracts.errors import VerificationFailed

DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def to_base64(data: bytes) -> str:
    """Spell bytes in standard Base 64 with padding (RFC 4648 §4)."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Read standard Base 64, refusing every spelling but the one `to_base64` gives."""
    try:
        data = binascii.a2b_base64(text.encode("ascii"), strict_mode=True)
    except (binascii.Error, UnicodeEncodeError):
        raise VerificationFailed("expected standard Base 64") from None
    if to_base64(data) != text:
        raise VerificationFailed("expected Base 64 without stray bits")
    return data


def to_base64url(data: bytes) -> str:
    """Spell bytes in the URL-safe alphabet without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Read unpadded URL-safe Base 64, refusing every spelling but the one `to_base64url` gives."""
    if "+" in text or "/" in text or "=" in text:
        raise VerificationFailed("expected the URL-safe alphabet without padding")
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    return from_base64(padded)


def parse_decimal(text: str) -> int:
    """Read a non-negative decimal below 10^19 without leading zeros or sign."""
    if not DECIMAL.fullmatch(text):
        raise VerificationFailed("expected a decimal number without leading zeros")
    return int(text)


def instant(moment: datetime) -> str:
    """Spell a moment as it stands in a leaf: UTC, always six digits, `Z`.

    Raises:
        ValueError: the moment names no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="microseconds") + "Z"


def is_instant(text: str) -> bool:
    """Say whether a text is a real moment, spelled as `instant` does."""
    if not INSTANT.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_date(text: str) -> bool:
    """Say whether a text is a real day, spelled `YYYY-MM-DD`."""
    if not DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
