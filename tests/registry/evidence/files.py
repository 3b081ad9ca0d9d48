"""Evidence: small files of each kind, made here, and some that are not what they say."""

import struct
import zlib
from io import BytesIO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def png() -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    header = bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
    pixels = zlib.compress(b"\x00\x00")
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


MACROS = b'<Types><Override ContentType="application/vnd.ms-office.vbaProject"/></Types>'


def ooxml(main: str, *more: str, types: bytes = b"<x/>", comment: bytes = b"") -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.comment = comment
        archive.writestr("[Content_Types].xml", types)
        for name in (main, *more):
            archive.writestr(name, "<x/>")
    return written.getvalue()


def locked(archive: bytes) -> bytes:
    """Say of the first entry that a password locks it, in the list of parts."""
    at = archive.index(b"PK\x01\x02") + 8
    return archive[:at] + b"\x01" + archive[at + 1 :]


def hiding(archive: bytes) -> bytes:
    """Say the length of the list of parts by a record of ZIP64, and another one at the end."""
    end = archive[-22:]
    count, size, begin = struct.unpack("<HLL", end[10:20])
    numbers = struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, count, count, size, begin)
    record = b"PK\x06\x06" + numbers
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, len(archive) - 22, 1)
    return archive[:-22] + record + locator + end[:12] + struct.pack("<L", 46) + end[16:]


def odf(kind: str, *more: str, text: str = "<x/>") -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr(ZipInfo("mimetype"), f"{ODF}{kind}", compress_type=ZIP_STORED)
        for name in ("content.xml", *more):
            archive.writestr(name, text)
    return written.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"

FILES: dict[str, bytes] = {
    "application/pdf": PDF,
    "image/png": png(),
    "image/jpeg": JPEG,
    "text/plain": "Программа: first day.\r\n\tTwo courses.\n".encode(),
    "text/csv": b"day,course\n1,first\n",
    f"{OOXML}wordprocessingml.document": ooxml("word/document.xml"),
    f"{OOXML}spreadsheetml.sheet": ooxml("xl/workbook.xml"),
    f"{OOXML}presentationml.presentation": ooxml("ppt/presentation.xml"),
    f"{ODF}text": odf("text"),
    f"{ODF}spreadsheet": odf("spreadsheet"),
    f"{ODF}presentation": odf("presentation"),
}
"""A file of each kind that is taken, by media type."""

HOSTILE: dict[str, tuple[str, bytes]] = {
    "a page called a document": ("application/pdf", b"<html><script>canary()</script></html>"),
    "a document cut in the middle": ("application/pdf", PDF[:20]),
    "a picture without an end": ("image/png", png()[:-4]),
    "a picture of another kind": ("image/jpeg", png()),
    "a program": ("application/pdf", b"MZ\x90\x00canary"),
    "a vector picture, which can run": ("image/png", b"<svg onload='canary()'/>"),
    "text with a null": ("text/plain", b"canary\x00"),
    "text in another encoding": ("text/plain", "канарейка".encode("utf-16")),
    "text that drives a terminal": ("text/csv", b"a,b\n\x1b[2Jcanary"),
    "text that drives a terminal by one sign": ("text/csv", "a,b\n\x9b2Jcanary".encode()),
    "text cut in a letter": ("text/plain", "канарейка".encode()[:-1]),
    "nothing": ("text/plain", b""),
    "an archive that is no document": (f"{OOXML}spreadsheetml.sheet", ooxml("canary.txt")),
    "another document": (f"{OOXML}spreadsheetml.sheet", ooxml("word/document.xml")),
    "a document with macros": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", "word/vbaProject.bin"),
    ),
    "a document with macros under another name": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", "word/canary.bin", types=MACROS),
    ),
    "a document that says of macros in another encoding": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", types=MACROS.decode().encode("utf-16")),
    ),
    "a document that says too much": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", types=b"<x/>" + b" " * 2**20),
    ),
    "an open document locked by a password": (
        f"{ODF}text",
        odf("text", "META-INF/manifest.xml", text="<x><manifest:encryption-data/></x>"),
    ),
    "a locked archive": (f"{OOXML}wordprocessingml.document", locked(ooxml("word/document.xml"))),
    "an archive with a comment": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", comment=b"canary"),
    ),
    "a long list of parts": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", *(f"{number:x}" for number in range(25_000))),
    ),
    "a long list of parts behind a short one": (
        f"{OOXML}wordprocessingml.document",
        hiding(ooxml("word/document.xml", *(f"{number:x}" for number in range(25_000)))),
    ),
    "an open document with macros": (f"{ODF}text", odf("text", "Basic/Standard/canary.xml")),
    "a broken archive": (f"{ODF}text", odf("text")[:60]),
    "an archive without an end": (f"{OOXML}wordprocessingml.document", b"PK\x03\x04canary"),
}
"""Declared type and bytes that are something else."""
