"""Contracts: what an auditor reads may be anything: it is understood in one spelling, or refused.

Refused means by an error of the contracts' own; any other would be a fault of ours.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import pointer
from contracts.checkpoint import Checkpoint, open_checkpoint
from contracts.disclosed import read_handed_out
from contracts.encoding import (
    from_base64,
    from_base64url,
    parse_decimal,
    to_base64,
    to_base64url,
)
from contracts.errors import ContractError
from contracts.note import SigningKey, VerifierKey, open_note, sign
from contracts.receipt import verify_receipt
from contracts.tiles import decode_bundle, parse_tile_path

KEY = SigningKey.generate("log.example")
ANY = st.text(max_size=120)
PATHS = st.from_regex(r"tile/(entries|[0-9]{1,3})/(x?[0-9]{2,4}/){0,3}[0-9]{2,4}(\.p/[0-9]{1,4})?")
DIGITS = st.from_regex(r"[+-]?[0-9٣_ ]{1,24}")
NOTES = st.builds("{}\n\n— {} {}\n".format, ANY, ANY, ANY) | st.builds(
    lambda text, more: sign("log.example\n1\nAAAA\n", KEY) + text + more, ANY, ANY
)
KEYS = ANY.map(f"{KEY.verifier.text}{{}}".format)

ONE_SPELLING: dict[str, tuple[Callable[[str], Any], Callable[[Any], str], st.SearchStrategy[str]]]
ONE_SPELLING = {
    "tile": (parse_tile_path, lambda tile: str(tile.path), ANY | PATHS),
    "pointer": (pointer.split, pointer.join, ANY | ANY.map("/{}".format)),
    "number": (parse_decimal, str, ANY | DIGITS),
    "base64": (from_base64, to_base64, ANY | st.from_regex(r"[A-Za-z0-9+/=]{0,24}")),
    "base64url": (from_base64url, to_base64url, ANY | st.from_regex(r"[A-Za-z0-9_=-]{0,24}")),
    "key": (
        VerifierKey.parse,
        lambda key: str(key.text),
        ANY | KEYS,
    ),
}
"""What is read, how it is written, and what is tried."""

READERS: dict[str, Callable[[str], Any]] = {
    "note": lambda text: open_note(text, KEY.verifier),
    "checkpoint": lambda text: open_checkpoint(text, KEY.verifier),
    "checkpoint's text": Checkpoint.parse,
    "receipt": lambda text: verify_receipt(text, KEY.verifier),
    "disclosures": lambda text: read_handed_out(text.encode()),
    "bundle": lambda text: decode_bundle(text.encode()),
}


@pytest.mark.parametrize("name", ONE_SPELLING)
@given(data=st.data())
def test_what_is_read_is_written_as_it_stood(name: str, data: st.DataObject) -> None:
    read, write, tried = ONE_SPELLING[name]
    text = data.draw(tried)
    try:
        found = read(text)
    except ContractError:
        return
    assert write(found) == text


@pytest.mark.parametrize("name", READERS)
@given(text=NOTES | ANY)
def test_what_is_no_document_of_ours_is_refused_by_an_error_of_ours(name: str, text: str) -> None:
    try:
        READERS[name](text)
    except ContractError:
        return
    assert name == "bundle" or text.startswith("log.example") or name == "disclosures"
