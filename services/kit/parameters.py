"""Kit: parameters that have one spelling only."""

import re
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")


def _one_spelling(given: Any) -> Any:
    """Let a plain number through; `1.0`, `+1`, ` 1`, `01` and `1_000` would be read as one too."""
    if isinstance(given, str) and not _DIGITS.fullmatch(given):
        raise PydanticCustomError("whole_number", "Input should be a whole number in plain digits")
    return given


WholeNumber: TypeAlias = Annotated[int, BeforeValidator(_one_spelling)]
"""A number from 0 on in a path or query, in ASCII digits without sign, spaces or zeros in front."""
