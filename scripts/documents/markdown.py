"""Documents: small pieces of Markdown."""

from collections.abc import Iterable, Sequence


def page(title: str, introduction: str, *parts: str) -> str:
    """Put a generated page together; its second line says where it comes from."""
    made = "*Made from the code by `make docs`; changes belong there.*"
    return "\n\n".join([f"# {title}", made, introduction, *parts]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Give a table; bars and line breaks inside cells are made harmless."""
    lines = [_row(header), "|" + "---|" * len(header), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    plain = (" ".join(cell.split()).replace("|", "\\|") for cell in cells)
    return "| " + " | ".join(plain) + " |"


def code(text: str) -> str:
    """Give text in code type; nothing for nothing."""
    return f"`{text}`" if text else ""
