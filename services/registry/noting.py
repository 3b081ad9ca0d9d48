"""Registry: that an operator ran a command is recorded in the trail, before it does anything."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from contracts.trail.chain import segment_origin
from services.kit.clock import utc_now
from services.kit.commands import say
from services.kit.settings import SettingsRefused, read_settings
from services.registry.opening import check_store_folder, trail_folder
from services.registry.settings import NotedSettings
from services.registry.trail import Checkpoints, Folder, Trail
from services.registry.trail.notes import command_run

NOT_RECORDED = "not recorded in the trail: REGISTRY_TRAIL_FOLDER is not set"


def operator() -> str:
    """Name who runs this process as the host does: by a number, never a name."""
    return f"uid-{os.getuid()}"


@contextmanager
def noted(command: str, *concerns: str) -> Iterator[list[str]]:
    """Record that a command begins, and how it ends.

    It adds to the trail and signs nothing: the registry that runs does, or the next one.

    Args:
        command: its words, without what was given to it.
        concerns: ids of what it concerns, as far as they are known.

    Yields:
        The list of them, for what becomes known.

    Raises:
        SettingsRefused: there is a trail and it is not known of which log, or where its
            checkpoints are kept.
        UnsoundLog: the trail is not as it was signed; the command has done nothing.
        Unavailable: it cannot be recorded; the command has done nothing.
    """
    settings = read_settings(NotedSettings)
    known = list(concerns)
    if settings.trail_folder is None:
        say(NOT_RECORDED)
        yield known
        return
    if settings.checkpoint_store is None:
        raise SettingsRefused("REGISTRY_CHECKPOINT_STORE: needed with REGISTRY_TRAIL_FOLDER")
    check_store_folder(settings.checkpoint_store)
    folder = folder_of(settings.trail_folder, settings.origin)
    with Trail(folder, utc_now, None, kept=Checkpoints(settings.checkpoint_store)) as trail:
        trail.open()
        trail.note(command_run(operator(), command, "begun", known))
        try:
            yield known
        except BaseException as error:
            is_done = isinstance(error, typer.Exit) and error.exit_code == 0
            outcome = "done" if is_done else "failed"
            trail.note(command_run(operator(), command, outcome, known))
            raise
        trail.note(command_run(operator(), command, "done", known))


def folder_of(path: Path, origin: str | None) -> Folder:
    """Give the trail's folder, of the log that is named, or that its months are of."""
    folder = trail_folder(path, origin or "")
    months = folder.months()
    if origin:
        return folder
    if not months:
        raise SettingsRefused("REGISTRY_ORIGIN: needed, since the trail has no month yet")
    found = folder.origin_of(months[-1])
    return trail_folder(path, found.removesuffix(segment_origin("", months[-1])))
