"""Demonstration: what is compiled from public sources says no more than the facts it rests on."""

from typing import Any

import pytest

from services.demonstration.facts import rows

FACTS = {fact["id"]: fact for fact in rows("public_facts")}
PARTICIPANTS = {row["code"] for row in rows("signatories")}


@pytest.mark.parametrize("plan", rows("plans"), ids=lambda plan: plan["plan_id"])
def test_a_compiled_plan_serves_and_cites_what_its_facts_do(plan: dict[str, Any]) -> None:
    facts = [FACTS[one] for one in plan["facts"]]
    assert facts
    cited = " ".join(fact["source"] for fact in facts)
    for source in plan["sources"]:
        assert source.partition(" (")[0] in cited
    for served in ("pillars", "postulates"):
        assert set(plan[served]) <= {one for fact in facts for one in fact[served]}
    assert plan["adopted_on"] in {None, *(fact["date"] for fact in facts)}


@pytest.mark.parametrize("plan", rows("plans"), ids=lambda plan: plan["plan_id"])
def test_a_compiled_plan_is_of_a_confirmed_signatory_and_its_id_says_compiled(
    plan: dict[str, Any],
) -> None:
    assert plan["code"] in PARTICIPANTS
    assert plan["plan_id"].startswith(f"{plan['code']}-COMPILED-")
    assert (plan["scope"] == "regional") == plan["code"].startswith("ORG-")
