"""Trail: signing what was added by who does not sign: commands, and a process that was killed."""

from contextlib import closing

import structlog

from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.merkle import Frontier
from contracts.trail.chain import BEGUN, DROPPED, SegmentSigner
from services.kit.clock import utc_now
from services.registry.log import CheckpointStore, Publisher, UnsoundLog
from services.registry.trail.folder import Folder, Signing

logger = structlog.get_logger(__name__)

BY_COMMANDS = frozenset({BEGUN, DROPPED, "command-run"})
"""Types of the entries that can stand in a month before anybody has signed it."""


def sign_rest(folder: Folder, month: str, signing: Signing) -> None:
    """Sign what was added to an earlier month and not signed then.

    A month that cannot be signed stays as it is, for `concord registry trail verify` to say why.
    """
    vouch(folder, month, signing)
    with folder.engine(month) as engine:
        store = CheckpointStore(signing.file(month))
        try:
            Publisher(engine, store, SegmentSigner(signing.signer, month)).close()
        except UnsoundLog:
            logger.exception("trail_month_not_signed", month=month)


def vouch(folder: Folder, month: str, signing: Signing) -> None:
    """Keep a first checkpoint, of nothing, for a month that only commands have added to.

    Any other month without a checkpoint has lost it, and is refused by whoever opens it.
    """
    if signing.note(month) is not None:
        return
    with folder.log(month, utc_now) as log:
        after, size = 0, log.head().size
        while after < size:
            for entry in log.page(after, size):
                if entry.type not in BY_COMMANDS:
                    return
                after = entry.position
    key = SegmentSigner(signing.signer, month)
    empty = sign_checkpoint(Checkpoint(key.name, 0, Frontier().root()), key)
    with closing(CheckpointStore(signing.file(month))) as store:
        store.swap(None, empty)
