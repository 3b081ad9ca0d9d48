"""Evidence: what bytes are, by looking into them; a short list of kinds and nothing else.

Only what is needed to tell kinds apart is read, and little of it is in memory at a time,
however large a file is. Nothing is unpacked but the short entries of an office document that say
what it is; one that carries macros or is locked is refused.
"""

import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from io import SEEK_END
from typing import BinaryIO, Final, get_args
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

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
_SOME_BYTES: Final = 65_536
_MOST_PARTS: Final = 10_000
_MOST_LISTED_BYTES: Final = 2**20
"""Of an archive's list of its parts: room for as many."""
_ZIP64_BYTES: Final = 20
_END_BYTES: Final = 22
_MOST_SAYING_BYTES: Final = 2**20
"""Of an entry that says what a document is, unpacked."""
_MACROS: Final = re.compile(
    r"(^|/)(vbaProject\.bin|vbaData\.xml)$|^(Basic|Scripts)/", re.IGNORECASE
)
_TYPES: Final = "[Content_Types].xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_SAID_OF_MACROS: Final = re.compile(rb"vbaProject|macroEnabled|\x00", re.IGNORECASE)
_SAID_OF_A_LOCK: Final = re.compile(rb"encryption-data|\x00")
"""A null: it is not in UTF-8, where the words would be spelled otherwise."""
_IS_LOCKED: Final = 0x1
_NOT_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND\xaeB`\x82"
_BROKEN: Final = (
    *(BadZipFile, ValueError, EOFError, KeyError, zlib.error),
    *(NotImplementedError, OverflowError, RuntimeError),
)
"""What an archive that is not one is told by."""


class NotOfItsType(Malformed):
    """Bytes are what their media type says, and one of the kinds that are taken.

    Text is UTF-8 without control characters; an office document carries no macros and is not
    locked by a password.
    """

    code = "not-of-its-type"
    title = "The bytes are not what their media type says."


def check_kind(file: BinaryIO, media_type: str, size_bytes: int) -> None:
    """Refuse bytes that are not of the type that was declared for them.

    Args:
        file: to read them from; where it stands does not matter.
        media_type: that was declared.
        size_bytes: of all of them.

    Raises:
        NotOfItsType: they are not, or there is none.
    """
    file.seek(0)
    if not size_bytes:
        raise NotOfItsType(f"expected {media_type}, the file is empty")
    if media_type in _TEXTS:
        if not _is_text(file):
            raise NotOfItsType("expected text in UTF-8 without control characters")
    elif _found_in(file, size_bytes) != media_type:
        raise NotOfItsType(f"expected {media_type}")


def _found_in(file: BinaryIO, size_bytes: int) -> str | None:
    """Say of which kind bytes are; `None` where they are of none but perhaps text."""
    begin = file.read(128)
    file.seek(-min(size_bytes, 1024), SEEK_END)
    end = file.read(1024)
    if begin.startswith(b"%PDF-") and b"%%EOF" in end:
        return "application/pdf"
    if begin.startswith(_PNG) and begin[12:16] == b"IHDR" and end.endswith(_PNG_END):
        return "image/png"
    if begin.startswith(b"\xff\xd8\xff") and end.endswith(b"\xff\xd9"):
        return "image/jpeg"
    if begin.startswith(b"PK\x03\x04"):
        return _office_document(file, size_bytes, begin)
    return None


def _is_text(file: BinaryIO) -> bool:
    decoder = getincrementaldecoder("utf-8")()
    try:
        while some := file.read(_SOME_BYTES):
            if _NOT_TEXT.search(decoder.decode(some)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _office_document(file: BinaryIO, size_bytes: int, begin: bytes) -> str | None:
    """Say which office document a ZIP archive is; `None` where it is none, or may not be one."""
    if not _is_short_list(file, size_bytes):
        return None
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            if not _may_be_looked_into(parts):
                return None
            if parts and parts[0].filename == "mimetype":
                manifest = _said(archive, _MANIFEST)
                is_locked = manifest is not None and _SAID_OF_A_LOCK.search(manifest)
                return None if is_locked else _open_document(begin)
            types = _said(archive, _TYPES)
            if types is None or _SAID_OF_MACROS.search(types):
                return None
            names = {part.filename for part in parts}
            return next((kind for part, kind in _MAIN_PARTS.items() if part in names), None)
    except _BROKEN:
        return None


def _is_short_list(file: BinaryIO, size_bytes: int) -> bool:
    """Say whether an archive's list of parts is short enough to be read as a whole.

    The archive's end says how long it is (APPNOTE 4.3.16), and is the file's end where nobody
    commented on it. With a record of ZIP64 before it (4.3.15) another figure would count.
    """
    file.seek(-min(size_bytes, _ZIP64_BYTES + _END_BYTES), SEEK_END)
    record, end = file.read(_ZIP64_BYTES), file.read(_END_BYTES)
    if not end.startswith(b"PK\x05\x06") or end[20:] != b"\x00\x00":
        return False
    is_short = int.from_bytes(end[12:16], "little") <= _MOST_LISTED_BYTES
    return is_short and not record.startswith(b"PK\x06\x07")


def _may_be_looked_into(parts: Sequence[ZipInfo]) -> bool:
    return len(parts) <= _MOST_PARTS and not any(
        part.flag_bits & _IS_LOCKED or _MACROS.search(part.filename) for part in parts
    )


def _said(archive: ZipFile, name: str) -> bytes | None:
    """Unpack a short entry; `None`: there is none.

    Raises:
        ValueError: it is not short, or packed in a way that documents are not.
    """
    if name not in archive.NameToInfo:
        return None
    if archive.NameToInfo[name].compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
        raise ValueError("expected an entry that is packed as documents are")
    with archive.open(name) as entry:
        said = entry.read(_MOST_SAYING_BYTES + 1)
    if len(said) > _MOST_SAYING_BYTES:
        raise ValueError("expected a short entry")
    return said


def _open_document(begin: bytes) -> str | None:
    """Read the entry `mimetype`, which is stored first and as it is (OpenDocument, part 2, 3.3)."""
    start = 30 + int.from_bytes(begin[26:28], "little") + int.from_bytes(begin[28:30], "little")
    said = begin[start:]
    for kind in ("text", "spreadsheet", "presentation"):
        named = f"{_ODF}{kind}".encode()
        if said.startswith(named) and said[len(named) : len(named) + 2] == b"PK":
            return named.decode()
    return None
