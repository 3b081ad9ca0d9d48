"""Pure: what a participant answers to an auditor, or that it has not yet.

Nothing an auditor says is shown without this: a row of a finding or a recommendation is made with
its response in it.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from services.reporting.queries.passages import passage
from services.reporting.queries.reader import Reader
from services.reporting.queries.rows import Row, positions

AWAITED: Mapping[str, str] = {
    "en": "No response yet; asked on {day}.",
    "fr": "Pas encore de réponse ; demandée le {day}.",
    "es": "Aún no hay respuesta; solicitada el {day}.",
    "ru": "Ответа пока нет; запрошен {day}.",
    "zh": "尚无答复；已于 {day} 请求答复。",  # noqa: RUF001 - Chinese punctuation
    "ar": "لا رد بعد؛ طُلب في {day}.",
}
ANSWERED: Mapping[str, Mapping[str, str]] = {
    "accepted": {
        "en": "Accepted by the participant on {day}.",
        "fr": "Accepté par le participant le {day}.",
        "es": "Aceptado por el participante el {day}.",
        "ru": "Принято участником {day}.",
        "zh": "参与方于 {day} 接受。",
        "ar": "قبله المشارك في {day}.",
    },
    "noted": {
        "en": "Noted by the participant on {day}.",
        "fr": "Pris en note par le participant le {day}.",
        "es": "El participante tomó nota el {day}.",
        "ru": "Принято участником к сведению {day}.",
        "zh": "参与方于 {day} 表示注意到。",
        "ar": "أحاط المشارك علمًا به في {day}.",
    },
}


def response_row(reader: Reader | None, asked: Row, responses: Sequence[Row]) -> Row:
    """Show what was answered to a finding or a recommendation, or that nothing was yet.

    Args:
        reader: who is signed in; `None`: everybody.
        asked: what the participant was asked to respond to.
        responses: of the participant by the day, oldest first; the last is what it says.
    """
    day: date = asked["day"]
    base = {"asked_on": day, "respond_by": asked["respond_by"]}
    if not responses:
        return {
            "state": "awaited",
            "sentence": _told(AWAITED, day),
            **base,
            "answer": None,
            "responded_on": None,
            "text": None,
            "visibility": None,
            "restricted": False,
            "earlier": [],
            "positions": positions(asked["position"]),
            "asserted_by": "system",
        }
    *earlier, latest = responses
    return {
        "state": "responded",
        "sentence": _told(ANSWERED[latest["answer"]], latest["day"]),
        **base,
        **_said(reader, latest),
        "earlier": [_said(reader, one) for one in earlier],
        "positions": positions(latest["position"]),
        "asserted_by": "participant",
    }


def _said(reader: Reader | None, response: Row) -> Row:
    return {
        "answer": response["answer"],
        "responded_on": response["day"],
        **passage(reader, response, "response"),
    }


def _told(frames: Mapping[str, str], day: date) -> dict[str, str]:
    return {tag: frame.format(day=day.isoformat()) for tag, frame in frames.items()}
