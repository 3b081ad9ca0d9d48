"""Evidence: small files of each kind, made here, and some that are not what they say."""

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


def ooxml(main: str, *more: str) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        for name in ("[Content_Types].xml", main, *more):
            archive.writestr(name, "<x/>")
    return written.getvalue()


def odf(kind: str, *more: str) -> bytes:
    written = BytesIO()
    with ZipFile(written, "w") as archive:
        archive.writestr(ZipInfo("mimetype"), f"{ODF}{kind}", compress_type=ZIP_STORED)
        for name in ("content.xml", *more):
            archive.writestr(name, "<x/>")
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
    "an archive that is no document": (f"{OOXML}spreadsheetml.sheet", ooxml("canary.txt")),
    "another document": (f"{OOXML}spreadsheetml.sheet", ooxml("word/document.xml")),
    "a document with macros": (
        f"{OOXML}wordprocessingml.document",
        ooxml("word/document.xml", "word/vbaProject.bin"),
    ),
    "an open document with macros": (f"{ODF}text", odf("text", "Basic/Standard/canary.xml")),
    "a broken archive": (f"{ODF}text", odf("text")[:60]),
    "an archive without an end": (f"{OOXML}wordprocessingml.document", b"PK\x03\x04canary"),
}
"""Declared type and bytes that are something else."""
