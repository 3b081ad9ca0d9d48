"""Contracts: free text says what it shows: nothing unseen in it, nothing that turns its order."""

import pytest
from jsonschema import Draft202012Validator

from contracts.catalogue import catalogue, load
from contracts.validation import validate
from tests import makers

TEXT = load("https://concord.example/contracts/common/text/1.0.0.json")
FORMS = ("line", "passage")
FINE = {
    "English": "Act No. 12 of 2025, “as amended”",
    "French": "Loi nº 12 sur l'entraide judiciaire",
    "Arabic": "القانون رقم ١٢ لسنة ٢٠٢٥",
    "Arabic with a mark of direction": "القانون \u200f(12)\u200e لسنة \u061c2025",
    "Persian with a non-joiner": "می\u200cخواهد",  # noqa: RUF001 - Persian letters
    "Chinese": "反恐怖主义法（二〇二五年修订）",  # noqa: RUF001 - Chinese punctuation
    "Hindi with a joiner": "क्\u200dष",
    "decomposed": "e\u0301cole",
    "a soft hyphen from a page": "imple\u00admentation",
    "beyond the basic plane": "\U00020000 \U0001f30d",
    "blanks around": "  Act No. 12 ",
    "a tab": "Act\tNo. 12",
}
HIDDEN = {
    "a bell": "\u0007",
    "an escape": "\u001b",
    "delete": "\u007f",
    "a C1 control": "\u0085",
    "a space of no width": "\u200b",
    "a line separator": "\u2028",
    "a paragraph separator": "\u2029",
    "an embedding": "\u202b",
    "an override": "\u202e",
    "an isolate": "\u2066",
    "the end of an isolate": "\u2069",
    "a word joiner": "\u2060",
    "a byte order mark": "\ufeff",
    "private use": "\ue000",
    "no character": "\ufdd0",
    "an interlinear mark": "\ufff9",
    "what a broken text is filled with": "\ufffd",
}


def by_another(form: str, text: str) -> bool:
    return Draft202012Validator(TEXT["$defs"][form]).is_valid(text)


def faults(title: str) -> list[tuple[str, str]]:
    body = makers.plan_registered().model_dump(mode="json", exclude_none=True)
    body["title"] = {"en": title}
    return [(one.code, one.pointer) for one in validate(body, "events/plan-registered")]


@pytest.mark.parametrize("text", FINE.values(), ids=FINE)
def test_what_people_write_passes(text: str) -> None:
    assert all(by_another(form, text) for form in FORMS)
    assert faults(text) == []


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_nobody_sees_is_refused_wherever_it_stands(hidden: str) -> None:
    for text in (f"{hidden}Act", f"Act {hidden}12", f"Act{hidden}", hidden, f" {hidden}"):
        assert not any(by_another(form, text) for form in FORMS)
        assert faults(text) == [("wrong-pattern", "/title/en")]


def test_a_passage_has_lines_and_a_line_has_one() -> None:
    assert by_another("passage", "One.\n\nTwo.")
    assert not by_another("line", "One.\nTwo.")
    assert not any(by_another(form, blank) for form in FORMS for blank in ("", " ", "\t \t"))


def test_every_free_text_of_every_contract_is_one_of_the_two() -> None:
    """What has neither a form of its own nor a list to be from would be without the rule."""
    free = [
        (name, place)
        for name in catalogue().schemas
        if not name.removeprefix("https://concord.example/contracts/").startswith(
            ("answers/", "feed/", "trail/page/", "common/text/")
        )
        for place in _free(load(name), "")
    ]
    assert free == []


def _free(schema: object, place: str) -> list[str]:
    if isinstance(schema, list):
        return [
            found for index, one in enumerate(schema) for found in _free(one, f"{place}/{index}")
        ]
    if not isinstance(schema, dict):
        return []
    named = schema.get("type") == "string" and not schema.keys() & {"enum", "const", "format"}
    here = [place] if named and not str(schema.get("pattern", "")).startswith("^") else []
    return here + [found for name, one in schema.items() for found in _free(one, f"{place}/{name}")]
