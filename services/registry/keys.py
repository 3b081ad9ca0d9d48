"""Registry: the file with the keys that sign checkpoints, and how it changes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

from contracts.errors import ContractError
from contracts.keyring import SigningKeys, VerifierKeys
from contracts.note import SigningKey, VerifierKey
from services.kit.secretfile import Followed, read_secret, replacing
from services.kit.settings import SettingsRefused

SETTING = "REGISTRY_SIGNING_KEY_FILE"
HEADING = """\
# Signing keys of a Concord log. The lines that begin with PRIVATE sign, all of them at once, the
# newest first. `retired` signs no more, and what it signed is still the log's; `compromised` is
# believed no more. Keep a sealed copy offline.
"""
State: TypeAlias = Literal["signs", "retired", "compromised"]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key that a log has or had."""

    signing: tuple[SigningKey, ...] = field(repr=False)
    """The newest first; at least one."""
    retired: tuple[VerifierKey, ...] = ()
    """Their signatures are still the log's own."""
    compromised: tuple[VerifierKey, ...] = ()
    """Somebody else may have them: what they signed is not believed by this registry any more."""

    def __post_init__(self) -> None:
        SigningKeys(self.signing, (*self.retired, *self.compromised))  # refuses what is no ring

    @property
    def signer(self) -> SigningKeys:
        """What signs, and what is accepted."""
        return SigningKeys(self.signing, self.retired)

    def states(self) -> Iterator[tuple[State, VerifierKey]]:
        """Give each key with what it is now; those that sign first, the newest of them first."""
        yield from (("signs", key.verifier) for key in self.signing)
        yield from (("retired", key) for key in self.retired)
        yield from (("compromised", key) for key in self.compromised)

    def rotated(self, key: SigningKey) -> "KeyRing":
        """Add a new key, which signs beside those that do already.

        Raises:
            ContractError: it has another name, or is there already.
        """
        return replace(self, signing=(key, *self.signing))

    def without(self, key_id: str, *, is_compromised: bool) -> "KeyRing":
        """Let a key sign no more.

        Args:
            key_id: in hex, of a key that signs; or, to call it compromised, that is retired.
            is_compromised: somebody else may have it.

        Raises:
            ContractError: there is no such key, or none would sign any more.
        """
        leaving = [one.verifier for one in self.signing if one.verifier.key_id.hex() == key_id]
        retired = list(self.retired)
        if is_compromised:
            leaving += [key for key in retired if key.key_id.hex() == key_id]
            retired = [key for key in retired if key.key_id.hex() != key_id]
        if not leaving:
            raise ContractError(f"no key {key_id} signs here")
        signing = tuple(one for one in self.signing if one.verifier.key_id.hex() != key_id)
        if not signing:
            raise ContractError(f"{key_id} is the only key that signs: rotate first")
        if is_compromised:
            return replace(
                self,
                signing=signing,
                retired=tuple(retired),
                compromised=(*leaving, *self.compromised),
            )
        return replace(self, signing=signing, retired=(*leaving, *retired))

    def text(self) -> str:
        """Spell the file."""
        lines = [key.to_text() for key in self.signing]
        lines += [f"retired {key.text}" for key in self.retired]
        lines += [f"compromised {key.text}" for key in self.compromised]
        return HEADING + "".join(f"{line}\n" for line in lines)


class SigningKeyFile:
    """The keys in a file, as they are now: a change is taken up while the registry serves."""

    def __init__(self, file: Path, *, origin: str) -> None:
        """Read the file.

        Args:
            file: as the commands `keys` made it.
            origin: name that the keys must have.

        Raises:
            SettingsRefused: it cannot be used.
        """
        self._followed = Followed(file, lambda raw: _ring(raw, origin).signer, setting=SETTING)

    @property
    def name(self) -> str:
        """Give the log's origin."""
        return self._followed.now().name

    @property
    def keys(self) -> tuple[SigningKey, ...]:
        """Give the keys that sign now, the newest first."""
        return self._followed.now().keys

    @property
    def verifier(self) -> VerifierKeys:
        """Accept what they sign, and what retired keys signed."""
        return self._followed.now().verifier


def read_ring(file: Path, *, origin: str | None = None) -> KeyRing:
    """Read all keys.

    Args:
        file: as the commands `keys` made it.
        origin: name that the keys must have; `None` takes any.

    Raises:
        SettingsRefused: no such file, others may use it, or they are not the keys of this log.
    """
    return _ring(read_secret(file, setting=SETTING), origin)


def write_signing_key(
    file: Path, key: SigningKey, *, former: Sequence[VerifierKey] = ()
) -> KeyRing:
    """Make a file with a new key, mode 0600.

    Args:
        file: must not be there: a key is never written over.
        key: signs from now on.
        former: public halves of keys that the log had before and that are lost.

    Raises:
        FileExistsError: the file is there.
        ContractError: the former keys are not of this log.
    """
    ring = KeyRing((key,), retired=tuple(former))
    with replacing(file, setting=SETTING) as write:
        if file.exists():
            raise FileExistsError
        write(ring.text())
    return ring


def _ring(raw: bytes, origin: str | None) -> KeyRing:
    lines = [line.strip() for line in raw.decode("ascii", "replace").splitlines()]
    signing: list[SigningKey] = []
    former: dict[str, list[VerifierKey]] = {"retired": [], "compromised": []}
    try:
        for line in lines:
            word, _, key = line.partition(" ")
            if word in former:
                former[word].append(VerifierKey.parse(key))
            elif line and not line.startswith("#"):
                signing.append(SigningKey.from_text(line))
    except ContractError:  # its message would not quote the key, but neither help
        raise SettingsRefused(f"{SETTING}: expected a signing key on each line") from None
    try:
        ring = KeyRing(tuple(signing), tuple(former["retired"]), tuple(former["compromised"]))
    except ContractError as error:
        raise SettingsRefused(f"{SETTING}: {error}") from None
    if origin is not None and ring.signer.name != origin:
        raise SettingsRefused(f"{SETTING}: the keys are named after another origin")
    return ring
