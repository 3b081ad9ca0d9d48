"""Tests of the trail: one for whoever asks."""

from pathlib import Path

import pytest

from tests.registry.trail.recording import Kept, kept_in


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return kept_in(tmp_path)
