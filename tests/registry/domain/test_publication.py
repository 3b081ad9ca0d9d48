"""Rules of publications, by example."""

from datetime import date

from services.registry.domain import publication
from tests import makers
from tests.registry.domain.asking import deactivate, publish
from tests.spec import given

EDITION = makers.instrument_edition_published()
RULESET = makers.ruleset_published()
METHOD = makers.methodology_published()
DEACTIVATED = makers.rule_deactivated()
OTHER_DIGEST = makers.digest_of({"something": "else"})


def test_an_edition_a_ruleset_and_a_methodology_are_published() -> None:
    for one in (EDITION, RULESET, METHOD):
        given().when(publish(one)).then(one)


def test_a_later_version_of_a_methodology_stands_beside_the_first() -> None:
    later = makers.methodology_published("1.1.0")
    given(METHOD).when(publish(later)).then(later)


def test_what_is_published_twice_is_published_once() -> None:
    for one in (EDITION, RULESET, METHOD):
        given(one).when(publish(one)).then_nothing_happens()


def test_a_version_is_published_once_whatever_is_said_of_it_later() -> None:
    day = date(2026, 5, 1)
    for one in (
        makers.instrument_edition_published(effective_on=day),
        makers.ruleset_published(effective_on=day),
        makers.methodology_published(effective_on=day),
    ):
        already = given(EDITION, RULESET, METHOD)
        already.when(publish(one)).then_refused(publication.AlreadyPublished)


def test_a_document_that_the_registry_does_not_ship_is_not_published() -> None:
    unknown = makers.instrument_edition_published("9.0.0")
    given().when(publish(unknown)).then_refused(publication.UnknownDocument)


def test_the_document_is_that_of_the_version() -> None:
    first = makers.methodology_published().document
    for one in (
        makers.methodology_published("1.1.0", document=first),
        makers.ruleset_published("1.1.0", document=RULESET.document),
        makers.instrument_edition_published("1.1.0", document=EDITION.document),
        makers.ruleset_published(document=EDITION.document),
    ):
        given().when(publish(one)).then_refused(publication.DocumentOfAnotherVersion)


def test_the_digest_is_that_of_the_document() -> None:
    for one in (
        makers.instrument_edition_published(digest=OTHER_DIGEST),
        makers.ruleset_published(digest=OTHER_DIGEST),
        makers.methodology_published(digest=OTHER_DIGEST),
    ):
        given().when(publish(one)).then_refused(publication.DocumentDigestDiffers)


def test_a_ruleset_is_published_with_all_its_rules_and_no_other_in_any_order() -> None:
    turned = makers.ruleset_published(rules=["A-R01", "P5-R03"])
    given().when(publish(turned)).then(turned)
    for rules in (["P5-R03"], ["P5-R03", "A-R01", "A-R02"]):
        wrong = makers.ruleset_published(rules=rules)
        given().when(publish(wrong)).then_refused(publication.RulesDiffer)


def test_a_rule_of_a_published_ruleset_is_deactivated_once() -> None:
    given(RULESET).when(deactivate(DEACTIVATED)).then(DEACTIVATED)
    given(RULESET, DEACTIVATED).when(deactivate(DEACTIVATED)).then_nothing_happens()
    later = makers.rule_deactivated(effective_on=date(2026, 10, 1))
    refused = given(RULESET, DEACTIVATED).when(deactivate(later))
    refused.then_refused(publication.RuleAlreadyDeactivated)


def test_another_rule_can_be_deactivated_too() -> None:
    other = makers.rule_deactivated("A-R01")
    given(RULESET, DEACTIVATED).when(deactivate(other)).then(other)


def test_a_rule_of_a_ruleset_that_was_not_published_is_not_deactivated() -> None:
    given().when(deactivate(DEACTIVATED)).then_refused(publication.RulesetNotPublished)


def test_a_rule_that_the_ruleset_does_not_have_is_not_deactivated() -> None:
    unknown = makers.rule_deactivated("P5-R99")
    given(RULESET).when(deactivate(unknown)).then_refused(publication.NoSuchRule)


def test_a_rule_is_deactivated_from_a_day_on_which_the_ruleset_applies() -> None:
    first_day = makers.rule_deactivated(effective_on=RULESET.effective_on)
    given(RULESET).when(deactivate(first_day)).then(first_day)
    early = makers.rule_deactivated(effective_on=date(2024, 12, 31))
    refused = given(RULESET).when(deactivate(early))
    refused.then_refused(publication.DeactivatedBeforeItApplies)
