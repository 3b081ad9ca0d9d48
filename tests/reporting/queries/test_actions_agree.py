"""Actions after any history that the rules allow: allowed exactly where the rules take them."""

from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings

from services.kit.errors import NotFound
from services.registry.domain.commands import Command
from services.reporting.queries.cycles import list_cycles
from services.reporting.queries.obligations import list_obligations
from services.reporting.queries.plans import get_plan, list_plans
from services.reporting.queries.reports import get_report
from tests.registry.domain.asking import DEMONSTRATION
from tests.registry.domain.scripts import CODES, CYCLES, play, scripts
from tests.reporting import attempts, attempts_of_others
from tests.reporting.answering import ALL, Told


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(script=scripts())
def test_after_any_history_what_is_allowed_is_what_the_rules_take(
    fresh: Any, script: tuple[Command, ...]
) -> None:
    history = play(script)
    asked = attempts.Told(history, _origin(script))
    with fresh() as told:
        told.tell(*history)
        beside = (*history, *attempts_of_others.BESIDE)
        for action, tried in attempts_of_others.each(told, asked):
            assert action["allowed"] is attempts.is_taken(beside, tried), action
            assert (action["reason"] is None) is action["allowed"], action
        for action, tried in (*_on_reports(told, asked), *_on_plans(told, asked)):
            assert action["allowed"] is attempts.is_taken(history, tried), action
            assert (action["reason"] is None) is action["allowed"], action
        for row in told.ask(list_cycles, page=ALL).rows:
            (action,) = row["actions"]
            tried = attempts.on_cycle(asked, row["cycle_id"])
            assert action["allowed"] is attempts.is_taken(history, tried), action


def _origin(script: tuple[Command, ...]) -> str:
    around = (getattr(command, "circumstances", None) for command in script)
    return next((one.log_origin for one in around if one is not None), DEMONSTRATION)


Tried = tuple[Mapping[str, Any], Iterator[Command]]


def _on_reports(told: Told, asked: attempts.Told) -> Iterator[Tried]:
    owed = {
        (row["participant"], row["cycle_id"]): row["actions"]
        for row in told.ask(list_obligations, page=ALL).rows
    }
    for code in CODES:
        for cycle_id in CYCLES:
            try:
                actions = told.ask(get_report, code=code, cycle_id=cycle_id)["actions"]
            except NotFound:
                continue
            of_obligation = owed.get((code, cycle_id), [])
            assert of_obligation == actions[: len(of_obligation)]
            for action in actions:
                if action["rel"] != "begin-draft":
                    yield action, attempts.on_report(asked, code, cycle_id, action)


def _on_plans(told: Told, asked: attempts.Told) -> Iterator[Tried]:
    for row in told.ask(list_plans, page=ALL).rows:
        plan_id = row["plan_id"]
        plan = told.ask(get_plan, plan_id=plan_id)
        assert plan["actions"] == row["actions"]
        for action in plan["actions"]:
            yield action, attempts.on_plan(asked, plan_id, action["rel"])
        for one in plan["commitments"]:
            for action in one["actions"]:
                commitment = (plan_id, one["commitment_id"])
                yield action, attempts.on_commitment(asked, *commitment, action["rel"])
