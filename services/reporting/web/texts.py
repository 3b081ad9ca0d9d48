"""Words that go with every answer, and the choice of a language for all others."""

from collections.abc import Iterator, Mapping
from typing import Any

DISCLAIMER: Mapping[str, str] = {
    "en": "Content originates from the reporting participant. Entries are indicators of fact, "
    "not a measure of compliance. Designations imply no opinion on the status of any territory "
    "or of its authorities.",
    "fr": "Le contenu émane du participant qui présente le rapport. Les mentions sont des "
    "indications de fait et non une mesure de la conformité. Les désignations employées "
    "n'impliquent aucune prise de position quant au statut d'un territoire ou de ses autorités.",
    "es": "El contenido procede del participante que informa. Las entradas son indicadores de "
    "hecho y no una medida del cumplimiento. Las denominaciones no implican juicio alguno sobre "
    "la condición jurídica de ningún territorio ni de sus autoridades.",
    "ru": "Содержание исходит от представляющего доклад участника. Записи отражают факты и не "
    "являются мерой соблюдения. Обозначения не выражают мнения относительно статуса "
    "какой-либо территории или её властей.",
    "zh": "内容由提交报告的参与方提供。各项记录仅说明事实。这些记录不是衡量遵守情况的尺度。"
    "所用名称不意味着对任何领土或其当局的地位表示任何意见。",
    "ar": "المحتوى صادر عن الجهة المشاركة التي قدمت التقرير. والمدخلات مؤشرات على وقائع وليست "
    "مقياسًا للامتثال. ولا تنطوي التسميات على أي رأي بشأن مركز أي إقليم أو سلطاته.",
}
"""Stands in every answer, whatever its form."""

ILLUSTRATIVE: Mapping[str, str] = {
    "en": "illustrative compilation from public sources, not a submission by the State",
    "fr": "compilation illustrative établie à partir de sources publiques, et non une "
    "communication de l'État",
    "es": "compilación ilustrativa de fuentes públicas, no una presentación del Estado",
    "ru": "иллюстративная подборка из открытых источников, не является докладом государства",
    "zh": "根据公开来源编制的说明性汇编。并非该国提交的报告",
    "ar": "تجميع توضيحي من مصادر عامة، وليس تقريرًا مقدمًا من الدولة",
}
"""Stands beside everything whose origin is `illustrative_compilation`."""

ILLUSTRATIVE_OF_ORGANISATION: Mapping[str, str] = {
    "en": "illustrative compilation from public sources, not a submission by the organisation",
    "fr": "compilation illustrative établie à partir de sources publiques, et non une "
    "communication de l'organisation",
    "es": "compilación ilustrativa de fuentes públicas, no una presentación de la organización",
    "ru": "иллюстративная подборка из открытых источников, не является докладом организации",
    "zh": "根据公开来源编制的说明性汇编。并非该组织提交的报告",
    "ar": "تجميع توضيحي من مصادر عامة، وليس تقريرًا مقدمًا من المنظمة",
}
"""The same beside what is compiled on an organisation."""

_TEXTS = frozenset(
    {
        "assistance_needed",
        "assistance_offered",
        "challenges",
        "contributing_bodies",
        "cycle_title",
        "description",
        "disclaimer",
        "good_practices",
        "lead_body",
        "name",
        "narrative",
        "notices",
        "note",
        "progress",
        "reason",
        "sentence",
        "summary",
        "text",
        "title",
        "withdrawal_reason",
    }
)
"""Members that are a language map, or a list of them, where they are no plain text."""

_AS_FILED = frozenset({"compiled", "new", "old", "patch", "value"})
"""Members whose value stands in the log; they are shown as they are, in every language."""

_THEN = ("en", "fr", "es", "ru", "zh", "ar")


class Reader:
    """Chooses one language for every text of an answer, and notes which ones it found."""

    def __init__(self, language: str | None) -> None:
        self._language = language
        self.used: set[str] = set()

    def fixed(self, text: Mapping[str, str]) -> str:
        """Give one of our own texts, in English where no language was asked for."""
        tag = _best(text, self._language or "en", None)
        if self._language is not None:
            self.used.add(tag)
        return text[tag]

    def read(self, value: Any, original: str | None = None, about: str | None = None) -> Any:
        """Copy a value with one language in each map, and with the label of its origin.

        Numbers and codes are never touched. Without a language every map stays whole.
        """
        if isinstance(value, list | tuple):
            return [self.read(one, original, about) for one in value]
        if not isinstance(value, dict):
            return value
        own = value.get("original") or original
        return dict(self._members(value, own, value.get("participant") or about))

    def _members(
        self, value: Mapping[str, Any], original: str | None, about: Any
    ) -> Iterator[tuple[str, Any]]:
        for name, member in value.items():
            if name in _AS_FILED:
                yield name, member
            elif name in _TEXTS and _is_text(member):
                yield name, self._narrowed(member, original)
            else:
                yield name, self.read(member, original, about)
            if name == "origin":
                is_compiled = member == "illustrative_compilation"
                yield "origin_label", self.fixed(_label(about)) if is_compiled else None

    def _narrowed(self, text: Any, original: str | None) -> Any:
        if isinstance(text, list):
            return [self._narrowed(one, original) for one in text]
        if self._language is None or not text:
            return text
        tag = _best(text, self._language, original)
        self.used.add(tag)
        return {tag: text[tag]}


def _label(about: Any) -> Mapping[str, str]:
    """Choose the label by the code of whom a compilation is about, where one is named."""
    return ILLUSTRATIVE_OF_ORGANISATION if str(about).startswith("ORG-") else ILLUSTRATIVE


def _is_text(member: Any) -> bool:
    if isinstance(member, list):
        return all(_is_text(one) for one in member)
    return isinstance(member, dict) and all(isinstance(text, str) for text in member.values())


def _best(text: Mapping[str, str], language: str, original: str | None) -> str:
    """Find the tag to show: as asked, its broader ones, the original, English, any (RFC 4647)."""
    by_folded = {tag.lower(): tag for tag in text}
    subtags = language.lower().split("-")
    for length in range(len(subtags), 0, -1):
        found = by_folded.get("-".join(subtags[:length]))
        if found is not None:
            return found
    after = (tag for tag in (original, *_THEN) if tag is not None and tag in text)
    return next(after, min(text))
