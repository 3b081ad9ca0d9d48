"""The list of refusals: complete, and fit to be looked up."""

import re
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import services.registry.domain
from services.kit.errors import Refused
from services.registry.domain.refusals import REFUSALS


def _defined() -> set[type[Refused]]:
    """Every refusal that any module of the room defines."""
    folder = Path(services.registry.domain.__file__).parent
    modules = [
        import_module(f"services.registry.domain.{file.stem}") for file in folder.glob("[a-z]*.py")
    ]
    return {
        member
        for module in modules
        for _, member in getmembers(module, isclass)
        if issubclass(member, Refused) and member is not Refused
    }


def test_every_refusal_is_on_the_list() -> None:
    assert set(REFUSALS.values()) == _defined()


def test_a_code_names_one_refusal_only() -> None:
    assert len(REFUSALS) == len(_defined())


def test_a_code_is_the_name_of_its_refusal() -> None:
    """`NotASignatory` is `not-a-signatory`: whoever knows one knows the other."""
    for code, refusal in REFUSALS.items():
        assert code == re.sub(r"(?<!^)(?=[A-Z])", "-", refusal.__name__).lower()


def test_a_title_is_a_sentence_and_the_rule_is_explained() -> None:
    for refusal in REFUSALS.values():
        assert re.fullmatch(r"[A-Z].+\.", refusal.title)
        assert refusal.__doc__


def test_a_refusal_is_a_conflict_with_the_rules() -> None:
    assert {refusal.status for refusal in REFUSALS.values()} == {409}
