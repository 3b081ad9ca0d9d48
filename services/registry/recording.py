"""Registry: who recorded an entry, as far as the log knows whose request made it."""

from services.registry.domain.streams import participation_stream
from services.registry.log import Log


def is_own_act(log: Log, participant: str, version: int) -> bool:
    """Say whether an act came with a token of the participant itself.

    What the secretariat recorded on its behalf did not, nor did what is not there. A log that was
    made anew from an export has no requests: there, nothing is known to be anybody's own.
    """
    entries = log.read_stream(participation_stream(participant))
    if not 1 <= version <= len(entries):
        return False
    entry, _ = entries[version - 1]
    return log.is_made_by(participant, entry.position)
