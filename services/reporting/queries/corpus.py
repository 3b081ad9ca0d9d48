"""Questions on the corpus: what a stranger needs to make every public answer again."""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import Connection, select

from contracts.catalogue import BASE, catalogue, path_of
from contracts.merkle import Frontier
from services.kit.errors import Unavailable
from services.reporting.projections.head import projection_checkpoint
from services.reporting.queries.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """The log as the registry signed it."""

    size: int
    root: bytes
    note: str
    """The signed checkpoint."""


def get_signed(connection: Connection, generation: int) -> Signed:
    """Give the last signed checkpoint whose root a generation was found to have.

    Raises:
        Unavailable: none yet.
    """
    table = projection_checkpoint.c
    row = connection.execute(
        select(table.proven_position, table.proven_frontier, table.checkpoint).where(
            table.generation == generation, table.checkpoint.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise Unavailable("nothing is projected yet that the registry has signed")
    frontier = Frontier.from_bytes(row.proven_position, row.proven_frontier)
    return Signed(size=row.proven_position, root=frontier.root(), note=row.checkpoint)


@lru_cache(maxsize=1)
def contract_files() -> tuple[Row, ...]:
    """Give every published contract and data set, as the registry serves it; read once."""
    known = catalogue()
    return tuple(
        file_row(
            f"contracts/{identifier.removeprefix(BASE)}",
            path_of(identifier).read_bytes(),
            kind="contract" if identifier in known.schemas else "data",
            service="registry",
            href=f"/contracts/{identifier.removeprefix(BASE)}",
        )
        for identifier in sorted({*known.schemas, *known.documents})
    )


def file_row(path: str, body: bytes, *, kind: str, service: str, href: str) -> Row:
    """Describe a file of the corpus.

    Args:
        path: where it lies in a copy of the corpus.
        body: its bytes.
        kind: `contract`, `data` or `dimension`.
        service: which service gives it.
        href: its address there.
    """
    return {
        "path": path,
        "kind": kind,
        "service": service,
        "href": href,
        "media_type": "text/csv" if path.endswith(".csv") else "application/json",
        "bytes": len(body),
        "sha256": sha256(body).hexdigest(),
    }
