"""Evidence: a file encrypted part by part, so that memory never holds more than one of them.

Each part is bound to its number and to whether it is the last one, and all of them to the key of
the file: none can be changed, left out, moved, added or taken from another file.
"""

from hashlib import sha256
from io import SEEK_CUR, SEEK_END, SEEK_SET, BufferedReader, RawIOBase
from typing import Any, BinaryIO

from services.kit.encryption import OVERHEAD_BYTES, DataKey, Undecipherable

PART_BYTES = 65_536
"""Of each part but the last, in clear."""
_STORED_BYTES = PART_BYTES + OVERHEAD_BYTES


def stored_bytes(size_bytes: int) -> int:
    """Give the size of the file that so many bytes make."""
    return size_bytes + OVERHEAD_BYTES * _parts(size_bytes)


def _parts(size_bytes: int) -> int:
    return -(-size_bytes // PART_BYTES)


def _place(part: int, *, is_last: bool) -> bytes:
    return f"{'last part' if is_last else 'part'} {part}".encode()


class Encrypting:
    """Bytes on their way into a file, under a key of their own."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin.

        Args:
            file: to write to, empty.
        """
        self.key = DataKey()
        self.size_bytes = 0
        self._file, self._hash = file, sha256()
        self._part, self._waiting = 0, bytearray()

    @property
    def digest(self) -> str:
        """Give the digest of all that was written."""
        return f"sha256:{self._hash.hexdigest()}"

    def write(self, some: bytes) -> None:
        """Take some bytes; whether a part is the last one shows when more come."""
        self._hash.update(some)
        self.size_bytes += len(some)
        self._waiting += some
        while len(self._waiting) > PART_BYTES:
            self._put(bytes(self._waiting[:PART_BYTES]), is_last=False)
            del self._waiting[:PART_BYTES]

    def end(self) -> None:
        """Write what waits as the last part; without any byte the file stays empty."""
        if self._waiting:
            self._put(bytes(self._waiting), is_last=True)

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(self.key.encrypt(plain, _place(self._part, is_last=is_last)))
        self._part += 1


class _Decrypting(RawIOBase):
    """The bytes in a file, decrypted where they are read; closing it closes the file."""

    def __init__(self, file: BinaryIO, key: DataKey, size_bytes: int) -> None:
        self._file, self._key, self._size_bytes = file, key, size_bytes
        self._at, self._part, self._plain = 0, -1, b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = SEEK_SET) -> int:
        start = {SEEK_SET: 0, SEEK_CUR: self._at, SEEK_END: self._size_bytes}[whence]
        if start + offset < 0:
            raise ValueError("expected a place in the file, not one before it")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read as much as the part has that stands here.

        Raises:
            Undecipherable: it is not what was written there.
        """
        part, begin = divmod(self._at, PART_BYTES)
        if self._at >= self._size_bytes:
            return 0
        if part != self._part:
            self._plain, self._part = self._decrypted(part), part
        some = self._plain[begin : begin + len(buffer)]
        buffer[: len(some)] = some
        self._at += len(some)
        return len(some)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _decrypted(self, part: int) -> bytes:
        self._file.seek(part * _STORED_BYTES)
        is_last = part == _parts(self._size_bytes) - 1
        return self._key.decrypt(self._file.read(_STORED_BYTES), _place(part, is_last=is_last))


def decrypting(file: BinaryIO, key: DataKey, size_bytes: int) -> BufferedReader:
    """Read a file as the bytes that were written into it.

    Args:
        file: as `Encrypting` wrote it; closed with what is given.
        key: that it was written with.
        size_bytes: that were written.

    Raises:
        Undecipherable: here, the file is of another size; on reading, a part is not what was
            written there.
    """
    stored = file.seek(0, SEEK_END)
    if stored != stored_bytes(size_bytes):
        raise Undecipherable(
            f"expected a file of {stored_bytes(size_bytes)} bytes, it has {stored}"
        )
    return BufferedReader(_Decrypting(file, key, size_bytes), PART_BYTES)
