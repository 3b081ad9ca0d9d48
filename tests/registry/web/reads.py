"""Registry web: every read with a target that answers; a route without a row fails a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests import makers


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A read that answers 200."""

    target: str
    by: str | None = None
    parameters: tuple[str, ...] = ()
    """Query parameters that are whole numbers from 0 or 1 on."""


MONTH = f"{makers.NOW:%Y-%m}"
READS: Mapping[str, Read] = MappingProxyType(
    {
        "/v1/events": Read(target="/v1/events?after=0", parameters=("after", "wait")),
        "/v1/export": Read(target="/v1/export"),
        "/checkpoint": Read(target="/checkpoint"),
        "/tile/{path}": Read(target="/tile/0/000.p/1"),
        "/v1/receipts/{position}": Read(target="/v1/receipts/1"),
        "/v1/proofs/inclusion": Read(
            target="/v1/proofs/inclusion?position=1&size=1", parameters=("position", "size")
        ),
        "/v1/proofs/consistency": Read(
            target="/v1/proofs/consistency?from=1&to=1", parameters=("from", "to")
        ),
        "/v1/disclosures": Read(
            target="/v1/disclosures?after=0", by="secretariat", parameters=("after",)
        ),
        "/v1/evidence/{code}/{digest}": Read(target=f"/v1/evidence/ZZA/{makers.bytes_digest()}"),
        "/v1/participants/{code}/evidence-files/{digest}": Read(
            target=f"/v1/participants/ZZA/evidence-files/{makers.bytes_digest()}", by="ZZA"
        ),
        "/v1/participants/{code}/own-data": Read(target="/v1/participants/ZZA/own-data", by="ZZA"),
        "/v1/disclosures/{position}": Read(target="/v1/disclosures/1", by="secretariat"),
        "/v1/trail": Read(target="/v1/trail", by="secretariat"),
        "/v1/trail/{month}/events": Read(
            target=f"/v1/trail/{MONTH}/events?after=0", by="secretariat", parameters=("after",)
        ),
        "/v1/trail/{month}/checkpoint": Read(
            target=f"/v1/trail/{MONTH}/checkpoint", by="secretariat"
        ),
        "/v1/trail/{month}/export": Read(target=f"/v1/trail/{MONTH}/export", by="secretariat"),
        "/contracts/{path}": Read(target="/contracts/feed/page/1.0.0/schema.json"),
        "/health/live": Read(target="/health/live"),
        "/health/ready": Read(target="/health/ready"),
        "/metrics": Read(target="/metrics"),
    }
)
