"""Kit: what is encrypted is read with its key, in its place, as it was stored, or not at all."""

import pytest

from services.kit.encryption import DataKey, Keyring, Undecipherable, Wrapped, WrappingKey

PLACE = b"disclosure\nregistry.test\n7"


def test_what_was_encrypted_is_read_again_with_its_key_alone() -> None:
    key = DataKey()
    stored = key.encrypt(b"kept back", PLACE)
    assert key.decrypt(stored, PLACE) == b"kept back"
    assert b"kept" not in stored
    with pytest.raises(Undecipherable):
        DataKey().decrypt(stored, PLACE)


def test_the_same_text_is_stored_otherwise_each_time() -> None:
    key, ring = DataKey(), Keyring([WrappingKey.generate()])
    assert key.encrypt(b"same", PLACE) != key.encrypt(b"same", PLACE)
    assert ring.wrap(key, PLACE) != ring.wrap(key, PLACE)


def test_it_is_read_in_its_own_place_alone() -> None:
    key, ring = DataKey(), Keyring([WrappingKey.generate()])
    with pytest.raises(Undecipherable):
        key.decrypt(key.encrypt(b"text", b"/person"), b"/reasons")
    with pytest.raises(Undecipherable):
        ring.unwrap(ring.wrap(key, PLACE), PLACE + b"1")


def test_any_changed_byte_is_noticed() -> None:
    key = DataKey()
    stored = key.encrypt(b"text", PLACE)
    for at in range(len(stored)):
        changed = stored[:at] + bytes([stored[at] ^ 1]) + stored[at + 1 :]
        with pytest.raises(Undecipherable):
            key.decrypt(changed, PLACE)
    for cut in range(len(stored)):
        with pytest.raises(Undecipherable):
            key.decrypt(stored[:cut], PLACE)


def test_the_first_key_wraps_and_every_key_unwraps() -> None:
    old, new, key = WrappingKey.generate(), WrappingKey.generate(), DataKey()
    before = Keyring([old]).wrap(key, PLACE)
    ring = Keyring([new, old])
    assert ring.wrap(key, PLACE).key_id == new.key_id == ring.key_ids[0]
    stored = ring.unwrap(before, PLACE).encrypt(b"text", b"")
    assert key.decrypt(stored, b"") == b"text"


def test_a_key_that_is_not_here_is_named() -> None:
    key = WrappingKey.generate()
    wrapped = Keyring([key]).wrap(DataKey(), PLACE)
    with pytest.raises(Undecipherable, match=f"{key.key_id} is not here") as caught:
        Keyring([WrappingKey.generate()]).unwrap(wrapped, PLACE)
    assert (caught.value.status, caught.value.code) == (503, "undecipherable")


def test_another_key_under_the_same_name_opens_nothing() -> None:
    ring = Keyring([WrappingKey.generate()])
    with pytest.raises(Undecipherable, match="not what was stored"):
        ring.unwrap(Wrapped(ring.key_ids[0], b""), PLACE)


def test_a_key_is_named_after_what_it_is_and_never_shown() -> None:
    key = WrappingKey(bytes(range(32)))
    assert key.key_id == WrappingKey(bytes(range(32))).key_id
    assert key.key_id != WrappingKey(bytes(32)).key_id
    assert bytes(range(32)).hex() not in repr(key) + repr(DataKey(bytes(range(32))))
    with pytest.raises(ValueError, match="32 bytes"):
        WrappingKey(bytes(31))
    with pytest.raises(ValueError, match="at least one"):
        Keyring([])
