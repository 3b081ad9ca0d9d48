"""Kit: parameters that have one spelling only."""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    """A number from 0 on in a path or query, in ASCII digits without sign, spaces, zeros in front.

    Its bounds stand here and not beside it: so they are part of the number's own schema, and the
    OpenAPI document says them.
    """

    least: int
    most: int

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Look at the spelling first, then at the bounds."""
        within = core_schema.int_schema(ge=self.least, le=self.most)
        return core_schema.no_info_before_validator_function(_one_spelling, within)


def _one_spelling(given: Any) -> Any:
    """Let a plain number through; `1.0`, `+1`, ` 1`, `01` and `1_000` would be read as one too."""
    if isinstance(given, str) and not _DIGITS.fullmatch(given):
        raise PydanticCustomError("whole_number", "Input should be a whole number in plain digits")
    return given
