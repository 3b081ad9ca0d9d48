"""Architecture tests: the source of this project as text and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

OUR_FOLDERS = ("benchmarks", "contracts", "migrations", "scripts", "services", "tests")
NOT_OURS = {
    ".git",
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "__pycache__",
    "demo-data",
    "node_modules",
    "build",
    "dist",
}
TEXT_SUFFIXES = {
    "", ".cfg", ".css", ".editorconfig", ".example", ".html", ".ini", ".js", ".json", ".mako",
    ".md", ".py", ".sh", ".sql", ".toml", ".txt", ".yaml", ".yml",
}  # fmt: skip


def path_of(file: Path) -> str:
    """Name a file as people do: from the root of the project, with slashes."""
    return file.relative_to(ROOT).as_posix()


@cache
def files() -> tuple[Path, ...]:
    """All files of the project, without what tools leave behind."""
    return tuple(sorted(_walk(ROOT)))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in NOT_OURS and not entry.is_symlink():
                yield from _walk(entry)
        elif entry.is_file():
            yield entry


@cache
def texts() -> tuple[tuple[str, str], ...]:
    """Path and text of every text file."""
    return tuple(
        (path_of(file), file.read_text(encoding="utf-8"))
        for file in files()
        if file.suffix in TEXT_SUFFIXES and file.name != ".coverage"
    )


@cache
def modules() -> tuple[tuple[str, ast.Module, str], ...]:
    """Path, syntax tree and text of every Python module in our folders."""
    return tuple(
        (path, ast.parse(text, filename=path), text)
        for path, text in texts()
        if path.endswith(".py") and path.split("/")[0] in OUR_FOLDERS
    )


def modules_under(*folders: str) -> list[tuple[str, ast.Module, str]]:
    """The modules in any of these folders, at any depth."""
    return [module for module in modules() if module[0].startswith(folders)]
