"""Evidence: what bytes are, by looking into them; a short list of kinds and nothing else.

Only what is needed to tell kinds apart is read. Nothing is unpacked but the short entries of an
office document that say what it is; one that carries macros is refused.
"""

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Final, get_args
from zipfile import BadZipFile, ZipFile

from contracts.events.evidence import MediaType
from services.kit.errors import Malformed

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
SUFFIXES: Final[Mapping[str, str]] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "text/plain": "txt",
    "text/csv": "csv",
    f"{_OOXML}wordprocessingml.document": "docx",
    f"{_OOXML}spreadsheetml.sheet": "xlsx",
    f"{_OOXML}presentationml.presentation": "pptx",
    f"{_ODF}text": "odt",
    f"{_ODF}spreadsheet": "ods",
    f"{_ODF}presentation": "odp",
}
"""Ending of a file's name by media type: all kinds that are taken."""
MEDIA_TYPES: Final[tuple[MediaType, ...]] = get_args(MediaType)

_TEXTS: Final = ("text/plain", "text/csv")
_MAIN_PARTS: Final[Mapping[str, str]] = {
    "word/document.xml": f"{_OOXML}wordprocessingml.document",
    "xl/workbook.xml": f"{_OOXML}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{_OOXML}presentationml.presentation",
}
_MOST_PARTS: Final = 10_000
_MACROS: Final = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml)$|^(Basic|Scripts)/", re.IGNORECASE
)
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND\xaeB`\x82"


class NotOfItsType(Malformed):
    """Bytes are what their media type says, and one of the kinds that are taken.

    Text is UTF-8 without control characters; an office document carries no macros and is not
    locked by a password.
    """

    code = "not-of-its-type"
    title = "The bytes are not what their media type says."


def check_kind(raw: bytes, media_type: str) -> None:
    """Refuse bytes that are not of the type that was declared for them.

    Raises:
        NotOfItsType: they are not.
    """
    if media_type in _TEXTS:
        if not _is_text(raw):
            raise NotOfItsType("expected text in UTF-8 without control characters")
    elif _found_in(raw) != media_type:
        raise NotOfItsType(f"expected {media_type}")


def _found_in(raw: bytes) -> str | None:
    """Say of which kind bytes are; `None` where they are of none but perhaps text."""
    if raw.startswith(b"%PDF-") and b"%%EOF" in raw[-1024:]:
        return "application/pdf"
    if raw.startswith(_PNG) and raw[12:16] == b"IHDR" and raw.endswith(_PNG_END):
        return "image/png"
    if raw.startswith(b"\xff\xd8\xff") and raw.endswith(b"\xff\xd9"):
        return "image/jpeg"
    if raw.startswith(b"PK\x03\x04"):
        return _office_document(raw)
    return None


def _is_text(raw: bytes) -> bool:
    try:
        return not _NOT_TEXT.search(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _office_document(raw: bytes) -> str | None:
    """Say which office document a ZIP archive is; `None` where it is none, or carries macros."""
    try:
        with ZipFile(BytesIO(raw)) as archive:
            names = archive.namelist()
            if len(names) > _MOST_PARTS or any(_MACROS.search(name) for name in names):
                return None
            if names and names[0] == "mimetype":
                return _open_document(raw)
            if "[Content_Types].xml" not in names:
                return None
            return next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
    except (BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return None


def _open_document(raw: bytes) -> str | None:
    """Read the entry `mimetype`, which is stored first and as it is (OpenDocument, part 2, 3.3)."""
    begin = 30 + int.from_bytes(raw[26:28], "little") + int.from_bytes(raw[28:30], "little")
    said = raw[begin : begin + 64]
    for kind in ("text", "spreadsheet", "presentation"):
        named = f"{_ODF}{kind}".encode()
        if said.startswith(named) and said[len(named) : len(named) + 2] == b"PK":
            return named.decode()
    return None
