import pytest
from fastapi import APIRouter, FastAPI, Request
from prometheus_client import CollectorRegistry

from services.kit.errors import Forbidden
from services.kit.policies import PUBLIC, PolicyMissing, actions_of, check_policies, policy
from services.kit.routers import Gate, add_routes, new_router
from services.kit.web import new_app
from tests.in_process import client_of
from tests.kit.healthy import healthy


def _app(*declared: tuple[str, ...]) -> FastAPI:
    app = new_app(
        title="t", summary="s", version="1", registry=CollectorRegistry(), health=healthy()
    )
    for number, actions in enumerate(declared):
        extra = policy(*actions) if actions else None

        @app.get(f"/v1/{number}", openapi_extra=extra)
        async def read() -> None: ...

    return app


def test_a_route_declares_one_action_or_several() -> None:
    app = _app(("read",), ("write", "erase"), ())
    declared = [actions_of(route) for route in app.routes][-3:]
    assert declared == [("read",), ("erase", "write"), ()]


def test_an_app_whose_routes_all_declare_an_action_is_served() -> None:
    check_policies(_app((PUBLIC,), ("read",)), actions={"read", PUBLIC}, public={"GET /v1/0"})


@pytest.mark.parametrize(
    ("declared", "public", "fault"),
    [
        ((), set(), "GET /v1/0: declares no policy"),
        (("reed",), set(), "GET /v1/0: declares reed, which is no action"),
        ((PUBLIC,), set(), "GET /v1/0: declared and listed as public differ"),
        (("read",), {"GET /v1/0"}, "GET /v1/0: declared and listed as public differ"),
        ((PUBLIC, "read"), {"GET /v1/0"}, "declares what is public beside what is not"),
        (("read",), {"GET /v1/9"}, "GET /v1/9: listed as public, and not served"),
    ],
)
def test_an_app_with_a_route_that_does_not_is_not(
    declared: tuple[str, ...], public: set[str], fault: str
) -> None:
    with pytest.raises(PolicyMissing, match=fault):
        check_policies(_app(declared), actions={"read", PUBLIC}, public=public)


def test_a_route_that_is_no_operation_is_refused_too() -> None:
    app = _app()
    app.mount("/static", FastAPI())
    with pytest.raises(PolicyMissing, match="/static: declares no policy"):
        check_policies(app, actions={PUBLIC}, public=())


def test_a_route_that_is_not_behind_the_entrance_is_refused_too() -> None:
    app = _app()
    beside = APIRouter()
    beside.add_api_route("/v1/open", lambda: None, openapi_extra=policy(PUBLIC))
    add_routes(app, [beside])
    with pytest.raises(PolicyMissing, match="GET /v1/open: is not behind the entrance"):
        check_policies(app, actions={PUBLIC}, public={"GET /v1/open"})


def test_every_gate_stands_before_the_routes_of_a_router_in_each_app_that_serves_it() -> None:
    router = new_router("things")
    router.add_api_route("/v1/thing", lambda: "given", openapi_extra=policy(PUBLIC))

    def app_with(*gates: Gate) -> FastAPI:
        app = new_app(
            title="t",
            summary="s",
            version="1",
            registry=CollectorRegistry(),
            health=healthy(),
            gates=gates,
        )
        add_routes(app, [router])
        check_policies(app, actions={PUBLIC}, public={"GET /v1/thing"})
        return app

    async def nobody(_request: Request) -> None:
        raise Forbidden

    for app, status in ((app_with(), 200), (app_with(nobody), 403), (app_with(), 200)):
        with client_of(app) as client:
            assert client.get("/v1/thing").status_code == status
