"""Pure: a change told in a sentence that names postulate, field, old and new, in six languages."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from contracts.instrument import Edition
from services.reporting.queries.difference import Change, pointer
from services.reporting.queries.rows import Row

MOST_QUOTED = 160
"""Characters of a value that a sentence quotes; the whole value stands beside it."""

_FRAMES: Mapping[str, Mapping[str, str]] = {
    "added": {
        "en": "{where}: {field} was added: {new}.",
        "fr": "{where} : {field} a été ajouté : {new}.",
        "es": "{where}: se añadió {field}: {new}.",
        "ru": "{where}: добавлено {field}: {new}.",
        "zh": "{where}：新增 {field}：{new}。",  # noqa: RUF001 - Chinese punctuation
        "ar": "{where}: أُضيف {field}: {new}.",
    },
    "removed": {
        "en": "{where}: {field} was removed; it was {old}.",
        "fr": "{where} : {field} a été retiré ; c'était {old}.",
        "es": "{where}: se suprimió {field}; era {old}.",
        "ru": "{where}: удалено {field}; было {old}.",
        "zh": "{where}：删除 {field}；原为 {old}。",  # noqa: RUF001 - Chinese punctuation
        "ar": "{where}: حُذف {field}؛ وكان {old}.",
    },
    "changed": {
        "en": "{where}: {field} was {old} and is now {new}.",
        "fr": "{where} : {field} était {old} et est maintenant {new}.",
        "es": "{where}: {field} era {old} y ahora es {new}.",
        "ru": "{where}: {field} было {old}, теперь {new}.",
        "zh": "{where}：{field} 原为 {old}，现为 {new}。",  # noqa: RUF001 - Chinese punctuation
        "ar": "{where}: كان {field} {old} وهو الآن {new}.",
    },
}
_RESEALED: Mapping[str, str] = {
    "en": "{where}: the section is not public; whether it changed cannot be seen.",
    "fr": "{where} : la section n'est pas publique ; on ne peut voir si elle a changé.",
    "es": "{where}: la sección no es pública; no se puede ver si ha cambiado.",
    "ru": "{where}: раздел не предназначен для публикации; изменился ли он, не видно.",
    "zh": "{where}：该部分不公开，无法看出是否有变化。",  # noqa: RUF001 - Chinese punctuation
    "ar": "{where}: القسم غير علني، ولا يمكن معرفة ما إذا كان قد تغيّر.",
}
"""Of two seals: each has a salt of its own, so that they differ whatever they hide."""
_SEALED: Mapping[str, str] = {
    "en": "a section that is not public",
    "fr": "une section qui n'est pas publique",
    "es": "una sección que no es pública",
    "ru": "раздел, не предназначенный для публикации",
    "zh": "不公开的部分",
    "ar": "قسم غير علني",
}
_WHOLE: Mapping[str, str] = {
    "en": "the section",
    "fr": "la section",
    "es": "la sección",
    "ru": "раздел",
    "zh": "该部分",
    "ar": "القسم",
}


def told(change: Change, instrument: Edition) -> Row:
    """Tell a change: where, which field, what it was and is, and the sentence.

    Args:
        change: between two documents of national reports.
        instrument: the edition that names the reporting units.
    """
    part, unit, field = _place(change.named)
    found = instrument.units.get(unit) if unit else None
    where = f"{unit} ({found.short_title})" if found else unit or part
    return {
        "change": change.kind,
        "pointer": pointer(change.path),
        "part": part,
        "unit": unit,
        "field": field or None,
        "old": change.old,
        "new": change.new,
        "sentence": {
            tag: frame.format(
                where=where,
                field=field or _WHOLE[tag],
                old=_quoted(change.old, tag),
                new=_quoted(change.new, tag),
            )
            for tag, frame in _frames(change, field).items()
        },
    }


def _frames(change: Change, field: str) -> Mapping[str, str]:
    if change.kind == "changed" and field == "sealed":
        return _RESEALED
    return _FRAMES[change.kind]


def _place(named: Sequence[str]) -> tuple[str, str | None, str]:
    """Split a path: the part of the report, the reporting unit in it, the field below."""
    part, *below = named or ("document",)
    unit = below.pop(0) if part == "statements" and below else None
    return part, unit, " / ".join(below)


def _quoted(value: Any, tag: str) -> str:
    if isinstance(value, Mapping) and "sealed" in value:
        return _SEALED[tag]
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    short = text if len(text) <= MOST_QUOTED else text[: MOST_QUOTED - 1] + "…"
    return f"“{short}”"
