"""Command line: what an auditor checks offline; needs contracts, a file and a pinned key."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer

from contracts.catalogue import catalogue, contract
from contracts.disclosed import read_handed_out, verify_by_export, verify_by_receipt
from contracts.errors import ContractError, NotJson
from contracts.export import read_lines, verify_export
from contracts.gate import read_json
from contracts.keyring import VerifierKeys
from contracts.own_data import verify_own_data
from contracts.proven import verify_event, verify_growth
from contracts.receipt import verify_receipt
from contracts.rules.engine import examine
from contracts.rules.examination import Examination
from contracts.rules.reading import Clearance
from contracts.rules.ruleset import versions
from contracts.templates import REPORT, TEMPLATES, template_named_in
from contracts.trail.chain import check_chain, verify_segment
from contracts.validation import validate
from services.kit.commands import REFUSED, fail, give, progress, say, telling

verify_app = typer.Typer(no_args_is_help=True)
contracts_app = typer.Typer(no_args_is_help=True)

LARGEST_FILE = 16 * 2**20

File = Annotated[Path, typer.Argument(help="File to check; - is standard input.")]
Key = Annotated[
    list[str],
    typer.Option(
        "--key",
        envvar="CONCORD_VERIFIER_KEY",
        help=(
            "The log's key as you keep it, `name+id+base64`; never one fetched from the log. "
            "Once for each that you keep: any one suffices."
        ),
    ),
]


@verify_app.command()
def export(file: File, key: Key) -> None:
    """Check a whole export: every entry, every body, and the signed root over all."""
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError), progress("entries", None) as done:
        verified = verify_export(read_lines(opened), verifier, done)
    give({"verified": True, "origin": verifier.name, "size": verified.size,
          "root": verified.root.hex()})  # fmt: skip
    say(f"{verified.size} entries stand as {verifier.name} signed them")


@verify_app.command()
def receipt(file: File, key: Key) -> None:
    """Check a receipt: that its entry is in the log that this key signs for."""
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError):
        entry = verify_receipt(_text(opened.read(LARGEST_FILE)), verifier)
    give({name: value for name, value in entry._asdict().items() if value is not None})
    say(f"entry {entry.position} of {verifier.name} was recorded at {entry.recorded_at}")


@verify_app.command()
def inclusion(
    file: File,
    key: Key,
    event: Annotated[Path, typer.Option(help="The event of the feed, or a page that has it.")],
    checkpoint: Annotated[Path, typer.Option(help="Signed checkpoint of the proof's size.")],
) -> None:
    """Check an answer of `/v1/proofs/inclusion`: that the log had this event, word by word."""
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError):
        proof, note = opened.read(LARGEST_FILE), _text(_read(checkpoint))
        entry = verify_event(proof, _read(event), note, verifier)
    give({name: value for name, value in entry._asdict().items() if value is not None})
    say(f"entry {entry.position} is in the log as {verifier.name} signed it then")


@verify_app.command()
def consistency(
    file: File,
    key: Key,
    older: Annotated[Path, typer.Option(help="Signed checkpoint that was kept.")],
    newer: Annotated[Path, typer.Option(help="Signed checkpoint of a later day.")],
) -> None:
    """Check an answer of `/v1/proofs/consistency`: that the later log only adds to the earlier."""
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError):
        notes = _text(_read(older)), _text(_read(newer))
        before, after = verify_growth(opened.read(LARGEST_FILE), *notes, verifier)
    give({"verified": True, "origin": verifier.name, "from": before.size, "to": after.size,
          "root": after.root.hex()})  # fmt: skip
    say(f"the log of {after.size} entries begins with the {before.size} that were signed before")


@verify_app.command("trail")
def trail(
    files: Annotated[
        list[Path], typer.Argument(help="Exports of months of the trail, in any order.")
    ],
    key: Key,
) -> None:
    """Check months of the trail: every entry, the signed root of each, and that they follow.

    The key is the one of the register's own log; those of the months are made from it.
    """
    verifier = pinned(key)
    segments = []
    with telling(ContractError):
        for file in files:
            with _opened(file) as opened:
                verified, segment = verify_segment(opened, verifier)
            segments.append(segment)
            give({"verified": True, "month": segment.tip.month, "size": verified.size,
                  "root": verified.root.hex()})  # fmt: skip
        segments.sort(key=lambda one: one.tip.month)
        missing = check_chain(segments)
    say(f"{len(segments)} months stand as {verifier.name} signed them, and follow each other")
    if missing is not None:
        say(f"{missing.month} came before, and was not given")


@verify_app.command("own-data")
def own_data(file: File, key: Key) -> None:
    """Check all that the register gave a participant about itself: each entry by its receipt."""
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError), progress("entries", None) as done:
        found = verify_own_data(read_lines(opened), verifier, done)
    give({"verified": True, "origin": verifier.name, "participant": found.participant,
          "size": found.size, "entries": found.entries, "disclosures": found.disclosures,
          "drafts": found.drafts, "evidence": found.pieces})  # fmt: skip
    say(f"{found.entries} entries on {found.participant} stand as {verifier.name} signed them")


@verify_app.command()
def disclosure(
    file: File,
    key: Key,
    receipt: Annotated[
        Path | None, typer.Option(help="Receipt of the entry; then give --body too.")
    ] = None,
    body: Annotated[
        Path | None, typer.Option(help="The entry's body, or the event of the feed that has it.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option(help="Export of the log, instead of receipt and body.")
    ] = None,
) -> None:
    """Check that the log has what disclosures open, and show what they say, a line of JSON each.

    The file has disclosures as spelled, a line each, or an answer of `/v1/disclosures/{position}`.
    """
    verifier = pinned(key)
    with _opened(file) as opened, telling(ContractError):
        handed_out = read_handed_out(opened.read(LARGEST_FILE))
        if export is not None:
            with _opened(export) as lines, progress("entries", None) as done:
                found = verify_by_export(handed_out, read_lines(lines), verifier, done)
        elif receipt is not None and body is not None:
            found = verify_by_receipt(
                handed_out,
                read_json(_read(body), max_bytes=LARGEST_FILE),
                _text(_read(receipt)),
                verifier,
            )
        else:
            fail("give --receipt and --body, or --export", status=2)
    for one in found:
        entry = one.entry
        give({"verified": True, "origin": verifier.name, "position": entry.position,
              "recorded_at": entry.recorded_at, "type": entry.type,
              "participant": entry.participant, "section": one.disclosure.name,
              "value": one.disclosure.value})  # fmt: skip
    say(f"{len(found)} sections say this, as {verifier.name} recorded it")


@contracts_app.command("validate")
def validate_document(
    file: File,
    by: Annotated[
        str | None,
        typer.Option(
            "--contract",
            help="Id or name, e.g. events/plan-registered; without it, `$schema` in the document.",
        ),
    ] = None,
    as_json: Annotated[  # noqa: FBT002  a flag
        bool, typer.Option("--json", help="One line of JSON instead of text for people.")
    ] = False,
) -> None:
    """Validate a document by its contract, and a report by the numbered rules, too.

    A report may come alone or as the body that submits it. Rules against the register are not
    evaluated here. Exit status: 0 valid or submittable, 1 not, 2 called wrongly.
    """
    with _opened(file) as opened, telling(NotJson):
        document = read_json(opened.read(LARGEST_FILE), max_bytes=LARGEST_FILE)
    report = _report_in(document, by)
    if report is not None:
        _examine(report, by, as_json=as_json)
        return
    name = by or _named_in(document)
    try:
        chosen = name if name.endswith(".json") else contract(name).id
        faults = validate(document, chosen)
    except KeyError:
        fail(f"no contract {name}", status=2)
    for fault in faults:
        give({"code": fault.code, "pointer": fault.pointer, "message": fault.message})
    if faults:
        fail(f"{len(faults)} faults by {chosen}", status=REFUSED)
    say(f"valid by {chosen}")


_SUBMISSIONS = ("requests/report-submission", "requests/report-validation")


def _report_in(document: Any, by: str | None) -> Mapping[str, Any] | None:
    """Find a report in what was given, with what was said beside it."""
    if by in _SUBMISSIONS or by in {contract(name).id for name in _SUBMISSIONS}:
        return document if isinstance(document, dict) and "document" in document else None
    if _template(by) or (by is None and template_named_in(document)):
        return {"document": document}
    return None


def _template(by: str | None) -> str | None:
    """Give the id of the contract of reports that is meant; `None`: another, or none."""
    for name in (REPORT, *TEMPLATES.values()):
        one = contract(name)
        if by in {one.id, name, one.name}:
            return one.id
    return None


def _examine(report: Mapping[str, Any], by: str | None, *, as_json: bool) -> None:
    """Tell what the newest rules say of a report, without a register."""
    template = _template(by)
    beside = [
        fault
        for fault in validate(report, "requests/report-validation")
        if not f"{fault.pointer}/".startswith("/document/")
    ]
    if beside:
        for fault in beside:
            give({"code": fault.code, "pointer": fault.pointer, "message": fault.message})
        fail(f"{len(beside)} faults beside the report", status=REFUSED)
    clearance = report.get("clearance")
    examination = examine(
        report["document"],
        versions()[-1],
        explanations=[(one["code"], one["pointer"]) for one in report.get("explanations", ())],
        clearance=clearance and Clearance(clearance["drafted_by"], clearance["cleared_by"]),
        faults=validate(report["document"], template) if template else None,
    )
    if as_json:
        give(examination.as_data())
    else:
        for line in _told(examination):
            sys.stdout.write(f"{line}\n")
    if examination.verdict != "submittable":
        raise typer.Exit(REFUSED)


def _told(examination: Examination) -> Iterator[str]:
    """Tell an examination in words: the verdict, what was found, what could not be looked at."""
    counted = ", ".join(f"{number} {name}" for name, number in examination.summary.items())
    yield f"{examination.verdict}: {counted}"
    for found in examination.findings:
        mark = " (explained)" if found.explained else ""
        yield f"{found.severity:8}{found.code:20}{found.pointer or '(the whole report)'}{mark}"
        yield f"        {found.message}"
    unseen = dict.fromkeys(found.code for found in examination.not_evaluated)
    yield (
        f"{examination.checked} rules of {examination.ruleset_version} checked, "
        f"{len(unseen)} not evaluated{': ' if unseen else ''}{', '.join(unseen)}"
    )
    yield f"contract {examination.contract}"
    yield f"digest {examination.digest}"


@contracts_app.command("list")
def list_contracts() -> None:
    """List every published contract, one line of JSON each."""
    for one in {found.id: found for found in catalogue().contracts.values()}.values():
        give({"id": one.id, "name": f"{one.kind}/{one.name}", "version": one.version,
              "status": one.status})  # fmt: skip


def _named_in(document: Any) -> str:
    name = document.get("$schema") if isinstance(document, dict) else None
    if not isinstance(name, str):
        fail("the document names no $schema; say --contract", status=2)
    return name


def pinned(texts: list[str]) -> VerifierKeys:
    """Read the keys that somebody keeps; status 2 where they are none."""
    try:
        return VerifierKeys.parse(" ".join(texts))
    except ContractError as error:
        fail(f"--key: {error}", status=2)


def _opened(file: Path) -> BinaryIO:
    if str(file) == "-":
        return sys.stdin.buffer
    try:
        return file.open("rb")
    except OSError as error:
        fail(f"{file}: {error.strerror}", status=2)


def _read(file: Path) -> bytes:
    with _opened(file) as opened:
        return opened.read(LARGEST_FILE)


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        fail("expected text in UTF-8")
