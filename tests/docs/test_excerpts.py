"""Documents: an excerpt in a page is told from an answer that says something else."""

import json

import pytest

from tests.docs.excerpts import Step, differs, steps_of

ANSWER = json.dumps({"position": 7, "data": [{"code": "ZZA", "on": "2026-11-30"}, {"code": "ZZB"}]})


@pytest.mark.parametrize(
    "shown",
    [
        ANSWER,
        '{"position": …, "data": […]}',
        '{…, "data": [{"code": "ZZA", …}, …]}',
        '{"data": [{"code": "ZZA", "on": "2026-…"}, {"code": "ZZB"}], …}',
        '{"position": 7, …}',
        '{"data": [… , {"code": "ZZB"}], …}',
        '{"data": …, "position": 7}',
    ],
)
def test_what_is_shown_is_in_the_answer(shown: str) -> None:
    assert differs(Step("", "json", shown), ANSWER) is None


@pytest.mark.parametrize(
    "shown",
    [
        '{"position": 8, …}',
        '{"position": "7", …}',
        '{"position": 7}',
        '{"data": [{"code": "ZZA", …}], …}',
        '{"data": [{"code": "ZZB"}, …], …}',
        '{"data": [{"code": "ZZA"}, …], …}',
        '{"data": [{"code": "ZZA", "on": "2025-…"}, …], …}',
        '{"data": {…}, …}',
        '{"more": …, …}',
    ],
)
def test_what_is_not_in_the_answer_is_found(shown: str) -> None:
    assert differs(Step("", "json", shown), ANSWER)


def test_lines_are_compared_as_they_stand() -> None:
    answered = "key,value\nP1,3\nP2,4\n"
    for shown in (answered, "key,value\n…\n", "…\nP2,4\n", "key,value\nP1,…\nP2,4\n"):
        assert differs(Step("", "csv", shown), answered) is None
    for shown in ("key,value\n", "key,value\nP2,4\n…\n", "…\nP2,5\n", "key,value\nP2,…\n…\n"):
        assert differs(Step("", "csv", shown), answered)


def test_a_page_is_read_as_commands_and_what_they_answer() -> None:
    page = "# A\n\n```sh\ncurl a\n```\nSays:\n```json\n{…}\n```\n```sh\ncurl b\n```\n"
    assert steps_of(page) == [Step("curl a\n", "json", "{…}\n"), Step("curl b\n")]
    with pytest.raises(ValueError, match="no command"):
        steps_of("```json\n{}\n```\n")
