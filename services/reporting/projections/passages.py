"""Projections: sections that say themselves who may read them: the text, or its seal alone."""

from typing import Any

from sqlalchemy import Column, String, Text
from sqlalchemy.schema import SchemaItem

from contracts.events.shared import Sealed, Value
from services.reporting.projections.base import as_text

UNMARKED = "secretariat"
"""Who may read what is sealed where the marker does not say."""


def passage_columns(name: str, *, nullable: bool = False) -> tuple[SchemaItem, ...]:
    """Give the columns of a section.

    Args:
        name: their beginning.
        nullable: whether a row may be without the section.
    """
    return (
        # public | participants | auditors | secretariat
        Column(f"{name}_visibility", String(16), nullable=nullable),
        # NULL where everybody may read it.
        Column(f"{name}_seal", String(64)),
        # A language map as canonical JSON; NULL where it is sealed.
        Column(f"{name}_text", Text),
    )


def passage_values(name: str, section: Sealed | Value) -> dict[str, Any]:
    """Give the values of a section: what is sealed is shown by its seal alone."""
    if isinstance(section, Sealed):
        visibility, seal, text = section.visibility or UNMARKED, section.sealed, None
    else:
        said = section.model_dump(mode="json")
        visibility, seal, text = said["visibility"], None, as_text(said["text"])
    return {f"{name}_visibility": visibility, f"{name}_seal": seal, f"{name}_text": text}


def no_passage(name: str) -> dict[str, None]:
    """Give the values of a section that is not there."""
    return {f"{name}_visibility": None, f"{name}_seal": None, f"{name}_text": None}
