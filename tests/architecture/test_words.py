"""Architecture: the words of the project, and what no committed file may hold."""

import re
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, texts

TONE = re.compile(
    r"\b(violat(?:e[sd]?|ions?|ors?)|non-?complian(?:t|ce)|scor(?:es?|ed|ing)|ranking|ranked)\b",
    re.IGNORECASE,
)

NAMES_THE_RULE = {
    "CONTRIBUTING.md": "says which words are not used",
    "tests/architecture/test_words.py": "looks for them",
}
"""Files that name the words in order to forbid them."""

QUOTES = {
    "LICENSE": "a standard text",
    "requirements/": "names of packages",
}
"""Files whose words are not ours."""

# Put together here, so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in (
            "pypi" + ".org",
            "files.python" + "hosted.org",
            "registry.npm" + "js.org",
            "proxy.golang" + ".org",
            "deb.debian" + ".org",
            "snapshot.debian" + ".org",
        )
    )
)
SECRETS = re.compile(
    r"-----[B]EGIN [A-Z ]*PRIVATE KEY|[P]RIVATE\+KEY\+[^\s+…]+\+[0-9a-f]{8}\+[A-Za-z0-9+/]{40}"
)
OPEN_POINT = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b(?!\(#\d+\))")


def _is_ours(path: str) -> bool:
    return path not in NAMES_THE_RULE and not path.startswith(tuple(QUOTES))


def test_no_text_judges_a_participant() -> None:
    """The software states implementation and reporting; it never assesses a State."""
    found = [
        f"{path}:{number}: {match.group()}"
        for path, text in texts()
        if _is_ours(path)
        for number, line in enumerate(text.splitlines(), 1)
        for match in TONE.finditer(line)
    ]
    assert found == []


def test_no_file_names_a_package_registry() -> None:
    assert [path for path, text in texts() if REGISTRIES.search(text)] == []


def test_no_file_holds_a_private_key() -> None:
    """Keys that tests need are published vectors or are made when the test runs."""
    assert [path for path, text in texts() if SECRETS.search(text)] == []


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    places = {str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2}
    found = [path for path, text in texts() if any(place in text for place in places)]
    assert found == []


def test_every_open_point_names_its_issue() -> None:
    found = [
        path for path, text in texts() if path.endswith((".py", ".md")) and OPEN_POINT.search(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "word", ["violation", "Non-compliant", "noncompliance", "score", "ranking"]
)
def test_a_judging_word_is_noticed(word: str) -> None:
    assert TONE.search(f"the {word} of a participant")


@pytest.mark.parametrize(
    "word", ["underscore", "UniqueViolation", "unique_violation", "compliance"]
)
def test_a_word_that_only_looks_like_it_is_left_alone(word: str) -> None:
    assert not TONE.search(f"the {word} of a table")
