"""Documents: finding classes wherever they are written."""

import importlib
import inspect
import pkgutil
from typing import TypeVar

import services

T = TypeVar("T")


def import_all_services() -> None:
    """Import every module of the services; importing does no work, so this is quick and safe."""
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def subclasses(root: type[T]) -> list[type[T]]:
    """All descendants that are ours, in the order of their modules and lines."""
    import_all_services()
    found: dict[str, type[T]] = {}
    todo = [root]
    while todo:
        for child in todo.pop().__subclasses__():
            todo.append(child)
            if child.__module__.startswith("services."):
                found[f"{child.__module__}.{child.__qualname__}"] = child
    return sorted(found.values(), key=lambda kind: (kind.__module__, _line(kind)))


def _line(kind: type) -> int:
    return inspect.getsourcelines(kind)[1]


def paragraphs(kind: type) -> str:
    """A class's own docstring with its lines joined to paragraphs."""
    text = inspect.cleandoc(kind.__doc__ or "")
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))
