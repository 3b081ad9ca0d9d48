"""Kit: the health of an app of these tests; its contracts have names, and nobody reads them."""

from services.kit.health import Check, Health

LIVENESS = "https://contracts.example/liveness.json"
READINESS = "https://contracts.example/readiness.json"


def healthy(**checks: Check) -> Health:
    return Health(checks=checks, liveness=LIVENESS, readiness=READINESS)
