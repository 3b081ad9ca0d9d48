"""Registry web: publications: what governs reports and figures."""

from fastapi import Response

from services.kit.routers import new_router
from services.registry.handling import handle
from services.registry.intents.publications import PUBLICATIONS, publish
from services.registry.web.dependencies import TheRegister
from services.registry.web.operations import act_operation, answer
from services.registry.web.sent import TheSent

router = new_router()


@router.post(
    "/v1/publications",
    **act_operation(PUBLICATIONS, summary="Publish what governs reports and figures.", in_path=()),
)
def post_publication(sent: TheSent, register: TheRegister) -> Response:
    """Take a publication; only the secretariat publishes."""
    document = sent.document()
    handled = handle(register, sent.write(document), lambda: publish(document))
    return answer(register, handled)
