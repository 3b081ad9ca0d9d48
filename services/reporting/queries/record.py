"""Pure: compiles the versions of a report into what stands, part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from services.reporting.queries.rows import positions
from services.reporting.queries.versions import Version

Part: TypeAlias = Mapping[Any, Any]
"""A row of a statement or section table; `restricted` says whether it is sealed."""
Parts: TypeAlias = Mapping[tuple[str, int], Mapping[str, Part]]
"""What each version carries: by report and version, then by unit or section."""
Versions: TypeAlias = Mapping[str, Sequence[Version]]
"""By report, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What stands under one unit or section."""

    part: Part
    substance: Version
    """The version that says it."""
    act: Version
    """The version of this report that makes it stand; another one where it was renewed."""

    @property
    def is_open(self) -> bool:
        """Say whether everybody can read it, and so whether it enters a figure."""
        return not self.part["restricted"]

    @property
    def is_told(self) -> bool:
        """Say whether the answer may tell what it says: it is open, or disclosed to the reader."""
        return self.is_open or "disclosed" in self.part

    @property
    def rests_on(self) -> tuple[int, ...]:
        """Give the positions of what says it, what lets it stand, and what shows it."""
        shown_by = self.part.get("shown_by", ())
        return tuple(positions(self.part["position"], self.act.position, *shown_by))


@dataclass(slots=True, kw_only=True)
class Record:
    """A report compiled over its versions, in one voice."""

    report_id: str
    versions: tuple[Version, ...]
    """Of this voice, oldest first; never empty."""
    stated: dict[str, Stated] = field(default_factory=dict)
    first_open: dict[str, Version] = field(default_factory=dict)
    """By unit, the version of this report since which an open statement stands or stood."""
    first_said: dict[str, Version] = field(default_factory=dict)
    """The same without what a declaration of nothing new lets stand."""
    documents: list[Version] = field(default_factory=list)
    """The versions whose documents make it up, oldest first."""

    @property
    def latest(self) -> Version:
        """Give the newest version."""
        return self.versions[-1]

    @property
    def first(self) -> Version:
        """Give the version by which the report was first received."""
        return self.versions[0]

    @property
    def is_submission(self) -> bool:
        """Say whether the participant speaks here; nothing else enters a figure."""
        return self.latest.origin == "submission"


def voice_of(versions: Sequence[Version]) -> tuple[Version, ...]:
    """Choose who is heard: the participant where it has spoken, else the compilation."""
    own = tuple(version for version in versions if version.origin == "submission")
    return own or tuple(versions)


def standing(versions: Sequence[Version], *, up_to: int | None = None) -> tuple[Version, ...]:
    """Give the versions that were not withdrawn, perhaps before another one was filed.

    Args:
        versions: oldest first.
        up_to: the last number to look at: what was withdrawn together with it, or later, stood
            when it was filed.
    """
    return tuple(
        one
        for one in versions
        if (up_to is None or one.number <= up_to)
        and (one.withdrawn is None or (up_to is not None and one.withdrawn.report_version >= up_to))
    )


def compile_record(report_id: str, versions: Versions, parts: Parts) -> Record | None:
    """Compile what stands in a report: a full document replaces, an update adds.

    Where an update says that nothing changed on a unit, what stood there stands. A report that was
    withdrawn is none; a renewal of one that was withdrawn later stands.

    Args:
        report_id: the report.
        versions: of this report, and of those that its declarations of nothing new stand for.
        parts: of the same versions.

    Returns:
        `None` where no version stands.
    """
    voice = standing(voice_of(versions.get(report_id, ())))
    return _compiled(voice, versions, parts, seen=frozenset()) if voice else None


def _compiled(
    chosen: tuple[Version, ...], versions: Versions, parts: Parts, *, seen: frozenset[int]
) -> Record:
    record = Record(report_id=chosen[0].report_id, versions=chosen)
    for version in chosen:
        if version.renews is None:
            _take(record, version, parts)
        elif version.position not in seen:
            _renew(record, version, versions, parts, seen | {version.position})
        for name, stated in record.stated.items():
            if stated.is_open:
                record.first_open.setdefault(name, version)
                if stated.act.renews is None:
                    record.first_said.setdefault(name, version)
    return record


def _take(record: Record, version: Version, parts: Parts) -> None:
    """Let a version's own document speak."""
    if version.form == "full":
        record.stated.clear()
        record.documents.clear()
    record.documents.append(version)
    for name, part in parts.get((version.report_id, version.number), {}).items():
        says_unchanged = version.form == "update" and part.get("changed") is False
        if not (says_unchanged and name in record.stated):
            record.stated[name] = Stated(part=part, substance=version, act=version)


def _renew(
    record: Record, version: Version, versions: Versions, parts: Parts, seen: frozenset[int]
) -> None:
    """Let a version stand for what another said, however old it is."""
    report_id, number = version.renews or ("", 0)
    said = [one for one in versions.get(report_id, ()) if one.origin == version.origin]
    meant = standing(said, up_to=number)
    if not meant:
        return
    renewed = _compiled(meant, versions, parts, seen=seen)
    record.documents[:] = renewed.documents
    record.stated = {
        name: Stated(part=stated.part, substance=stated.substance, act=version)
        for name, stated in renewed.stated.items()
    }
