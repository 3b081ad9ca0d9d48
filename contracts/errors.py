"""The errors of the published language: all are `ValueError`s, none knows a service."""


class ContractError(ValueError):
    """Root: bytes, text or a value is not what the published language says."""


class NotCanonical(ContractError):
    """A value has no canonical form here."""

    def __init__(self, reason: str, *, pointer: str = "") -> None:
        super().__init__(f"{reason} at {pointer or 'the root'}")
        self.reason = reason
        self.pointer = pointer
        """JSON Pointer (RFC 6901) of the place; empty for the whole value."""


class NotJson(ContractError):
    """Bytes did not pass the strict gate; the message never repeats what was sent."""

    def __init__(self, code: str, message: str, *, pointer: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        """Kebab-case, for instance `duplicate-name`; `gate.STATUS_BY_CODE` has all."""
        self.message = message
        self.pointer = pointer
        """JSON Pointer of the nearest plainly named place; empty if unknown."""
        self.status = status
        """HTTP status that fits: 400, 413 or 422."""


class VerificationFailed(ContractError):
    """A proof, signature, digest or text does not check out."""

    def __init__(self, reason: str, *, position: int | None = None) -> None:
        super().__init__(reason if position is None else f"position {position}: {reason}")
        self.reason = reason
        self.position = position
        """Place in the log where it failed, from 1; `None` if the fault has no single place."""
