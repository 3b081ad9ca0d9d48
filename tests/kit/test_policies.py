import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.kit.policies import PUBLIC, PolicyMissing, actions_of, check_policies, policy
from services.kit.web import new_app
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
