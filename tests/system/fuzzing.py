"""System: Schemathesis at a running service, as a command of its own, by its OpenAPI document.

Every check is on, in every phase. What is said here beside that is what an OpenAPI document cannot
say, each with its reason; `fuzzing_hooks` says the rest.
"""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

SEED = 20_261_130
HOOKS = Path(__file__).parent / "fuzzing_hooks.py"
IS_LONG = bool(os.environ.get("CONCORD_FUZZ"))
"""Set it to any text for the long run: more examples, and the coverage of every role."""
EXAMPLES = 40 if IS_LONG else 2

CONFIG = f"""
hooks = "{HOOKS}"

[generation]
database = "none"
# U+0000 in text is refused by the gate, which no schema says; tests/registry/web/hostile has it.
allow-x00 = false

[checks]
enabled = true
# 412: the register has moved on, or is elsewhere; which version a stream has is no schema's matter.
positive_data_acceptance.expected-statuses = [
  "2xx", "304", "401", "403", "404", "409", "412",
]
# 428 (RFC 6585) is what a missing precondition is answered with.
missing_required_header.expected-statuses = ["400", "401", "403", "404", "422", "428"]

# Faults of a document are what this answers: 200 and findings.
[[operations]]
include-name = "POST /v1/validations"
checks.negative_data_rejection.expected-statuses = ["200", "400", "401", "403", "413", "415", "422"]

# A section of a draft is there once somebody has written it, not when the draft is begun.
[[operations]]
include-name-regex = "^GET /v1/drafts/.draft_id./.+$"
checks.ensure_resource_availability.enabled = false

# A file is of the type that its bytes say, which is no schema's matter.
[[operations]]
include-name = "POST /v1/participants/{{code}}/evidence-files"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "304", "401", "403", "404", "409", "412", "422",
]

# The numbered rules on reports find what no schema can say: 422 with findings. Nor can one say that
# a document names the report that the path names.
[[operations]]
include-name-regex = "^(POST /v1/reports(/.report_id./(corrigenda|nothing-new))?|.* /v1/drafts.*)$"
checks.positive_data_acceptance.expected-statuses = [
  "2xx", "304", "401", "403", "404", "409", "412", "422",
]
"""


def fuzz(
    address: str,
    folder: Path,
    *,
    token: str | None,
    phases: Sequence[str],
    only: str = "",
    examples: int = EXAMPLES,
) -> None:
    """Ask everything that the document describes; what is not answered by it is a failure.

    Args:
        address: of the service.
        folder: for the configuration.
        token: of the one who asks; `None`: nobody in particular.
        phases: of Schemathesis.
        only: regular expression of paths; all of them if it is empty.
        examples: of each operation in each phase that makes them up.
    """
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG)
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
        *(f"{address}/openapi.json", "--no-color", "--no-shrink", "--continue-on-failure"),
        *("--phases", ",".join(phases), "--max-examples", str(examples), "--seed", str(SEED)),
        # Documents that follow the one contract or the other, as their `$schema` says, are rare
        # among those that are made up; that many are thrown away is no fault of the service.
        *("--suppress-health-check", "filter_too_much"),
        *("--header", f"Authorization: Bearer {token}") * (token is not None),
        *("--include-path-regex", only) * bool(only),
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=3_600, check=False
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    selected, tested = (_count(word, done.stdout) for word in ("Selected", "Tested"))
    every = {"coverage", "fuzzing"} & set(phases)  # else only what has examples, or links
    assert 0 < tested <= selected, done.stdout
    assert tested == selected or not every, done.stdout


def _count(word: str, text: str) -> int:
    found = re.search(rf"{word}: +([0-9]+)", text)
    assert found, text
    return int(found[1])
