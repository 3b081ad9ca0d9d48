"""Pure rules of publications: what governs reports and figures becomes official, once per version.

The registry ships documents; a publication binds a version to the bytes of one of them, for ever.
What is merely shipped can be named by a cycle too (docs/adr/0033).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, assert_never

from contracts.catalogue import BASE
from contracts.events import (
    InstrumentEditionPublished,
    MethodologyPublished,
    RegistryEvent,
    RuleDeactivated,
    RulesetPublished,
)
from services.kit.decider import Decider
from services.kit.errors import Refused
from services.registry.domain.circumstances import Circumstances
from services.registry.domain.ruling import Ruling, ruling_by
from services.registry.domain.shipped import ShippedDocument
from services.registry.domain.streams import stream_of

Publication: TypeAlias = InstrumentEditionPublished | RulesetPublished | MethodologyPublished

INSTRUMENT: Final = "code-of-conduct"
"""The instrument that editions are of."""
TEMPLATE: Final = "national-report"
"""The report that rulesets are on."""
METHODOLOGY: Final = "reporting-rates"
"""The methodology that a cycle names a version of."""

# --- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Make a version of what governs reports or figures official."""

    publication: Publication
    circumstances: Circumstances


@dataclass(frozen=True, slots=True, kw_only=True)
class DeactivateRule:
    """Stop evaluating a rule of a published ruleset."""

    deactivation: RuleDeactivated


PublicationCommand: TypeAlias = Publish | DeactivateRule

# --- state


@dataclass(frozen=True, slots=True, kw_only=True)
class Publications:
    """What was published, by version, as much as was read of it."""

    editions: Mapping[str, InstrumentEditionPublished]
    rulesets: Mapping[str, RulesetPublished]
    methodologies: Mapping[tuple[str, str], MethodologyPublished]
    """By name and version."""
    deactivated: Mapping[tuple[str, str], RuleDeactivated]
    """By ruleset version and rule."""


NONE_YET: Final = Publications(editions={}, rulesets={}, methodologies={}, deactivated={})


def evolve(state: Publications, event: RegistryEvent) -> Publications:
    """Give the state after a publication; other events leave it as it is."""
    match event:
        case InstrumentEditionPublished():
            return replace(state, editions={**state.editions, event.edition: event})
        case RulesetPublished():
            return replace(state, rulesets={**state.rulesets, event.ruleset_version: event})
        case MethodologyPublished():
            key = (event.methodology, event.version)
            return replace(state, methodologies={**state.methodologies, key: event})
        case RuleDeactivated():
            rule = (event.ruleset_version, event.rule)
            return replace(state, deactivated={**state.deactivated, rule: event})
        case _:
            return state


# --- refusals


class UnknownDocument(Refused):
    """Only what the registry itself serves under `/contracts` can be published."""

    code = "unknown-document"
    title = "The registry ships no such document."


class DocumentOfAnotherVersion(Refused):
    """The address of a document says which version it is."""

    code = "document-of-another-version"
    title = "The document is not that of the version to be published."


class DocumentDigestDiffers(Refused):
    """What is published is these bytes and no others."""

    code = "document-digest-differs"
    title = "The digest is not that of the canonical bytes of the document."


class RulesDiffer(Refused):
    """A ruleset is published with the codes of all rules in it."""

    code = "rules-differ"
    title = "The rules named are not those of the document."


class AlreadyPublished(Refused):
    """A version is published once; what is to change gets a new version."""

    code = "already-published"
    title = "This version was published already, with other words."


class RulesetNotPublished(Refused):
    """What was never official cannot cease to be."""

    code = "ruleset-not-published"
    title = "No such version of the ruleset was published."


class NoSuchRule(Refused):
    """A rule is one of those that its ruleset was published with."""

    code = "no-such-rule"
    title = "The ruleset was published without a rule of this code."


class RuleAlreadyDeactivated(Refused):
    """A rule is deactivated once."""

    code = "rule-already-deactivated"
    title = "This rule was deactivated already."


class DeactivatedBeforeItApplies(Refused):
    """A rule is evaluated on some day before it no longer is."""

    code = "deactivated-before-it-applies"
    title = "A rule cannot be deactivated before its ruleset applies."


REFUSALS = (
    UnknownDocument,
    DocumentOfAnotherVersion,
    DocumentDigestDiffers,
    RulesDiffer,
    AlreadyPublished,
    RulesetNotPublished,
    NoSuchRule,
    RuleAlreadyDeactivated,
    DeactivatedBeforeItApplies,
)

# --- rules


def decide(command: PublicationCommand, state: Publications) -> tuple[RegistryEvent, ...]:
    """Publish or deactivate; the very same a second time changes nothing."""
    match command:
        case Publish():
            return _publish(command, state)
        case DeactivateRule():
            return _deactivate(command.deactivation, state)
        case _:
            assert_never(command)


def _publish(command: Publish, state: Publications) -> tuple[RegistryEvent, ...]:
    publication = command.publication
    before, document_id = _before(publication, state)
    if before == publication:
        return ()
    if before is not None:
        raise AlreadyPublished
    document = command.circumstances.shipped.documents.get(publication.document)
    if document is None:
        raise UnknownDocument
    if publication.document != document_id:
        raise DocumentOfAnotherVersion
    if publication.digest != document.digest:
        raise DocumentDigestDiffers
    if isinstance(publication, RulesetPublished):
        _check_rules(publication, document)
    return (publication,)


def _before(publication: Publication, state: Publications) -> tuple[Publication | None, str]:
    """Give what was published under the same version, and the id that its document has."""
    match publication:
        case InstrumentEditionPublished():
            edition = publication.edition
            return state.editions.get(edition), f"{BASE}instrument/{INSTRUMENT}/{edition}.json"
        case RulesetPublished():
            version = publication.ruleset_version
            return state.rulesets.get(version), f"{BASE}reports/{TEMPLATE}/rules/{version}.json"
        case MethodologyPublished():
            name, version = publication.methodology, publication.version
            before = state.methodologies.get((name, version))
            return before, f"{BASE}methodologies/{name}/{version}.json"
        case _:
            assert_never(publication)


def _check_rules(publication: RulesetPublished, document: ShippedDocument) -> None:
    if document.rules is not None and set(publication.rules) != set(document.rules):
        raise RulesDiffer


def _deactivate(deactivation: RuleDeactivated, state: Publications) -> tuple[RegistryEvent, ...]:
    before = state.deactivated.get((deactivation.ruleset_version, deactivation.rule))
    if before == deactivation:
        return ()
    if before is not None:
        raise RuleAlreadyDeactivated(f"from {before.effective_on} on")
    ruleset = state.rulesets.get(deactivation.ruleset_version)
    if ruleset is None:
        raise RulesetNotPublished
    if deactivation.rule not in ruleset.rules:
        raise NoSuchRule
    if deactivation.effective_on < ruleset.effective_on:
        raise DeactivatedBeforeItApplies(f"it applies from {ruleset.effective_on} on")
    return (deactivation,)


DECIDER: Decider[PublicationCommand, Publications, RegistryEvent] = Decider(
    decide=decide, evolve=evolve, initial=NONE_YET
)


def ruling(command: PublicationCommand) -> Ruling:
    """Say what a publication reads: the stream of what it is a version of."""
    match command:
        case Publish():
            return ruling_by(DECIDER, command, target=stream_of(command.publication))
        case DeactivateRule():
            return ruling_by(DECIDER, command, target=stream_of(command.deactivation))
        case _:
            assert_never(command)
