"""Contracts: tiles have one path each, and bundles hold leaves exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.errors import ContractError, VerificationFailed
from contracts.tiles import (
    Tile,
    decode_bundle,
    encode_bundle,
    entries_path,
    parse_tile_path,
    tile_path,
    tiles_of,
)

LEVELS = st.none() | st.integers(0, 63)
INDEXES = st.integers(0, 2**55) | st.integers(0, 2000)
LEAVES = st.lists(st.binary(max_size=40), min_size=1, max_size=256)


def test_paths_are_those_of_the_specification() -> None:
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(0, 0) == "tile/0/000"
    assert tile_path(1, 1000, 17) == "tile/1/x001/000.p/17"
    assert entries_path(999, 256) == "tile/entries/999"
    assert entries_path(273, 112) == "tile/entries/273.p/112"


def test_a_tree_of_seventy_thousand_has_the_tiles_the_specification_counts() -> None:
    tiles = list(tiles_of(70_000))
    by_level = {
        level: [tile for tile in tiles if tile.level == level] for level in (0, 1, 2, 3, None)
    }
    assert [len(by_level[level]) for level in (0, 1, 2, 3, None)] == [274, 2, 1, 0, 274]
    assert by_level[0][-1] == Tile(0, 273, 112)
    assert by_level[1] == [Tile(1, 0), Tile(1, 1, 17)]
    assert by_level[2] == [Tile(2, 0, 1)]


def test_a_tree_of_one_full_tile_has_a_partial_one_above() -> None:
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1), Tile(None, 0)]
    assert list(tiles_of(0)) == []


@given(LEVELS, INDEXES, st.integers(1, 256))
def test_a_path_leads_back_to_its_tile(level: int | None, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0",
        "/tile/0/000",
        "tile/0/000/",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/1",
        "tile/0/x000/001",
        "tile/0/x001",
        "tile/0/001/002",
        "tile/0/X001/002",
        "tile/0/x001/x002",
        "tile/00/000",
        "tile/01/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/data/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000\n",
        "tile/0/../000",
        "tile/0/" + "\N{ARABIC-INDIC DIGIT ONE}" * 3,
        "tile/0/" + "x001/" * 7 + "000",
    ],
    ids=repr,
)
def test_other_spellings_name_no_tile(path: str) -> None:
    with pytest.raises(VerificationFailed):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"), [(64, 0, 1), (-1, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257)]
)
def test_a_tile_that_cannot_be_is_refused(level: int, index: int, width: int) -> None:
    with pytest.raises(ContractError):
        tile_path(level, index, width)


@given(LEAVES)
def test_a_bundle_gives_its_leaves_back(leaves: list[bytes]) -> None:
    assert decode_bundle(encode_bundle(leaves)) == leaves


def test_a_bundle_puts_the_length_before_each_leaf() -> None:
    assert encode_bundle([b"ab", b"", b"c"]) == b"\x00\x02ab\x00\x00\x00\x01c"


@given(LEAVES, st.integers(1, 60))
def test_a_bundle_cut_within_a_leaf_is_refused_or_shorter(leaves: list[bytes], cut: int) -> None:
    raw = encode_bundle(leaves)[:-cut]
    try:
        found = decode_bundle(raw)
    except VerificationFailed:
        return
    assert found == leaves[: len(found)]
    assert encode_bundle(found) == raw


@pytest.mark.parametrize("raw", [b"", b"\x00", b"\x00\x01", b"\x00\x02a", b"\x00\x00" * 257])
def test_bytes_that_are_no_bundle_are_refused(raw: bytes) -> None:
    with pytest.raises(VerificationFailed):
        decode_bundle(raw)


def test_a_bundle_that_could_not_be_read_is_not_made() -> None:
    for leaves in ([], [b""] * 257, [bytes(65_536)]):
        with pytest.raises(ContractError):
            encode_bundle(leaves)
    assert len(encode_bundle([bytes(65_535)])) == 65_537
