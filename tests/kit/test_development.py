import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from services.kit.development import (
    DEVELOPMENT_AUDIENCE,
    DEVELOPMENT_ISSUER,
    make_development_key,
    read_development_key,
    write_development_key,
)
from services.kit.errors import Unauthenticated
from services.kit.settings import SettingsRefused
from services.kit.tokens import Expected, verify_text
from tests.makers import NOW

EXPECTED = Expected(issuer=DEVELOPMENT_ISSUER, audience=DEVELOPMENT_AUDIENCE)
SETTING = "REGISTRY_DEVELOPMENT_ISSUER_KEY_FILE"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "issuer.key"
    write_development_key(file, make_development_key())
    return file


def token_by(file: Path, **changes: Any) -> str:
    said = {
        "role": "focal-point:ZZA",
        "actor": "fp-zza-capital",
        "scopes": ["concord.read"],
        "now": NOW,
        "minutes": 5,
        "jti": "one",
    }
    return read_development_key(file, setting=SETTING).token(**{**said, **changes})


def test_a_key_that_was_written_issues_tokens_that_its_own_public_half_checks(file: Path) -> None:
    public = read_development_key(file, setting=SETTING).public
    principal = verify_text(token_by(file), public, EXPECTED, NOW)
    assert principal.actor == "fp-zza-capital"
    assert principal.roles == {"focal-point:ZZA"}
    assert principal.scopes == {"concord.read"}
    with pytest.raises(Unauthenticated):
        verify_text(token_by(file), public, EXPECTED, NOW + timedelta(minutes=6))
    with pytest.raises(Unauthenticated):
        verify_text(token_by(file), make_development_key().public, EXPECTED, NOW)


def test_a_key_is_never_written_over_and_shows_in_no_text(file: Path) -> None:
    before = file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        write_development_key(file, make_development_key())
    assert file.read_bytes() == before
    secret = json.loads(before)["d"]
    assert secret not in repr(read_development_key(file, setting=SETTING))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o660, 0o606])
def test_a_key_that_others_could_read_is_refused(file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SettingsRefused, match="others could sign"):
        read_development_key(file, setting=SETTING)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"canary",
        b"[]",
        b'{"kty":"oct","k":"Y2FuYXJ5"}',
        json.dumps(OKPKey.generate_key("Ed25519", {"kid": "canary"}).as_dict(True)).encode(),
        json.dumps(OKPKey.generate_key("Ed25519", {"kid": "development-1"}).as_dict()).encode(),
        json.dumps(OKPKey.generate_key("X25519", {"kid": "development-1"}).as_dict(True)).encode(),
    ],
    ids=["nothing", "text", "list", "symmetric", "of production", "public half", "other curve"],
)
def test_what_is_no_key_of_a_development_issuer_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(SettingsRefused, match="expected a key of a development issuer") as refused:
        read_development_key(file, setting=SETTING)
    assert "canary" not in str(refused.value)
