"""Reminders: a run on a real log: who gets one, that each is recorded once, that none is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from services.kit.errors import Unavailable
from services.kit.settings import SettingsRefused
from services.registry.domain.report import NoSuchCycle
from services.registry.handling import Register
from services.registry.log.table import disclosure
from services.registry.reminding.delivery import MailServer
from services.registry.reminding.outbox import UNFINISHED, put
from services.registry.reminding.run import Reminded, Reminding, remind
from tests import makers, writes
from tests.databases import Database
from tests.registry.reminding.mail_server import Mailbox, mail_server
from tests.running_registry import RunningRegistry, running_registry

DAY = datetime(2026, 6, 10, 12, tzinfo=UTC)


@pytest.fixture
def registry(database: Database, tmp_path: Path) -> Iterator[RunningRegistry]:
    """Two signatories, one of them with a focal point; a cycle that is due in twenty days."""
    with running_registry(database, tmp_path, now=DAY) as running:
        running.sign("ZZA")
        running.sign("ZZB")
        running.record("/v1/participants/ZZA/focal-points", writes.focal_point())
        running.open_cycle("2026")
        yield running


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    folder = tmp_path / "outbox"
    folder.mkdir()
    return folder


@pytest.fixture
def reminding(registry: RunningRegistry, outbox: Path) -> Reminding:
    return Reminding(
        register=registry.app.state.register,
        folder=outbox,
        sender="secretariat@concord.example",
        days_before=30,
        actor="remind",
    )


def run(reminding: Reminding, *, dry_run: bool = False) -> list[Reminded]:
    return list(remind(reminding, "2026", dry_run=dry_run))


def on(reminding: Reminding, now: datetime) -> Reminding:
    register: Register = replace(reminding.register, clock=lambda: now)
    return replace(reminding, register=register)


def recorded(registry: RunningRegistry) -> list[dict[str, Any]]:
    """What the feed gives: entries are in it when they are signed."""
    assert registry.opened.publisher.wait_for(registry.size, 10.0) is not None
    return [e["data"] for e in registry.events() if e["type"] == "reminder-sent"]


def messages(outbox: Path) -> list[Path]:
    return sorted(outbox.glob("*.eml"))


def test_everybody_who_has_not_reported_is_reminded_and_it_is_recorded(
    registry: RunningRegistry, reminding: Reminding, outbox: Path
) -> None:
    done = run(reminding)
    assert [(one.reminder.participant, one.addresses) for one in done] == [("ZZA", 1), ("ZZB", 0)]
    assert [one.position for one in done] == [5, 6]
    assert [path.name for path in messages(outbox)] == [one.file for one in done]
    assert recorded(registry) == [
        {
            "cycle_id": "2026",
            "participant": code,
            "reminder": "before_due",
            "due_on": "2026-06-30",
            "sent_on": "2026-06-10",
            "channel": "outbox",
        }
        for code in ("ZZA", "ZZB")
    ]


def test_a_message_goes_to_the_address_and_never_names_the_person(
    reminding: Reminding, outbox: Path
) -> None:
    run(reminding)
    to_zza, to_zzb = (
        message_from_bytes(path.read_bytes(), policy=default) for path in messages(outbox)
    )
    assert to_zza["to"] == writes.PERSON["email"]
    assert to_zzb["to"] == "undisclosed-recipients:;"
    for path in messages(outbox):
        assert writes.PERSON["name"].encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o600


def test_a_second_run_does_nothing_the_same_day_or_the_next(
    registry: RunningRegistry, reminding: Reminding, outbox: Path
) -> None:
    run(reminding)
    assert run(reminding) == []
    assert run(on(reminding, datetime(2026, 6, 11, 12, tzinfo=UTC))) == []
    assert (registry.size, len(messages(outbox))) == (6, 2)


def test_two_runs_at_once_do_nothing_twice(
    registry: RunningRegistry, reminding: Reminding, outbox: Path
) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: run(reminding), range(4)))
    assert sorted(len(one) for one in runs) == [0, 0, 0, 2]
    assert (registry.size, len(messages(outbox))) == (6, 2)


def test_a_dry_run_says_who_would_be_reminded_and_does_nothing(
    registry: RunningRegistry, reminding: Reminding, outbox: Path
) -> None:
    would = run(reminding, dry_run=True)
    assert [(one.reminder.participant, one.position) for one in would] == [
        ("ZZA", None),
        ("ZZB", None),
    ]
    assert (registry.size, list(outbox.iterdir())) == (4, [])


def test_a_run_that_wrote_and_died_before_it_recorded_is_ended_by_the_next(
    registry: RunningRegistry, reminding: Reminding, outbox: Path
) -> None:
    first = next(remind(reminding, "2026", dry_run=True))
    put(outbox, first.file, b"as the run before wrote it")
    (outbox / UNFINISHED).write_bytes(b"half a mess")
    assert len(run(reminding)) == 2
    assert b"as the run before wrote it" not in (outbox / first.file).read_bytes()
    assert not (outbox / UNFINISHED).exists()
    assert (registry.size, len(messages(outbox))) == (6, 2)


def test_who_has_reported_gets_no_reminder(registry: RunningRegistry, reminding: Reminding) -> None:
    registry.record("/v1/reports", writes.submission())
    assert [one.reminder.participant for one in run(reminding)] == ["ZZB"]


def test_every_kind_goes_out_once_on_its_day_and_an_extension_begins_anew(
    registry: RunningRegistry, reminding: Reminding
) -> None:
    extension = writes.act(makers.extension_granted("ZZB"), "cycle_id")
    registry.record("/v1/cycles/2026/extensions", extension)
    seen = {}
    for day in ("2026-05-30", "2026-06-10", "2026-06-30", "2026-08-01", "2026-09-05"):
        now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        seen[day] = [
            (one.reminder.participant, one.reminder.reminder) for one in run(on(reminding, now))
        ]
    assert seen == {
        "2026-05-30": [],
        "2026-06-10": [("ZZA", "before_due")],
        "2026-06-30": [("ZZA", "due")],
        "2026-08-01": [("ZZA", "after_due")],
        "2026-09-05": [("ZZB", "before_due")],
    }


def test_whose_term_has_ended_is_not_written_to(
    registry: RunningRegistry, reminding: Reminding
) -> None:
    ended = makers.focal_point_designation_ended(ended_on=date(2026, 6, 9))
    registry.record("/v1/participants/ZZA/focal-points", writes.act(ended), expected=1)
    assert [one.addresses for one in run(reminding, dry_run=True)] == [0, 0]


def test_an_address_that_was_erased_is_not_written_to(
    reminding: Reminding, database: Database
) -> None:
    with database.owner() as owner, owner.begin() as connection:
        connection.execute(delete(disclosure))
    assert [one.addresses for one in run(reminding, dry_run=True)] == [0, 0]


def test_a_cycle_that_there_is_not_is_refused(reminding: Reminding) -> None:
    with pytest.raises(NoSuchCycle):
        list(remind(reminding, "2031", dry_run=False))


def test_an_outbox_that_there_is_not_is_said_plainly(reminding: Reminding, tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="REGISTRY_REMINDERS_OUTBOX"):
        run(replace(reminding, folder=tmp_path / "nowhere"))


# --- by mail


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


def by_mail(reminding: Reminding, mailbox: Mailbox) -> Reminding:
    server = MailServer(host="127.0.0.1", port=mailbox.port, security="none", timeout_seconds=5)
    return replace(reminding, server=server)


def test_a_message_with_an_address_is_handed_to_the_mail_server_once(
    registry: RunningRegistry, reminding: Reminding, outbox: Path, mailbox: Mailbox
) -> None:
    sending = by_mail(reminding, mailbox)
    run(sending)
    run(sending)
    ((sender, to, content),) = mailbox.messages
    assert (sender, to) == ("secretariat@concord.example", (writes.PERSON["email"],))
    assert content == messages(outbox)[0].read_bytes()
    channels = {one["participant"]: one["channel"] for one in recorded(registry)}
    assert channels == {"ZZA": "smtp", "ZZB": "outbox"}


def test_what_no_address_takes_lies_in_the_outbox_and_is_recorded_so(
    registry: RunningRegistry, reminding: Reminding, outbox: Path, mailbox: Mailbox
) -> None:
    mailbox.unknown = frozenset({writes.PERSON["email"]})
    run(by_mail(reminding, mailbox))
    assert mailbox.messages == []
    assert {one["channel"] for one in recorded(registry)} == {"outbox"}
    assert len(messages(outbox)) == 2


def test_a_mail_server_that_is_away_or_refuses_leaves_nothing_recorded(
    registry: RunningRegistry, reminding: Reminding, mailbox: Mailbox
) -> None:
    mailbox.refuses_sender = True
    with pytest.raises(Unavailable):
        run(by_mail(reminding, mailbox))
    with pytest.raises(Unavailable):  # it cannot do what was asked for, so nothing is sent
        run(
            replace(
                by_mail(reminding, mailbox),
                server=MailServer(
                    host="127.0.0.1", port=mailbox.port, security="starttls", timeout_seconds=5
                ),
            )
        )
    assert (mailbox.messages, recorded(registry)) == ([], [])
    mailbox.refuses_sender = False
    assert len(run(by_mail(reminding, mailbox))) == 2
    assert len(mailbox.messages) == 1
