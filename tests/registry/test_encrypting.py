"""Registry: keys are wrapped anew while the log works, and what wrapped them before can go."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from contracts.sealing import seal_section
from services.kit.clock import utc_now
from services.kit.encryption import Keyring, Undecipherable, WrappingKey
from services.registry.encrypting import CHUNK, Usage, rewrap, usage
from services.registry.log import EVERYBODY, Log, NewEvent, Vault, verify
from services.registry.log.append import ERASURE
from tests.registry.conftest import KEYS, ORIGIN, VAULT
from tests.registry.log.appending import append, event
from tests.shelves import given, hand_in, store_in

OLD = WrappingKey(bytes(range(32)))
NEW = WrappingKey(bytes(range(1, 33)))
BOTH, ALONE = Keyring([NEW, OLD]), Keyring([NEW])
MANY = CHUNK + 50


def sealed(stream: str, count: int) -> Sequence[NewEvent]:
    made = []
    for number in range(count):
        mark, opened = seal_section("/reasons", f"{stream} {number}", bytes(16))
        made.append(event(stream, disclosures=(opened,), reasons=mark, number=number))
    return made


@pytest.fixture
def many(log: Log) -> Log:
    log.append(append("many", {"people": 0}, *sealed("people", MANY)))
    return log


def quietly(_: int) -> None:
    """Nobody watches."""


def test_after_rewrapping_the_older_key_is_needed_no_more(
    many: Log, engine: Engine, writer: Engine
) -> None:
    assert usage(writer) == {OLD.key_id: Usage(entries=MANY)}
    told: list[int] = []
    done = rewrap(writer, ORIGIN, BOTH, told.append)
    assert (done.keys, done.left, told[-1]) == (MANY, {}, MANY)
    assert usage(writer) == {NEW.key_id: Usage(entries=MANY)}
    with Log(engine, utc_now, vault=Vault(ORIGIN, ALONE)) as log:
        assert len(log.disclosures(0, MANY, seen_by=EVERYBODY)) == MANY
    assert verify(engine, Vault(ORIGIN, ALONE)).opened == MANY
    with pytest.raises(Undecipherable):
        many.disclosures(0, MANY, seen_by=EVERYBODY)
    assert rewrap(writer, ORIGIN, BOTH, told.append).keys == 0


def test_who_is_interrupted_goes_on_from_there(many: Log, engine: Engine, writer: Engine) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rewrap(writer, ORIGIN, BOTH, interrupt)
    assert usage(writer) == {
        key.key_id: Usage(entries=count) for key, count in ((NEW, CHUNK), (OLD, MANY - CHUNK))
    }
    assert verify(engine, Vault(ORIGIN, BOTH)).opened == MANY
    assert rewrap(writer, ORIGIN, BOTH, quietly).keys == MANY - CHUNK
    assert verify(engine, Vault(ORIGIN, ALONE)).opened == MANY


def test_what_no_key_opens_is_left_and_counted(many: Log, engine: Engine, writer: Engine) -> None:
    done = rewrap(writer, ORIGIN, ALONE, quietly)
    assert (done.keys, done.left) == (0, {OLD.key_id: MANY})
    assert verify(engine, VAULT).opened == MANY


def test_it_goes_on_while_entries_come_and_are_erased(
    many: Log, engine: Engine, writer: Engine
) -> None:
    """With the key file as it is at that moment: appends are wrapped with the new key already."""
    stop, appended, erased = threading.Event(), 0, []
    with Log(engine, utc_now, vault=Vault(ORIGIN, BOTH)) as log:

        def work() -> None:
            nonlocal appended
            while not stop.is_set() and appended < MANY:  # after so many, nothing old is left
                (made,) = sealed(f"plan-{appended}", 1)
                log.append(append(f"a{appended}", {made.stream: 0}, made))
                position = appended + 1
                gone = replace(
                    event("people", key=f"e{position}"), type=ERASURE, causation=position
                )
                log.append(
                    replace(
                        append(f"e{position}", {"people": MANY + appended}, gone),
                        erases=(position,),
                    )
                )
                erased.append(position)
                appended += 1

        thread = threading.Thread(target=work)
        thread.start()
        try:
            while len(erased) < 3:
                pass
            rewrap(writer, ORIGIN, BOTH, quietly)
        finally:
            stop.set()
            thread.join()
        assert set(usage(writer)) == {NEW.key_id}
        found = {one.position for one in log.disclosures(0, 10_000, seen_by=EVERYBODY)}
    assert not found & set(erased)
    assert len(found) == MANY
    assert verify(engine, Vault(ORIGIN, ALONE)).opened == MANY


def test_the_keys_of_another_log_are_not_wrapped_anew(many: Log, writer: Engine) -> None:
    done = rewrap(writer, "another.test", BOTH, quietly)
    assert (done.keys, done.left) == (0, {OLD.key_id: MANY})
    assert KEYS.key_ids == (OLD.key_id,)


def test_files_of_evidence_are_wrapped_anew_too(
    engine: Engine, writer: Engine, tmp_path: Path
) -> None:
    """Their keys have two names, participant and digest, and there are more than one step takes."""
    old = store_in(tmp_path / "evidence", engine, KEYS, origin=ORIGIN)
    held = {
        (code, hand_in(old, f"{number}\n".encode(), participant=code)): f"{number}\n".encode()
        for code in ("ZZA", "ZZB")
        for number in range(MANY // 2)
    }
    assert usage(writer) == {OLD.key_id: Usage(evidence=MANY)}
    rewrapped = rewrap(writer, ORIGIN, BOTH, quietly)
    assert (rewrapped.keys, rewrapped.left) == (MANY, {})
    assert usage(writer) == {NEW.key_id: Usage(evidence=MANY)}
    alone = store_in(tmp_path / "evidence", engine, ALONE, origin=ORIGIN)
    for (code, digest), raw in held.items():
        assert given(alone, digest, participant=code) == raw
    with pytest.raises(Undecipherable):
        given(old, digest, participant=code)
    assert rewrap(writer, "another.test", Keyring([OLD, NEW]), quietly).left == {NEW.key_id: MANY}


def test_what_is_removed_while_keys_are_wrapped_anew_does_not_come_back(
    engine: Engine, writer: Engine, tmp_path: Path
) -> None:
    store = store_in(tmp_path / "evidence", engine, KEYS, origin=ORIGIN)
    gone, kept = hand_in(store, b"gone\n"), hand_in(store, b"kept\n")
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            store.shelf.remove("ZZA", gone)
            hand_in(store, b"gone\n")
        store.shelf.remove("ZZA", gone)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for ring in (BOTH, Keyring([OLD, NEW])) * 3:
            rewrap(writer, ORIGIN, ring, quietly)
    finally:
        stop.set()
        thread.join()
    assert store.shelf.digests("ZZA") == {kept}
    assert given(store, kept) == b"kept\n"
