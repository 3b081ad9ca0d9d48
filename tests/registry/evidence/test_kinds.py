"""Evidence: what bytes are is looked up in them, and what is not on the list is refused."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.evidence.kinds import MEDIA_TYPES, SUFFIXES, NotOfItsType, check_kind
from tests.registry.evidence.files import FILES, HOSTILE


def check(raw: bytes, media_type: str) -> None:
    check_kind(BytesIO(raw), media_type, len(raw))


def test_there_is_a_file_and_an_ending_for_every_kind() -> None:
    assert set(FILES) == set(MEDIA_TYPES) == set(SUFFIXES)
    assert len(set(SUFFIXES.values())) == len(SUFFIXES)


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_a_file_is_taken_as_what_it_is_and_as_nothing_else(media_type: str) -> None:
    check(FILES[media_type], media_type)
    texts = {"text/plain", "text/csv"}
    for other in set(MEDIA_TYPES) - {media_type}:
        if {media_type, other} <= texts:
            continue  # text is text
        if media_type == "application/pdf" and other in texts:
            continue  # this one happens to be text as well, and would be shown as such
        with pytest.raises(NotOfItsType):
            check(FILES[media_type], other)


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_not_what_it_says_is_refused(case: str) -> None:
    media_type, raw = HOSTILE[case]
    with pytest.raises(NotOfItsType) as refused:
        check(raw, media_type)
    assert "canary" not in str(refused.value)


@given(raw=st.binary(max_size=400), media_type=st.sampled_from(MEDIA_TYPES))
def test_any_bytes_are_taken_or_refused_and_nothing_else_happens(
    raw: bytes, media_type: str
) -> None:
    beginning = FILES[media_type][:40]
    for found in (raw, beginning + raw, FILES[media_type] + raw):
        try:
            check(found, media_type)
        except NotOfItsType:
            continue


@pytest.mark.parametrize(
    "case", ["a long list of parts", "a long list of parts behind a short one", "a long text"]
)
def test_looking_into_a_file_takes_little_memory(case: str) -> None:
    """An archive can list hundreds of thousands of parts in the bytes that are taken."""
    large = {"a long text": ("text/plain", b"canary " * 2**20)}
    media_type, raw = (HOSTILE | large)[case]
    file = BytesIO(raw)
    tracemalloc.start()
    try:
        check_kind(file, media_type, len(raw))
    except NotOfItsType:
        assert case in HOSTILE
    finally:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 2**21
