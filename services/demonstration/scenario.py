"""What happens, in order: every step is one write to the registry over HTTP."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.demonstration import compilation, fictitious
from services.demonstration.facts import rows

CYCLE = "2026"
FEATURED = "KAZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One request; its key makes a second start of the same folder a replay, not a repetition."""

    title: str
    path: str
    body: dict[str, Any]
    stream: str
    version: int
    """Version of the stream before this step; 0 = the step creates it."""

    @property
    def headers(self) -> dict[str, str]:
        """Give the precondition and the idempotency key."""
        condition = {"If-Match": f'"{self.version}"'} if self.version else {"If-None-Match": "*"}
        return {"Idempotency-Key": f"demonstration-{self.stream}-{self.version + 1}", **condition}


def steps(today: date) -> Iterator[Step]:
    """Give every step; the last one is a fictitious participant's submission.

    Args:
        today: the day of the first start; the cycle's dates hang on it.
    """
    versions: Counter[str] = Counter()

    def step(title: str, path: str, stream: str, body: dict[str, Any]) -> Step:
        versions[stream] += 1
        return Step(title=title, path=path, body=body, stream=stream, version=versions[stream] - 1)

    def act(code: str, title: str, body: dict[str, Any]) -> Step:
        return step(title, f"/v1/participants/{code}/acts", f"participation-{code}", body)

    def submission(code: str, body: dict[str, Any]) -> Step:
        origin = body["document"]["cover"]["origin"].replace("_", " ")
        return step(f"{code}: {origin}", "/v1/reports", f"report-{code}-{CYCLE}", body)

    for row in rows("signatories"):
        yield act(row["code"], f"{row['name']} signed", compilation.signature(row))
    for row in rows("memberships"):
        title = f"{row['code']}: {row['status']} of {row['organisation']}"
        yield act(row["code"], title, compilation.membership(row))
    for code, name in fictitious.NAMES.items():
        yield act(code, f"{name['en']} signed", fictitious.signature(code))
    yield step("the cycle opens", "/v1/cycles", f"cycle-{CYCLE}", fictitious.cycle(today))
    for row in rows("signatories"):
        body = compilation.compilation(row["code"], row["name"], CYCLE)
        if body and row["kind"] == "state":
            yield submission(row["code"], body)
    for code in ("ZZA", "ZZB"):
        focal_point = fictitious.focal_point(code)
        path = f"/v1/participants/{code}/focal-points"
        yield step(f"{code}: focal point", path, f"focal-point-{code}", focal_point)
        plan = fictitious.plan(code)
        yield step(f"{code}: national plan", "/v1/plans", f"plan-{plan['plan_id']}", plan)
        yield submission(code, fictitious.report(code, CYCLE))
