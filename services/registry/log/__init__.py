"""The only writer of the log, and of the Merkle tree over it."""

from services.registry.log.append import Append, Appended, NewEvent
from services.registry.log.checkpoints import CheckpointStore
from services.registry.log.log import Log
from services.registry.log.publication import Publisher
from services.registry.log.recovery import Recovered, recover
from services.registry.log.roles import grant
from services.registry.log.seeing import EVERYBODY, seen_by
from services.registry.log.soundness import Signed, UnsoundLog, assert_sound, found
from services.registry.log.store import StoredEntry
from services.registry.log.vault import StoredDisclosure, Vault
from services.registry.log.verification import VerifiedLog, verify

__all__ = [
    "EVERYBODY",
    "Append",
    "Appended",
    "CheckpointStore",
    "Log",
    "NewEvent",
    "Publisher",
    "Recovered",
    "Signed",
    "StoredDisclosure",
    "StoredEntry",
    "UnsoundLog",
    "Vault",
    "VerifiedLog",
    "assert_sound",
    "found",
    "grant",
    "recover",
    "seen_by",
    "verify",
]
