"""Fictitious files, and where reports name them as evidence."""

from hashlib import sha256

from services.demonstration.fictitious import Body

_HEADING = "Fictitious file made for this demonstration.\n"
FIRST = f"{_HEADING}Passenger data was received at two crossings in 2024.\n"
REVISED = f"{_HEADING}Passenger data was received at three crossings by the end of 2025. Signed.\n"
NAMING = f"{_HEADING}Statement of a witness, whose name does not belong here.\n"
RESTRICTED = f"{_HEADING}Minutes of the coordination centre.\n"
CITED_BY, UNIT = "ZZA", "P6"
"""Whose reports cite the first file, then its revision, and where."""


def digest_of(text: str) -> str:
    """Give the digest by which a file is named."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def cite(statement: Body, text: str) -> None:
    """Let the measures of a statement name the file that bears them out."""
    for measure in statement["measures"]:
        measure["evidence"] = [digest_of(text)]
