"""Trail: signing what was added by who does not sign: commands, and a process that was killed."""

from contextlib import closing

import structlog

from contracts.checkpoint import Checkpoint, sign_checkpoint
from contracts.merkle import Frontier
from contracts.trail.chain import BEGUN, DROPPED, SegmentSigner
from services.kit.clock import utc_now
from services.registry.log import CheckpointStore, UnsoundLog
from services.registry.log.soundness import assert_head_fits, not_kept, signed_frontier
from services.registry.trail.folder import Folder
from services.registry.trail.kept import Checkpoints, Signing
from services.registry.trail.month import publisher_of

logger = structlog.get_logger(__name__)

BY_COMMANDS = frozenset({BEGUN, DROPPED, "command-run"})
"""Types of the entries that can stand in a month before anybody has signed it."""


def sign_rest(folder: Folder, month: str, signing: Signing) -> None:
    """Sign what was added to an earlier month and not signed then.

    A month that cannot be signed stays as it is, for `concord registry trail verify` to say why.
    """
    vouch(folder, month, signing)
    with folder.engine(month) as engine:
        try:
            publisher_of(engine, month, signing).close()
        except UnsoundLog as error:
            logger.error("trail_month_not_signed", month=month, reason=error.reason)  # noqa: TRY400


def vouch(folder: Folder, month: str, signing: Signing) -> None:
    """Keep a first checkpoint, of nothing, for a month that only commands have added to.

    Any other month without a checkpoint has lost it, and is refused by whoever opens it.
    """
    if signing.note(month) is not None or not is_by_commands(folder, month):
        return
    key = SegmentSigner(signing.signer, month)
    empty = sign_checkpoint(Checkpoint(key.name, 0, Frontier().root()), key)
    with closing(CheckpointStore(signing.file(month))) as store:
        store.swap(None, empty)


def is_by_commands(folder: Folder, month: str) -> bool:
    """Say whether commands alone have added to a month, which nobody need have signed yet."""
    with folder.log(month, utc_now) as log:
        after, size = 0, log.head().size
        while after < size:
            for entry in log.page(after, size):
                if entry.type not in BY_COMMANDS:
                    return False
                after = entry.position
    return True


def assert_as_signed(folder: Folder, month: str, kept: Checkpoints) -> int:
    """Check that a month goes on from its checkpoint, without signing; give the size then signed.

    Raises:
        UnsoundLog: it does not, or it has lost its checkpoint.
    """
    checkpoint = kept.checkpoint(month)  # first: the month only grows
    with folder.engine(month) as engine, engine.connect() as connection:
        head = assert_head_fits(connection)
        if checkpoint is not None:
            return signed_frontier(connection, head, checkpoint).size
    if not is_by_commands(folder, month):
        raise not_kept(head)
    return 0
