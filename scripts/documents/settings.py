"""Documents: every setting of every service, from its class."""

from scripts.documents.markdown import code, page, table
from scripts.documents.modules import paragraphs, subclasses
from services.kit.settings import ServiceSettings, Setting, describe

INTRODUCTION = """\
Settings come from the environment, are read once at start, and are checked: a missing, wrong or
misspelt one stops the start and names itself, never its value. What has no default must be given.
Secrets have none."""

DEFAULTS = {"None": "none", "()": "none", "": "empty"}
"""How defaults without a value are told."""


def settings_page() -> str:
    """Write docs/settings.md."""
    parts = []
    for kind in subclasses(ServiceSettings):
        if not kind.__subclasses__():  # what others add to is told with them
            rows = [_row(setting) for setting in describe(kind)]
            service = kind.__module__.split(".")[1]
            parts += [f"## {service}: {kind.__name__}", paragraphs(kind)]
            parts.append(table(["variable", "default", "meaning"], rows))
    return page("Settings", INTRODUCTION, *parts)


def _row(setting: Setting) -> list[str]:
    default = DEFAULTS.get(setting.default or "", code(setting.default or ""))
    if setting.default is None:
        default = "must be given"
    secret = "Secret. " if setting.is_secret else ""
    return [code(setting.variable), default, secret + setting.meaning]
