"""Reminders: what they say, to whom, and that they say the same whenever they are written."""

import json
from datetime import date
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from importlib.resources import files
from typing import Any

import pytest

from services.registry import reminding
from services.registry.reminding.message import (
    NOBODY,
    compose,
    file_name,
    identity_of,
    is_address,
)
from tests import makers

REMINDER = makers.reminder_sent()
SENDER = "secretariat@concord.example"
LANGUAGES = ("en", "fr", "es", "ru", "zh", "ar")


def read(to: tuple[str, ...] = (), **changes: Any) -> EmailMessage:
    written = compose(
        makers.reminder_sent(**changes), time_zone="Asia/Almaty", sender=SENDER, to=to
    )
    message = message_from_bytes(written, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def test_a_reminder_is_a_message_that_any_reader_of_mail_understands() -> None:
    message = read(("a@zza.example", "b@zza.example"))
    assert message["from"] == SENDER
    assert message["to"] == "a@zza.example, b@zza.example"
    assert message["date"] == "Mon, 01 Jun 2026 00:00:00 +0500"
    assert message["message-id"] == f"<{identity_of(REMINDER)[:32]}@concord.example>"
    assert message["auto-submitted"] == "auto-generated"
    assert message["subject"].startswith("ZZA 2026 2026-06-30: reminder / rappel / recordatorio")


@pytest.mark.parametrize("kind", ["before_due", "due", "after_due"])
def test_it_says_in_six_languages_who_is_to_report_for_what_by_when(kind: str) -> None:
    text = read(reminder=kind).get_content()
    paragraphs = text.split("\r\n\r\n")
    assert len(paragraphs) == len(LANGUAGES)
    for paragraph in paragraphs:
        assert "ZZA" in paragraph
        assert "2026-06-30" in paragraph
        assert "{" not in paragraph


def test_every_kind_has_words_in_every_language() -> None:
    words = json.loads(files(reminding).joinpath("words.json").read_text(encoding="utf-8"))
    assert tuple(words["languages"]) == LANGUAGES
    for part in ("before_due", "due", "after_due", "close"):
        assert tuple(words[part]) == LANGUAGES


def test_without_an_address_it_is_addressed_to_nobody() -> None:
    assert read()["to"] == NOBODY


def test_on_the_wire_it_is_short_lines_of_ascii() -> None:
    written = compose(REMINDER, time_zone="UTC", sender=SENDER, to=())
    assert written.isascii()
    assert all(line.endswith(b"\r") for line in written.split(b"\n")[:-1])
    assert max(map(len, written.splitlines())) <= 78


def test_the_same_reminder_is_the_same_message_and_another_one_is_not() -> None:
    def written(**changes: Any) -> bytes:
        made = makers.reminder_sent(**changes)
        return compose(made, time_zone="UTC", sender=SENDER, to=())

    assert written() == written()
    assert len({written(), written(reminder="due"), written(due_on=date(2026, 7, 1))}) == 3


def test_what_a_reminder_is_known_by_is_not_the_day_it_is_sent_nor_how() -> None:
    tomorrow = makers.reminder_sent(sent_on=date(2026, 6, 2), channel="smtp")
    assert identity_of(tomorrow) == identity_of(REMINDER)
    assert file_name(tomorrow) == file_name(REMINDER)
    others = [
        makers.reminder_sent("ZZB"),
        makers.reminder_sent(cycle_id="2027", due_on=REMINDER.due_on),
        makers.reminder_sent(reminder="due"),
        makers.reminder_sent(due_on=date(2026, 7, 1)),
    ]
    assert len({identity_of(one) for one in (REMINDER, *others)}) == 5
    assert len({file_name(one) for one in (REMINDER, *others)}) == 5


def test_the_name_of_the_file_says_what_it_is() -> None:
    assert file_name(REMINDER).startswith("2026_ZZA_before_due_2026-06-30_")
    assert file_name(makers.reminder_sent("ORG-ZZO")).endswith(".eml")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("a@zza.example", True),
        ("first.last+x@mail.zza.example", True),
        ("a@zza.example,b@zzb.example", False),
        ("a@zza.example\rBcc:b@zzb.example", False),
        ("<a@zza.example>", False),
        ("ä@zza.example", False),
        ("a@", False),
        ("@zza.example", False),
        ("a", False),
        ("", False),
    ],
)
def test_what_is_no_plain_address_gets_no_message(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one
