"""Contracts room: rules on statements (part D) and on parts E and F, each section by itself."""

from contracts.catalogue import catalogue
from contracts.instrument import edition
from contracts.rules.checks import PASSAGES, Found, Place, of_measures, on_document
from contracts.rules.reading import DONE, SCALE, Report


@on_document("D-R01", "/statements/*/original", "/statements/*/narrative", each="statement")
def original_among_the_languages(report: Report) -> Found:
    """The original is one of the languages of the narrative."""
    for at, _, said in report.statements:
        if "narrative" in said and said.get("original", "") not in said["narrative"]:
            yield Place(f"{at}/original")


@on_document(
    "D-R02",
    "/statements/*/narrative",
    "/human_rights/narrative",
    "/observations/text",
    each="passage",
)
def translations_differ(report: Report) -> Found:
    """Two languages do not have the very same text."""
    if not report.repeated_texts:
        return
    for at, _, texts in report.passages:
        if len(set(texts.values())) < len(texts):
            yield Place(at)


@on_document(
    "D-R03",
    "/statements/*/implementation_status",
    "/statements/*/measures/",
    "/statements/*/measures/*/implementation_status",
    each="statement",
)
def no_further_than_its_measures(report: Report) -> Found:
    """The unit is no further than the furthest of its measures."""
    for at, _, said in report.statements:
        claimed = SCALE.get(said.get("implementation_status", ""))
        measures = said.get("measures")
        if claimed and measures:
            furthest = 0
            for one in measures:
                furthest = max(furthest, SCALE.get(one.get("implementation_status", ""), 9))
            if furthest < claimed:  # 9: it says nothing of how far it is
                yield Place(f"{at}/implementation_status")


@on_document("D-R04", *of_measures("measure_id"), each="measure")
def measure_once_in_a_section(report: Report) -> Found:
    """A measure stands in a section once."""
    if not report.repeated_measures:
        return
    seen = set()
    for one in report.measures:
        named = (one.section, one.row.get("measure_id"))
        if named in seen and named[1] is not None:
            yield Place(f"{one.at}/measure_id")
        seen.add(named)


def _pillars() -> frozenset[str]:
    kinds = (one for one in catalogue().documents.values() if one.kind == "instrument")
    return frozenset(pillar for one in kinds for pillar in edition(one.version, one.name).pillars)


PILLARS = _pillars()
"""Of all published editions."""


@on_document("D-R05", *of_measures("pillars"), each="measure")
def pillars_known(report: Report) -> Found:
    """Pillars are those of an edition of the instrument."""
    if report.pillars <= PILLARS:
        return
    for one in report.measures:
        for number, pillar in enumerate(one.row.get("pillars", ())):
            if pillar not in PILLARS:
                yield Place(f"{one.at}/pillars/{number}", {"pillars": sorted(PILLARS)})


@on_document("D-R06", *of_measures("dated_on", "date_precision", "sources"), each="measure")
def sources_after_the_measure(report: Report) -> Found:
    """A source that tells of a measure is not older than the measure."""
    for one in report.measures:
        sources = one.row.get("sources")
        if not sources or not one.dated_on or one.row.get("date_precision", "day") != "day":
            continue
        for number, source in enumerate(sources):
            if source.get("published_on", "9999") < one.dated_on:
                yield Place(f"{one.at}/sources/{number}/published_on")


@on_document(
    "D-R07",
    "/statements/*/narrative",
    "/statements/*/challenges",
    "/statements/*/good_practices",
    each="statement",
)
def one_text_one_field(report: Report) -> Found:
    """Challenges and good practices say something else than the narrative."""
    for at, _, said in report.statements:
        narrative = said.get("narrative")
        if narrative is None:
            continue
        if said.get("challenges") == narrative:
            yield Place(f"{at}/challenges")
        if narrative in said.get("good_practices", ()):
            number = said["good_practices"].index(narrative)
            yield Place(f"{at}/good_practices/{number}")


@on_document(
    "D-R08", "/statements/*/assistance_needed", "/statements/*/assistance_offered", each="statement"
)
def needed_is_not_offered(report: Report) -> Found:
    """The same help is not both asked for and offered on one unit."""
    for at, _, said in report.statements:
        offered = said.get("assistance_offered")
        if not offered:
            continue
        for number, need in enumerate(said.get("assistance_needed", ())):
            if need in offered:
                yield Place(f"{at}/assistance_needed/{number}")


@on_document("D-R09", *of_measures("title", "measure_id"))
def titles_differ(report: Report) -> Found:
    """Two measures of a section do not bear the same title."""
    titles = [
        (one.section, text) for one in report.measures for text in one.row.get("title", {}).values()
    ]
    if len(set(titles)) == len(titles):
        return
    seen: dict[tuple[str, str], str | None] = {}
    for one in report.measures:
        name = one.row.get("measure_id")
        named = [(one.section, text) for text in one.row.get("title", {}).values()]
        if any(seen.setdefault(each, name) != name for each in named):
            yield Place(f"{one.at}/title")


_TO_JUSTICE = frozenset(
    {"prosecution", "international_cooperation", "legislation", "treaty_action"}
)


@on_document(
    "P5-R03",
    "/statements/P5/implementation_status",
    "/statements/P5/measures",
    "/cover/period_to",
)
def extradite_or_prosecute(report: Report) -> Found:
    """Cooperation that is in place rests on a measure of it by the end of the period."""
    for at, unit, said in report.statements:
        if unit != "P5" or said.get("implementation_status") not in DONE or not report.period_to:
            continue
        days = [
            one.dated_on
            for one in report.measures
            if one.unit == "P5" and one.row.get("measure_type") in _TO_JUSTICE
        ]
        if not any("" < day <= report.period_to for day in days):
            yield Place(f"{at}/implementation_status", {"measure_types": sorted(_TO_JUSTICE)})


@on_document("E-R01", "/human_rights/narrative", "/statements/*/narrative")
def rights_in_words_of_their_own(report: Report) -> Found:
    """Part E does not repeat the narrative of a unit."""
    rights = (report.human_rights or {}).get("narrative")
    if not rights or not report.repeated_texts:
        return
    if any(said.get("narrative") == rights for _, _, said in report.statements):
        yield Place("/human_rights/narrative")


@on_document("F-R01", *PASSAGES)
def observations_of_their_own(report: Report) -> Found:
    """Observations do not repeat what stands in another part."""
    if not report.repeated_texts:
        return
    texts = {passage.section: passage.texts for passage in report.passages}
    said = texts.pop("/observations", None)
    if said is not None and said in texts.values():
        yield Place("/observations/text")


CHECKS = (
    original_among_the_languages,
    translations_differ,
    no_further_than_its_measures,
    measure_once_in_a_section,
    pillars_known,
    sources_after_the_measure,
    one_text_one_field,
    needed_is_not_offered,
    titles_differ,
    extradite_or_prosecute,
    rights_in_words_of_their_own,
    observations_of_their_own,
)
