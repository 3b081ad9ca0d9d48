"""Contracts: an auditor with an export, or a mirror, and a pinned key needs nobody's word."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.canonical import canonical, digest
from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.errors import VerificationFailed
from contracts.export import LONGEST_LINE, read_lines, verify_export, verify_tiles
from contracts.merkle import EMPTY_ROOT
from contracts.tiles import encode_bundle, entries_path, tile_path
from tests.contracts.logs import KEY, ORIGIN, OTHER_KEY, SmallLog, line, small_log

Events = list[Any]


def exported(events: Events, note: str, page_size: int = 4) -> list[bytes]:
    pages = [events[at : at + page_size] for at in range(0, len(events), page_size)]
    return [*map(line, pages), line({"checkpoint": note})]


def refused(lines: list[bytes]) -> VerificationFailed:
    with pytest.raises(VerificationFailed) as failed:
        verify_export(lines, KEY.verifier)
    return failed.value


def test_a_line_longer_than_any_page_is_not_taken_into_memory(tmp_path: Path) -> None:
    """A file of one endless line would else be read whole before anything was checked."""
    path = tmp_path / "export.ndjson"
    log = small_log(9)
    path.write_bytes(b"".join(log.export()))
    with path.open("rb") as file:
        assert verify_export(read_lines(file), KEY.verifier).size == 9
    with path.open("r+b") as file:
        file.truncate(4 * LONGEST_LINE)  # sparse; the rest is zeros without an end of line
        file.seek(0)
        with pytest.raises(VerificationFailed, match="expected lines of at most"):
            verify_export(read_lines(file), KEY.verifier)
        assert file.tell() < 2 * LONGEST_LINE


@pytest.mark.parametrize("size", [1, 4, 10, 300])
def test_a_whole_export_verifies(size: int) -> None:
    log = small_log(size)
    seen: list[int] = []
    verified = verify_export(log.export(), KEY.verifier, seen.append)
    assert verified.size == size == verified.checkpoint.size
    assert verified.root == verified.checkpoint.root
    assert seen == [*range(4, size, 4), size]
    assert verify_export(map(bytes.strip, log.export(256)), KEY.verifier) == verified


def test_the_export_of_an_empty_log_is_its_checkpoint() -> None:
    verified = verify_export(small_log(0).export(), KEY.verifier)
    assert (verified.size, verified.root) == (0, EMPTY_ROOT)


def test_an_export_is_read_line_by_line() -> None:
    """No more than one line is in memory; a reader that stops early proves nothing."""
    log = small_log(9)
    read: list[int] = []

    def lines() -> Iterator[bytes]:
        for number, found in enumerate(log.export()):
            read.append(number)
            yield found

    at_page: list[int] = []
    verify_export(lines(), KEY.verifier, lambda _: at_page.append(len(read)))
    assert at_page == [1, 2, 3]


def spoil(change: Callable[[Events], Any]) -> list[bytes]:
    log = small_log(10)
    events = log.events()
    change(events)
    return exported(events, log.checkpoint())


def leaf_of(event: dict[str, Any], **changes: Any) -> str:
    leaf = json.loads(event["leaf"])
    return canonical({**leaf, **changes}).decode()


SPOILED: dict[str, tuple[Callable[[Events], Any], int, str]] = {
    "an entry left out": (lambda es: es.pop(4), 5, "got that of 6"),
    "an entry twice": (lambda es: es.insert(4, es[3]), 5, "got that of 4"),
    "two entries swapped": (lambda es: es.insert(5, es.pop(6)), 6, "got that of 7"),
    "another body": (lambda es: es[4]["data"].update(number=99), 5, "another digest"),
    "a body with a fraction": (lambda es: es[4]["data"].update(number=1.5), 5, "/number"),
    "a body with NaN": (lambda es: es[4]["data"].update(number=float("nan")), 5, "JSON"),
    "another type": (lambda es: es[4].update(type="act-rectified"), 5, "type differs"),
    "another time": (
        lambda es: es[4].update(time="2026-11-21T20:03:44.123456Z"),
        5,
        "time differs",
    ),
    "another schema": (lambda es: es[4].update(dataschema="x"), 5, "dataschema differs"),
    "another subject": (lambda es: es[4].update(subject="FRA"), 5, "subject differs"),
    "no subject": (lambda es: es[4].pop("subject"), 5, "other members"),
    "a subject where there is none": (lambda es: es[3].update(subject="FRA"), 4, "other members"),
    "another source": (lambda es: es[4].update(source="other"), 5, "source differs"),
    "another id": (lambda es: es[4].update(id="6"), 5, "id differs"),
    "a number as id": (lambda es: es[4].update(id=5), 5, "id differs"),
    "another format": (lambda es: es[4].update(datacontenttype="text"), 5, "datacontenttype"),
    "another version of CloudEvents": (
        lambda es: es[4].update(specversion="0.3"),
        5,
        "specversion",
    ),
    "a member more": (lambda es: es[4].update(comment="x"), 5, "other members"),
    "no body": (lambda es: es[4].pop("data"), 5, "other members"),
    "no leaf": (lambda es: es[4].pop("leaf"), 5, "with its leaf"),
    "a leaf that is no text": (lambda es: es[4].update(leaf={}), 5, "with its leaf"),
    "an event that is none": (lambda es: es.__setitem__(4, "event"), 5, "with its leaf"),
    "a leaf in another spelling": (
        lambda es: es[4].update(leaf=es[4]["leaf"] + " "),
        5,
        "canonical form",
    ),
    "a leaf with another time": (
        lambda es: es[4].update(
            leaf=leaf_of(es[4], recorded_at="2026-01-01T00:00:00.000000Z"),
            time="2026-01-01T00:00:00.000000Z",
        ),
        5,
        "recorded before",
    ),
    "a leaf with another version": (
        lambda es: es[4].update(leaf=leaf_of(es[4], version=7)),
        5,
        "expected version 2 of its stream, got 7",
    ),
}


@pytest.mark.parametrize(("change", "position", "reason"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_entry_is_found_and_named(
    change: Callable[[Events], Any], position: int, reason: str
) -> None:
    failed = refused(spoil(change))
    assert failed.position == position
    assert f"position {position}: " in str(failed)
    assert reason in str(failed)


def test_a_rewritten_history_does_not_have_the_signed_root() -> None:
    log = small_log(10)
    note = log.checkpoint()
    body = {"number": 99}
    log.bodies[4] = body
    log.entries[4] = log.entries[4]._replace(datahash=digest(canonical(body)))
    failed = refused(exported(log.events(), note))
    assert "not the signed one" in str(failed)


def test_a_history_cut_short_does_not_have_the_signed_size() -> None:
    log = small_log(10)
    failed = refused(exported(log.events()[:8], log.checkpoint()))
    assert "expected 10 entries as signed, got 8" in str(failed)


GOOD = small_log(6).export()
CUT_OR_MIXED = {
    "nothing": ([], "a checkpoint as the last line"),
    "no checkpoint": (GOOD[:-1], "a checkpoint as the last line"),
    "a page after the checkpoint": ([*GOOD, GOOD[0]], "nothing after"),
    "an empty line after the checkpoint": ([*GOOD, b"\n"], "nothing after"),
    "the checkpoint twice": ([*GOOD, GOOD[-1]], "nothing after"),
    "an empty line": ([GOOD[0], b"\n", *GOOD[1:]], "a line of JSON"),
    "no JSON": ([b"{"], "a line of JSON"),
    "a name twice": ([b'{"checkpoint":"a","checkpoint":"b"}'], "a line of JSON"),
    "an empty page": ([b"[]", *GOOD], "a page of 1 to 256"),
    "a page too long": ([line([{}] * 257)], "a page of 1 to 256"),
    "a number": ([b"1"], "a page or a checkpoint"),
    "another object": ([b'{"checkpoint":"a","b":1}'], "a page or a checkpoint"),
    "a checkpoint that is no text": ([b'{"checkpoint":1}'], "a signed note"),
    "a checkpoint that is no note": ([b'{"checkpoint":"hello"}'], "lines of signatures"),
}


@pytest.mark.parametrize(("lines", "reason"), CUT_OR_MIXED.values(), ids=CUT_OR_MIXED)
def test_an_export_ends_with_its_checkpoint_and_holds_pages_before(
    lines: list[bytes], reason: str
) -> None:
    assert reason in str(refused(lines))


def test_an_export_of_another_log_is_refused() -> None:
    with pytest.raises(VerificationFailed):
        verify_export(small_log(3).export(), OTHER_KEY.verifier)
    empty = sign_checkpoint(Checkpoint(OTHER_KEY.name, 0, EMPTY_ROOT), OTHER_KEY)
    assert "known key" in str(refused([line({"checkpoint": empty})]))


@given(st.integers(0, 20_000), st.integers(0, 7))
def test_one_changed_bit_spoils_an_export(at: int, bit: int) -> None:
    """Or changes nothing that is said: white space, or another spelling of the same text."""
    raw = bytearray(b"".join(GOOD))
    at %= len(raw)
    raw[at] ^= 1 << bit
    lines = bytes(raw).splitlines(keepends=True)
    try:
        verify_export(lines, KEY.verifier)
    except VerificationFailed:
        return
    assert [json.loads(each) for each in lines] == [json.loads(each) for each in GOOD]


MIRRORED = small_log(600)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 512, 600])
def test_a_mirror_of_tiles_verifies_whole(size: int) -> None:
    log = SmallLog(MIRRORED.entries[:size], MIRRORED.bodies[:size])
    files = log.mirror()
    read: set[str] = set()
    seen: list[int] = []

    def read_file(path: str) -> bytes:
        read.add(path)
        return files[path]

    verified = verify_tiles(read_file, KEY.verifier, seen.append)
    assert verified.size == size
    assert read == set(files)
    assert seen == [*range(256, size, 256), *([size] if size else [])]


def test_a_mirror_of_many_tiles_has_three_levels() -> None:
    log = small_log(65_536 + 300, streams=1)
    files = log.mirror()
    assert verify_tiles(files.__getitem__, KEY.verifier).size == 65_836
    files["tile/2/000.p/1"] = bytes(32)
    with pytest.raises(VerificationFailed, match=r"tile/2/000\.p/1 holds other hashes"):
        verify_tiles(files.__getitem__, KEY.verifier)


FILES = MIRRORED.mirror()


@pytest.mark.parametrize("path", sorted(FILES))
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_changed_byte_in_any_mirrored_file_is_found(path: str, where: str) -> None:
    raw = bytearray(FILES[path])
    raw[{"first": 0, "middle": len(raw) // 2, "last": -1}[where]] ^= 1
    files = {**FILES, path: bytes(raw)}
    with pytest.raises(VerificationFailed):
        verify_tiles(files.__getitem__, KEY.verifier)


def test_a_mirror_with_a_bundle_of_another_width_is_refused() -> None:
    leaves = MIRRORED.leaves
    files = {**FILES, entries_path(1): encode_bundle(leaves[256:500])}
    with pytest.raises(VerificationFailed, match="position 257: expected 256 entries"):
        verify_tiles(files.__getitem__, KEY.verifier)


def test_a_mirror_with_an_older_checkpoint_lacks_its_tiles() -> None:
    files = {**FILES, "checkpoint": MIRRORED.checkpoint(size=300).encode()}
    with pytest.raises(KeyError, match=entries_path(1, 44)):
        verify_tiles(files.__getitem__, KEY.verifier)


def test_a_mirror_whose_checkpoint_signs_another_root_is_refused() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 600, EMPTY_ROOT), KEY)
    files = {**FILES, "checkpoint": note.encode()}
    with pytest.raises(VerificationFailed, match="not the signed one"):
        verify_tiles(files.__getitem__, KEY.verifier)


def test_a_checkpoint_that_is_no_text_is_refused() -> None:
    files = {**FILES, "checkpoint": b"\xff"}
    with pytest.raises(VerificationFailed, match="UTF-8"):
        verify_tiles(files.__getitem__, KEY.verifier)


def test_a_torn_bundle_is_named_by_its_first_position() -> None:
    files = {**FILES, entries_path(1): FILES[entries_path(1)][:-1]}
    with pytest.raises(VerificationFailed, match="position 257: the bundle ends within"):
        verify_tiles(files.__getitem__, KEY.verifier)
    files = {**FILES, tile_path(0, 1): b""}
    with pytest.raises(VerificationFailed, match="tile/0/001 holds"):
        verify_tiles(files.__getitem__, KEY.verifier)
