"""Documents: every setting of every service, from its class."""

from scripts.documents.markdown import code, page, table
from scripts.documents.modules import paragraphs, subclasses
from services.kit.settings import ServiceSettings, Setting, describe

INTRODUCTION = """\
Settings come from the environment, are read once at start, and are checked: a missing, wrong or
misspelt one stops the start and names itself, never its value. What has no default must be given.
Secrets have none."""


def settings_page() -> str:
    """Write docs/settings.md."""
    parts = []
    for kind in subclasses(ServiceSettings):
        rows = [_row(setting) for setting in describe(kind)]
        if rows:
            service = kind.__module__.split(".")[1]
            parts += [f"## {service}: {kind.__name__}", paragraphs(kind)]
            parts.append(table(["variable", "default", "meaning"], rows))
    return page("Settings", INTRODUCTION, *parts)


def _row(setting: Setting) -> list[str]:
    default = "must be given" if setting.default is None else code(setting.default) or "empty"
    secret = "Secret. " if setting.is_secret else ""
    return [code(setting.variable), default, secret + setting.meaning]
