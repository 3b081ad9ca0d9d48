"""Kit: settings from the environment, frozen, complete at start or the start is refused."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

from pydantic import SecretBytes, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)


class SettingsRefused(Exception):
    """The settings cannot be used; each line of the text names one variable, never its value."""


class ServiceSettings(BaseSettings):
    """Base of a service's settings; a subclass sets `env_prefix` and nothing else.

    The docstring under a field is its documentation: meaning, unit, effect.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library gives them by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from arguments alone; only `read_settings` looks at an environment."""
        return (init_settings,)


SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


def read_settings(
    kind: type[SettingsT], environment: Mapping[str, str] | None = None, **given: Any
) -> SettingsT:
    """Read the settings of one service from the environment, once, at start.

    Args:
        kind: the service's class.
        environment: `None` is that of the process.
        given: values that win over the environment, for instance from the command line; `None`
            means not given.

    Raises:
        SettingsRefused: a variable is missing, wrong, or has the prefix but no meaning.
    """
    environment = os.environ if environment is None else environment
    unknown = sorted(_unknown_names(kind, environment))
    if unknown:
        raise SettingsRefused("\n".join(f"{name}: no setting has this name" for name in unknown))
    source = EnvSettingsSource(kind)
    source.env_vars = {name.lower(): text for name, text in environment.items()}
    try:
        found = source()
        return kind(**(found | {name: one for name, one in given.items() if one is not None}))
    except ValidationError as error:
        raise SettingsRefused("\n".join(_faults(kind, error))) from None
    except SettingsError as error:
        # the library names the field in quotes, and nothing of its value
        field = str(error).split('"')[1]
        raise SettingsRefused(f"{variable(kind, field)}: expected JSON") from None


def _unknown_names(kind: type[ServiceSettings], environment: Mapping[str, str]) -> Iterator[str]:
    """A misspelt variable would else be silently without effect.

    What another class with this prefix knows is no mistake: a service's commands share their
    environment.
    """
    prefix = kind.model_config.get("env_prefix", "").upper()
    known = {
        variable(each, name)
        for each in _family(ServiceSettings, prefix)
        for name in each.model_fields
    }
    for name in environment:
        if prefix and name.upper().startswith(prefix) and name.upper() not in known:
            yield name


def _family(kind: type[ServiceSettings], prefix: str) -> Iterator[type[ServiceSettings]]:
    for smaller in kind.__subclasses__():
        if smaller.model_config.get("env_prefix", "").upper() == prefix:
            yield smaller
        yield from _family(smaller, prefix)


def _faults(kind: type[ServiceSettings], error: ValidationError) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_url=False, include_context=False):
        where = [str(part) for part in fault["loc"]]
        name = variable(kind, where[0]) if where else kind.__name__
        rest = "".join(f".{part}" for part in where[1:])
        yield f"{name}{rest}: {fault['msg']}"


def variable(kind: type[ServiceSettings], field: str) -> str:
    """Name the environment variable of a field."""
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the generated page says of one setting."""

    variable: str
    kind: str
    default: str | None
    """As text; `None` where the setting must be given."""
    is_secret: bool
    meaning: str


def describe(kind: type[ServiceSettings]) -> tuple[Setting, ...]:
    """List a service's settings for its documentation, in the order of the class."""
    return tuple(_described(kind, name, field) for name, field in kind.model_fields.items())


def _described(kind: type[ServiceSettings], name: str, field: FieldInfo) -> Setting:
    annotation = field.annotation
    inner = {annotation, *get_args(annotation)}
    required = field.default is PydanticUndefined and field.default_factory is None
    return Setting(
        variable=variable(kind, name),
        kind=getattr(annotation, "__name__", str(annotation)) if annotation else "text",
        default=None if required else str(field.get_default(call_default_factory=True)),
        is_secret=bool(inner & {SecretStr, SecretBytes}),
        meaning=" ".join((field.description or "").split()),
    )
