"""Oracle: every answer held against what a plain reading of the history says."""

import json
import re
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from contracts.instrument import edition
from tests.in_process import InProcess
from tests.reporting.oracle import cycles, leading, looking_back, people, plans
from tests.reporting.oracle.history import History
from tests.reporting.oracle.participation import codes_of, standing_of
from tests.reporting.oracle.reports import (
    FILED,
    Section,
    received,
    review_state,
    section,
    standing,
)

UNITS = list(edition("1.0.0").units)
CANARY = re.compile(r"Canary\.([A-Z0-9-]+)\.(\d+)\.([A-Za-z_0-9.]+)!")


class Asker:
    """Asks one app at one position and on one day, and says what is not as it should be."""

    def __init__(self, client: InProcess, history: History, position: int, day: date) -> None:
        self.client, self.day = client, day
        self.history = history.up_to(position)
        self.at = f"as_of={position}&effective_on={day}"
        self.wrong: list[str] = []
        self.asked = 0

    def get(self, path: str, status: int = 200, *, form: str = "json") -> Any:
        target = f"{path}{'&' if '?' in path else '?'}{self.at}"
        answer = self.client.get(target + ("&format=csv" if form == "csv" else ""))
        self.asked += 1
        if answer.status_code != status:
            self.wrong.append(f"{target}: {answer.status_code} {answer.text[:200]}")
            return None
        self._search(target, answer.text)
        return answer.text if form == "csv" else answer.json()

    def same(self, what: str, found: Any, expected: Any) -> None:
        if found != expected and isinstance(found, dict) and isinstance(expected, dict):
            keys = [key for key in {**found, **expected} if found.get(key) != expected.get(key)]
            found = {key: found[key] for key in keys if key in found}
            expected = {key: expected[key] for key in keys if key in expected}
        if found != expected:
            self.wrong.append(f"{self.at} {what}:\n  answer {found!r}\n  oracle {expected!r}")

    def _search(self, target: str, text: str) -> None:
        """No answer has a word of a section that is not shown."""
        for report_id, number, name in set(CANARY.findall(text)):
            for one in self.history.of(*FILED):
                event: Any = one.event
                is_it = (event.report_id, event.report_version) == (report_id, int(number))
                if is_it and not section(self.history, event, name, self.day).is_open:
                    self.wrong.append(f"{target} shows {report_id} {number} {name}")

    def everything(self) -> None:
        """Ask every question there is."""
        self.participants()
        self.obligations()
        self.rates()
        self.promises()
        self.balance()
        self.statuses()
        self.people()
        self.reports()
        self.reviews()

    def participants(self) -> None:
        found = self.get("/v1/participants")["data"]
        self.same(
            "participants",
            {row["participant"]: (row["standing"], row["kind"]) for row in found},
            {code: standing_of(self.history, code, self.day) for code in codes_of(self.history)},
        )

    def obligations(self) -> None:
        expected = {}
        for cycle_id, cycle in self.history.cycles().items():
            for code, one in cycles.owed(self.history, cycle, self.day).items():
                expected[cycle_id, code] = (
                    *(one.expectation, one.timeliness),
                    *(str(one.due_on), str(one.on_time_until)),
                    str(one.received_on) if one.received_on else None,
                )
        names = ("expectation", "timeliness", "due_on", "on_time_until", "received_on")
        found = self.get("/v1/obligations")["data"]
        self.same(
            "obligations",
            {(row["cycle_id"], row["participant"]): tuple(row[n] for n in names) for row in found},
            expected,
        )

    def rates(self) -> None:
        for cycle_id, cycle in self.history.cycles().items():
            expected = cycles.figures(self.history, cycle, self.day, UNITS)
            rows = self.get(f"/v1/rates?cycle={cycle_id}")["data"]
            found = {(row["dimension"], row["key"], row["metric"]): row for row in rows}
            names = ("value", "numerator", "possible_numerator", "restricted")
            for key, figure in expected.items():
                self.same(f"rates {key}", tuple(found[key][name] for name in names), figure)
            empty = [found[key] for key in found.keys() - expected.keys()]
            self.same("groups", {row["numerator"] for row in empty} - {0}, set())
            self._explained(cycle_id, found)

    def _explained(self, cycle_id: str, found: Mapping[Any, Any]) -> None:
        for key in (("total", None), ("reporting_unit", "P1")):
            row = found[(*key, "reporting_rate_on_time")]
            named = f"&dimension={key[0]}" + (f"&key={key[1]}" if key[1] else "")
            target = f"/v1/rates/explain?cycle={cycle_id}&metric=reporting_rate_on_time{named}"
            said = self.get(target)["data"]
            counted = (len(said["numerator"]), len(said["denominator"]), len(said["restricted"]))
            self.same(
                "explained", counted, (row["numerator"], row["denominator"], row["restricted"])
            )

    def promises(self) -> None:
        found = self.get("/v1/commitments")["data"]
        self.same(
            "commitments",
            {
                (row["plan_id"], row["commitment_id"]): (row["state"], row["done_on"])
                for row in found
            },
            {
                key: (one.state, str(one.done_on) if one.done_on else None)
                for key, one in plans.promised(self.history, self.day).items()
            },
        )
        self.same("links", {key: set(rows) for key, rows in self._links(found)}, self._linked())
        leading.links(self, found)

    def _links(self, found: list[Any]) -> Any:
        for row in found:
            links = {(one["report_id"], one["report_version"], one["unit"], one["measure_id"])
                     for one in row["measures"]}  # fmt: skip
            if links:
                yield (row["plan_id"], row["commitment_id"]), links

    def _linked(self) -> dict[tuple[str, str], set[Any]]:
        """Measures name commitments under the version that says it, while a report stands on it."""
        known = plans.promised(self.history, self.day)
        expected: dict[tuple[str, str], set[Any]] = {}
        for report_id in self._report_ids():
            stands = standing(self.history, report_id, self.day)
            for name, part in stands.sections.items() if stands else ():
                if not part.is_open:
                    continue
                for measure in (part.content or {}).get("measures", ()):
                    for link in measure.get("commitments", ()):
                        key = (link["plan_id"], link["commitment_id"])
                        if key in known:
                            said = (*part.said_by, name, measure["measure_id"])
                            expected.setdefault(key, set()).add(said)
        return expected

    def _report_ids(self) -> list[str]:
        return sorted({getattr(one.event, "report_id") for one in self.history.of(*FILED)})  # noqa: B009

    def balance(self) -> None:
        rows = self.get("/v1/aggregates/pillar-balance")["data"]
        found = {
            (row["participant"], row["metric"].removeprefix("share_of_"), row["pillar"]): (
                row["value"],
                row["items"],
            )
            for row in rows
        }
        expected = plans.balance(self.history, self.day, ("I", "II", "III", "IV"))
        for key in expected.keys() | found.keys():
            shown = found.get(key, (None, 0))
            self.same(f"balance {key}", shown, expected.get(key, (None, 0)))
        leading.shares(self, rows)

    def statuses(self) -> None:
        for cycle_id, cycle in self.history.cycles().items():
            expected = cycles.statuses(self.history, cycle, self.day, UNITS)
            rows = self.get(f"/v1/aggregates/postulates?cycle={cycle_id}")["data"]
            own = [row for row in rows if row["origin"] == "submission"]
            found = {(row["key"], row["code"]): row["numerator"] for row in own if row["key"]}
            self.same("statuses", {key: count for key, count in found.items() if count}, expected)
            for path in ("pillars", "regions", "organisations", "members", "good-practices"):
                self.get(f"/v1/aggregates/{path}?cycle={cycle_id}")
        entries = [row for row in self.get("/v1/aggregates/timeline")["data"]
                   if (row["metric"], row["dimension"]) == ("entries", "total")]  # fmt: skip
        self.same("entries", sum(row["numerator"] for row in entries), len(self.history.entries))
        self.get("/v1/aggregates/trajectory")

    def people(self) -> None:
        for code in codes_of(self.history):
            rows = self.get(f"/v1/participants/{code}/people")["data"]
            self.same(
                f"people of {code}",
                {row["person_id"] for row in rows if "submit" in row["may"]},
                people.could_submit(self.history, code, self.day),
            )

    def reports(self) -> None:
        for cycle_id in self.history.cycles():
            matrix = self.get(f"/v1/aggregates/matrix?cycle={cycle_id}")["data"]
            cells = {row["participant"]: row["cells"] for row in matrix}
            self.get(f"/v1/aggregates/matrix?cycle={cycle_id}", form="csv")
            for code in codes_of(self.history):
                self._report(code, cycle_id, cells.get(code, {}))

    def _report(self, code: str, cycle_id: str, cells: Mapping[str, Any]) -> None:
        report_id, path = f"{code}-{cycle_id}", f"/v1/reports/{code}/{cycle_id}"
        report, record = self.get(path)["data"], self.get(f"{path}/record")["data"]
        filed = received(self.history, report_id, self.day)
        stands = standing(self.history, report_id, self.day)
        self.same(
            f"versions of {report_id}",
            [
                (one["report_version"], one["is_withdrawn"], one["state"], one["received_on"])
                for one in report["versions"]
            ],
            [
                (
                    *(one.event.report_version, one.is_withdrawn),
                    review_state(self.history, one.event, self.day),
                    str(one.received_on),
                )
                for one in filed
            ],
        )
        self.same("latest", report["report_version"], _latest(stands))
        sections = dict(stands.sections) if stands else {}
        expected = {name: _told(sections.get(name)) for name in UNITS}
        found = {row["unit"]: _shown(row) for row in report["statements"]}
        self.same(f"statements of {report_id}", found, expected)
        for name, cell in cells.items():
            self.same(f"cell {name}", cell["status"], _status(sections.get(name)))
        rights = report["human_rights"]
        text = rights["content"]["narrative"] if rights and rights["content"] else None
        self.same("rights", text, _told(sections.get("human_rights"))[1])
        self._looks_back(report, code, cycle_id)
        self._record(report_id, record, sections)
        compiled = record["compiled"] or {}
        for name, nothing in (("cover", None), ("plans", []), ("treaties", [])):
            self.same(f"{name} of {report_id}", report[name], compiled.get(name, nothing))
        numbers = [one.event.report_version for one in filed]
        documents = {number: self._document(path, number) for number in numbers}
        for older, newer in {
            *pairwise(numbers),
            *pairwise(reversed(numbers)),
            *zip(numbers[:1], numbers[:1], strict=True),
        }:
            self.difference(path, documents, older, newer)

    def _looks_back(self, report: Any, code: str, cycle_id: str) -> None:
        meant = report["cycle_before"]["cycle_id"] if report["cycle_before"] else None
        self.same("cycle before", meant, looking_back.cycle_before(self.history, code, cycle_id))
        self.same(
            f"changes of {report['report_id']}",
            {row["unit"]: looking_back.shown(row) for row in report["changes"]},
            looking_back.changed(self.history, code, cycle_id, self.day, UNITS),
        )
        listed = self.get(f"/v1/plans?participant={code}")["data"]
        in_force = [row["plan_id"] for row in listed if row["status"] == "in_force"]
        self.same("plans", [row["plan_id"] for row in report["plan_progress"]], in_force)
        for plan in report["plan_progress"]:
            rows = plan["commitments_by_state"]
            by_state = {row["state"]: row["value"] for row in rows if row["value"]}
            expected = looking_back.states(self.history, plan["plan_id"], self.day)
            self.same(f"states in {plan['plan_id']}", by_state, dict(expected))
            self.same("all", plan["commitments"]["value"], sum(expected.values()))

    def _record(self, report_id: str, record: Any, sections: Mapping[str, Section]) -> None:
        compiled = record["compiled"] or {}
        said = {**compiled.get("statements", {})}
        if "human_rights" in compiled:
            said["human_rights"] = compiled["human_rights"]
        self.same(
            f"record of {report_id}",
            {name: part if _is_content(part) else None for name, part in said.items()},
            {name: one.content if one.is_open else None for name, one in sections.items()},
        )
        last = {
            field["pointer"]: field["values"][-1]["value"]
            for field in record["fields"]
            if not field["values"][-1]["is_absent"]
        }
        if record["compiled"] is not None and not record["versions"][-1]["is_withdrawn"]:
            self.same(f"fields of {report_id}", last, dict(leaves(compiled, "")))

    def difference(self, path: str, documents: Mapping[int, Any], older: int, newer: int) -> None:
        """Apply the patch to the one version's document; it is the other's then."""
        found = self.get(f"{path}/diff?from={older}&to={newer}")["data"]
        before, after = documents[older], documents[newer]
        if before is not None and after is not None:
            self.same(f"{path} {older} {newer}", patched(before, found["patch"]), after)

    def _document(self, path: str, number: int) -> Any:
        version = self.get(f"{path}/versions/{number}")["data"]
        if version["form"] == "nothing_new":
            return None
        names = ("cover", "plans", "treaties", "statements", "human_rights", "observations")
        return {name: version[name] for name in names if version[name]}

    def reviews(self) -> None:
        expected = {}
        for report_id in self._report_ids():
            stands = standing(self.history, report_id, self.day)
            if stands and stands.versions[-1].event.origin == "submission":
                event = stands.versions[-1].event
                state = review_state(self.history, event, self.day)
                if state != "accepted":
                    expected[report_id] = (event.report_version, state)
        rows = self.get("/v1/reviews")["data"]
        found = {row["report_id"]: (row["report_version"], row["state"]) for row in rows}
        self.same("reviews", found, expected)
        order = [row["waiting_since"] for row in rows]
        self.same("order of reviews", order, sorted(order))


def _latest(stands: Any) -> int | None:
    return stands.versions[-1].event.report_version if stands else None


def _is_content(part: Mapping[str, Any]) -> bool:
    return "sealed" not in part and "restricted" not in part


def _status(part: Section | None) -> str:
    if part is None:
        return "not_reported"
    if not part.is_open:
        return "restricted"
    return str((part.content or {}).get("implementation_status", "not_reported"))


def _told(part: Section | None) -> tuple[str, Any, str | None]:
    if part is None:
        return "not_reported", None, None
    content = part.content if part.is_open else None
    return _status(part), content["narrative"] if content else None, part.state


def _shown(row: Mapping[str, Any]) -> tuple[str, Any, str | None]:
    publication = row["publication"]
    return row["status"], row["narrative"], publication["state"] if publication else None


def leaves(value: Any, path: str) -> Any:
    """Walk a document as its fields are named: elements of a list by their id, if any."""
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from leaves(member, f"{path}/{name}")
    elif isinstance(value, list) and value and all(_id(one) for one in value):
        for one in value:
            yield from leaves(one, f"{path}/{_id(one)}")
    else:
        yield path, value


def _id(one: Any) -> str | None:
    if not isinstance(one, dict):
        return None
    if "commitment_id" in one:
        return f"{one['plan_id']}~1{one['commitment_id']}"
    found: str | None = one.get("measure_id", one.get("instrument"))
    return found


def patched(document: Any, operations: list[Any]) -> Any:
    """Do what RFC 6902 says, on a copy made of its own text."""
    whole = json.loads(json.dumps({"": document}))
    for operation in operations:
        names = [n.replace("~1", "/").replace("~0", "~") for n in operation["path"].split("/")]
        holder: Any = whole
        for name in names[:-1]:
            holder = holder[int(name)] if isinstance(holder, list) else holder[name]
        key: Any = int(names[-1]) if isinstance(holder, list) else names[-1]
        if operation["op"] == "remove":
            del holder[key]
        elif operation["op"] == "add" and isinstance(holder, list):
            holder.insert(key, operation["value"])
        else:
            assert operation["op"] == "add" or isinstance(holder, list) or key in holder
            holder[key] = operation["value"]
    return whole[""]
