"""Registry: what a reminder says, as an RFC 5322 message in plain words of six languages.

It speaks of a participant, a cycle and a day, and names no person.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from contracts.canonical import canonical
from contracts.events import ReminderSent

NOBODY = "undisclosed-recipients:;"
"""Stands in `To` where no address is held: RFC 5322 §3.4, a group of nobody."""


def identity_of(reminder: ReminderSent) -> str:
    """Give what a reminder is known by, wherever and whenever it is made: 64 hexadecimal digits.

    The day it is sent is no part of it: once per participant, cycle, kind and due day is enough.
    """
    named = [reminder.cycle_id, reminder.participant, reminder.reminder, str(reminder.due_on)]
    return sha256(canonical(named)).hexdigest()


def file_name(reminder: ReminderSent) -> str:
    """Name the file of a message, for people and for the next run alike."""
    named = (reminder.cycle_id, reminder.participant, reminder.reminder, str(reminder.due_on))
    return f"{'_'.join(named)}_{identity_of(reminder)[:12]}.eml"


def compose(reminder: ReminderSent, *, time_zone: str, sender: str, to: Sequence[str]) -> bytes:
    """Write the message; the same arguments give the same bytes.

    Args:
        reminder: what is to be recorded of it.
        time_zone: of the cycle; the message is dated by the day it is sent there.
        sender: address in `From`.
        to: addresses; empty where none is held.
    """
    day = datetime.combine(reminder.sent_on, datetime.min.time(), ZoneInfo(time_zone))
    named = {
        "participant": reminder.participant,
        "cycle_id": reminder.cycle_id,
        "due_on": reminder.due_on.isoformat(),
    }
    words = _words()
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = Address(addr_spec=sender)
    message["To"] = [Address(addr_spec=one) for one in to] or NOBODY
    message["Date"] = format_datetime(day)
    message["Message-ID"] = f"<{identity_of(reminder)[:32]}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Subject"] = words["subject"].format_map(named)
    message.set_content("\n\n".join(_paragraphs(words, reminder.reminder, named)) + "\n")
    return message.as_bytes()


def is_address(text: str) -> bool:
    """Say whether a message can be addressed so."""
    try:
        spelled = Address(addr_spec=text)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(spelled.username and spelled.domain) and text.isascii()


def _paragraphs(words: dict[str, Any], kind: str, named: dict[str, str]) -> list[str]:
    return [
        f"{words[kind][language].format_map(named)} {words['close'][language]}"
        for language in words["languages"]
    ]


@cache
def _words() -> dict[str, Any]:
    text = files(__package__).joinpath("words.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
