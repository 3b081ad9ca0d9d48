"""Registry: the trail: who did what with what is not public, kept by the log's own code.

Each month is a log of its own, a file of SQLite with checkpoints of its own. The room knows no web
and no rule; whoever asks it to record has decided already.
"""

from services.registry.trail.folder import Folder
from services.registry.trail.kept import Checkpoints, Signing
from services.registry.trail.notes import Asked, Note
from services.registry.trail.trail import Trail

__all__ = ["Asked", "Checkpoints", "Folder", "Note", "Signing", "Trail"]
