"""Copies: where the public corpus is read from, a running service or a folder."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

import httpx

from contracts.canonical import canonical
from services.kit.errors import Unavailable
from services.reporting.export import ExportFeed
from services.reporting.feed import Feed, HttpFeed

MANIFEST = "manifest.json"
LARGEST_MANIFEST = 16 * 2**20
SECONDS = 60.0


class Source(Protocol):
    """Where a corpus is read from."""

    def manifest(self) -> bytes:
        """Give its manifest."""
        ...

    def settle(self, manifest: Mapping[str, Any]) -> None:
        """Take from the manifest, now that it is checked, where everything else is."""
        ...

    def file(self, row: Mapping[str, Any]) -> bytes:
        """Give a file by its row in the manifest; a byte more than it says where it is longer."""
        ...

    def feed(self, manifest: Mapping[str, Any]) -> Feed:
        """Give the log."""
        ...


class Folder:
    """A copy that somebody kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def manifest(self) -> bytes:
        """Read the manifest."""
        return _read(self._folder / MANIFEST, LARGEST_MANIFEST)

    def settle(self, manifest: Mapping[str, Any]) -> None:
        """Do nothing: everything is in the folder."""

    def file(self, row: Mapping[str, Any]) -> bytes:
        """Read a file."""
        return _read(self._folder / row["path"], row["bytes"])

    def feed(self, manifest: Mapping[str, Any]) -> Feed:
        """Open the export."""
        return ExportFeed(self._folder / manifest["log"]["path"])


class Online:
    """The services themselves."""

    def __init__(self, client: httpx.Client, address: str, *, registry: str | None) -> None:
        """Prepare.

        Args:
            client: without a base.
            address: of the manifest.
            registry: where the registry is, whatever the manifest says.
        """
        self._client, self._address, self._registry = client, address, registry
        parts = urlsplit(address)
        self._reporting = f"{parts.scheme}://{parts.netloc}"

    def manifest(self) -> bytes:
        """Ask for the manifest."""
        return self._get(self._address, LARGEST_MANIFEST)

    def settle(self, manifest: Mapping[str, Any]) -> None:
        """Take the registry's address from the manifest, unless it was given."""
        told = manifest["registry"]
        self._registry = self._registry or (told.rstrip("/") if told else self._reporting)

    def file(self, row: Mapping[str, Any]) -> bytes:
        """Ask the service that has it for a file."""
        base = self._registry if row["service"] == "registry" else self._reporting
        return self._get(f"{base}{row['href']}", row["bytes"])

    def feed(self, manifest: Mapping[str, Any]) -> Feed:  # noqa: ARG002 - it is where it always is
        """Follow the registry's feed."""
        self._client.base_url = httpx.URL(self._registry or self._reporting)
        return HttpFeed(self._client)

    def _get(self, address: str, most: int) -> bytes:
        parts, size = [], 0
        path = urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
        try:
            with self._client.stream("GET", address) as response:
                if response.status_code != httpx.codes.OK:
                    raise Unavailable(f"expected 200 for {path}, got {response.status_code}")
                for part in response.iter_bytes():
                    parts.append(part)
                    size += len(part)
                    if size > most:
                        break
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable(f"{path}: {type(error).__name__}") from error
        return b"".join(parts)[: most + 1]


class Keeping:
    """A source whose every byte is also written into a folder, in the form that `Folder` reads."""

    def __init__(self, source: Source, folder: Path) -> None:
        self._source, self._folder = source, folder

    def manifest(self) -> bytes:
        """Give and keep the manifest."""
        return self._kept(MANIFEST, self._source.manifest())

    def settle(self, manifest: Mapping[str, Any]) -> None:
        """Settle the source."""
        self._source.settle(manifest)

    def file(self, row: Mapping[str, Any]) -> bytes:
        """Give and keep a file."""
        return self._kept(row["path"], self._source.file(row))

    def feed(self, manifest: Mapping[str, Any]) -> Feed:
        """Give the log; `kept_in` keeps it."""
        return self._source.feed(manifest)

    def _kept(self, path: str, body: bytes) -> bytes:
        file = self._folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        return body


class KeptFeed:
    """A feed whose pages are written as an export."""

    def __init__(self, feed: Feed, file: BinaryIO) -> None:
        self._feed, self._file = feed, file

    def checkpoint(self) -> str:
        """Give the feed's own."""
        return self._feed.checkpoint()

    def page(self, after: int, wait_seconds: int) -> bytes:
        """Give and keep a page; an empty one is none."""
        page = self._feed.page(after, wait_seconds).rstrip(b"\n")
        if page != b"[]":
            self._file.write(page + b"\n")
        return page


@contextmanager
def kept_in(feed: Feed, file: Path | None) -> Iterator[Feed]:
    """Keep the log as an export while it is read; its last line comes when all went well."""
    if file is None:
        yield feed
        return
    with file.open("wb") as opened:
        yield KeptFeed(feed, opened)
        opened.write(canonical({"checkpoint": feed.checkpoint()}) + b"\n")


@contextmanager
def source_of(source: str, *, registry: str | None, keep: Path | None) -> Iterator[Source]:
    """Open the source that somebody names: an address, or a folder.

    Args:
        source: as it was typed.
        registry: address of the registry, where another one than the manifest's is to be asked.
        keep: folder to keep a copy in.

    Raises:
        OSError: the folder cannot be read, or not be written.
    """
    if not source.startswith(("http://", "https://")):
        yield Folder(Path(source))
        return
    with httpx.Client(timeout=SECONDS) as client:
        online = Online(client, source, registry=registry.rstrip("/") if registry else None)
        if keep is None:
            yield online
            return
        keep.mkdir(parents=True, exist_ok=True)
        yield Keeping(online, keep)


def _read(file: Path, most: int) -> bytes:
    with file.open("rb") as opened:
        return opened.read(most + 1)
