"""Documents: what is public is documented, and generated pages say what the code says now."""

import json
import re
from collections import Counter

import pytest

from contracts.events import EVENT_CLASSES
from scripts.documents import DOCS, PAGES
from scripts.documents.commands import command_names
from scripts.documents.modules import subclasses
from services.kit.errors import ServiceError
from services.kit.settings import ServiceSettings, describe
from tests.architecture.source import ROOT


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_generated_page_says_what_the_code_says_now(page: str) -> None:
    assert (DOCS / page).read_text() == PAGES[page](), "run: make docs"


def _headings(page: str) -> list[str]:
    return re.findall(r"^#{2,3} (\S.*)$", (DOCS / page).read_text(), re.MULTILINE)


def test_every_error_code_has_one_heading_that_a_problem_can_link_to() -> None:
    kinds: list[type[ServiceError]] = [ServiceError, *subclasses(ServiceError)]
    codes = {kind.code for kind in kinds}
    headings = _headings("errors.md")
    assert {code for code in codes if headings.count(code) != 1} == set()


def test_every_error_code_is_kebab_case_and_every_error_is_explained() -> None:
    kinds = subclasses(ServiceError)
    assert [k.__name__ for k in kinds if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", k.code)] == []
    assert [k.__name__ for k in kinds if not k.__doc__ or not k.title.endswith(".")] == []


def test_every_refusal_has_a_code_of_its_own() -> None:
    """Two rules never share a code, or a caller could not tell them apart."""
    refusals = [kind for kind in subclasses(ServiceError) if kind.status == 409]
    codes = Counter(kind.code for kind in refusals)
    assert [kind.__name__ for kind in refusals if codes[kind.code] > 1] == []


def test_every_event_type_is_documented() -> None:
    assert _headings("events.md") == sorted(EVENT_CLASSES)


def test_every_event_contract_in_the_index_has_a_class_and_a_page() -> None:
    index = json.loads((ROOT / "contracts" / "index.json").read_text())
    published = {each["name"] for each in index["contracts"] if each["kind"] == "events"}
    assert published == set(EVENT_CLASSES)


def test_every_setting_is_documented_with_its_meaning() -> None:
    page = (DOCS / "settings.md").read_text()
    ours = [kind for kind in subclasses(ServiceSettings) if kind.model_config.get("env_prefix")]
    settings = [setting for kind in ours for setting in describe(kind)]
    assert settings
    assert [each.variable for each in settings if f"`{each.variable}`" not in page] == []
    assert [each.variable for each in settings if not each.meaning] == []


def test_no_secret_has_a_default() -> None:
    settings = [setting for kind in subclasses(ServiceSettings) for setting in describe(kind)]
    # None means "not given": then what needs the secret is refused.
    assert [s.variable for s in settings if s.is_secret and s.default not in (None, "None")] == []


def test_every_command_is_documented() -> None:
    assert _headings("commands.md") == command_names()


def test_every_command_named_in_the_documents_exists() -> None:
    known = {tuple(name.split()[1:]) for name in command_names()}
    groups = {name[:1] for name in known if len(name) > 1}
    unknown = set()
    for page in [ROOT / "README.md", *DOCS.rglob("*.md")]:
        for words in re.findall(r"`concord ((?:[a-z]+[ `])+)", page.read_text()):
            name = tuple(words.strip("` ").split())
            if not any(name[: len(each)] == each for each in known) and name not in groups:
                unknown.add(f"{page.name}: concord {' '.join(name)}")
    assert unknown == set()
