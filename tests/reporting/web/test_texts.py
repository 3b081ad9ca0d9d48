"""Reporting's web: which language a text is shown in, and the label of an origin."""

from typing import Any

import pytest

from contracts.events.shared import Origin
from services.reporting.web.texts import (
    DISCLAIMER,
    ILLUSTRATIVE,
    ILLUSTRATIVE_OF_ORGANISATION,
    Reader,
)

OFFICIAL = {"ar", "en", "es", "fr", "ru", "zh"}
TEXT = {"en": "English", "fr": "French", "zh": "Chinese", "zh-Hant": "Traditional", "kk": "Kazakh"}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("fr", "fr"),
        ("FR", "fr"),
        ("fr-CA", "fr"),
        ("zh-Hant-HK", "zh-Hant"),
        ("zh-Hans", "zh"),
        ("kk", "kk"),
        ("de", "en"),
    ],
)
def test_a_text_is_shown_in_the_language_asked_or_the_nearest(asked: str, shown: str) -> None:
    reader = Reader(asked)
    assert reader.read({"title": TEXT}) == {"title": {shown: TEXT[shown]}}
    assert reader.used == {shown}


def test_a_narrative_falls_back_to_the_language_it_was_written_in() -> None:
    said = {"original": "kk", "narrative": TEXT, "measures": [{"title": TEXT}]}
    shown = Reader("de").read(said)
    assert shown["narrative"] == {"kk": "Kazakh"}
    assert shown["measures"] == [{"title": {"kk": "Kazakh"}}]


def test_a_text_in_no_official_language_is_still_shown() -> None:
    assert Reader("fr").read({"name": {"tg": "T", "kk": "K"}}) == {"name": {"kk": "K"}}


def test_without_a_language_every_text_is_whole() -> None:
    value: dict[str, Any] = {"title": TEXT, "good_practices": [TEXT, TEXT], "text": "plain"}
    reader = Reader(None)
    assert reader.read(value) == value
    assert reader.used == set()


def test_lists_of_texts_and_empty_ones_are_texts_too() -> None:
    value: dict[str, Any] = {"good_practices": [TEXT, {}], "reason": None, "name": {}}
    shown = Reader("fr").read(value)
    assert shown == {"good_practices": [{"fr": "French"}, {}], "reason": None, "name": {}}


def test_what_only_looks_like_a_text_is_left_alone() -> None:
    value = {"title": {"en": 1}, "lead_body": "Ministry", "cells": {"en": "x", "fr": "y"}}
    assert Reader("fr").read(value) == value


@pytest.mark.parametrize("origin", Origin.__args__)  # type: ignore[attr-defined]  # of a Literal
def test_an_origin_that_is_no_submission_is_labelled(origin: str) -> None:
    label = Reader(None).read({"origin": origin})["origin_label"]
    assert (label is None) is (origin == "submission")


def test_our_own_texts_are_there_in_every_official_language() -> None:
    for text in (DISCLAIMER, ILLUSTRATIVE, ILLUSTRATIVE_OF_ORGANISATION):
        assert set(text) == OFFICIAL
        assert all(text.values())
        assert Reader("de").fixed(text) == text["en"]


@pytest.mark.parametrize(
    ("participant", "whose"), [("ZZA", "State"), ("ORG-ZZO", "organisation"), (None, "State")]
)
def test_the_label_of_a_compilation_says_whose_report_it_is_not(
    participant: str | None, whose: str
) -> None:
    version = {"report_version": 1, "origin": "illustrative_compilation"}
    told = Reader(None).read({"participant": participant, "versions": [version]})
    assert told["versions"][0]["origin_label"].endswith(f"not a submission by the {whose}")
