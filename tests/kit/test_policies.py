import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.kit.policies import PUBLIC, PoliciesWrong, assert_policies, policy
from services.kit.web import new_app
from tests.kit.healthy import healthy


@pytest.fixture
def app() -> FastAPI:
    app = new_app(
        title="A service",
        summary="For the tests.",
        version="1.0.0",
        registry=CollectorRegistry(),
        health=healthy(log=lambda: None),
    )

    @app.get("/open", openapi_extra=policy(PUBLIC))
    def read_open() -> str:
        return ""

    @app.post("/acts", openapi_extra=policy("record-act"))
    def record_act() -> str:
        return ""

    return app


def test_an_app_whose_routes_all_say_who_may_use_them_is_fine(app: FastAPI) -> None:
    assert_policies(app, public=["/open"], actions=["record-act"])


def test_a_route_without_a_policy_is_not_started_with(app: FastAPI) -> None:
    app.add_api_route("/forgotten", lambda: "", methods=["GET"])
    with pytest.raises(PoliciesWrong, match="GET /forgotten: no policy"):
        assert_policies(app, public=["/open", "/forgotten"], actions=["record-act"])


def test_a_route_that_is_no_operation_needs_a_policy_as_well(app: FastAPI) -> None:
    app.mount("/files", FastAPI())
    with pytest.raises(PoliciesWrong, match="/files"):
        assert_policies(app, public=["/open"], actions=["record-act"])


def test_what_is_public_stands_in_the_list_and_the_list_in_the_routes(app: FastAPI) -> None:
    with pytest.raises(PoliciesWrong, match="GET /open: public"):
        assert_policies(app, public=[], actions=["record-act"])
    with pytest.raises(PoliciesWrong, match="GET /gone: no such route"):
        assert_policies(app, public=["/open", "/gone"], actions=["record-act"])


def test_an_action_that_no_policy_knows_is_as_good_as_none(app: FastAPI) -> None:
    with pytest.raises(PoliciesWrong, match="POST /acts: record-act"):
        assert_policies(app, public=["/open"])


def test_writing_is_never_public_by_the_list(app: FastAPI) -> None:
    app.add_api_route("/open", lambda: "", methods=["PUT"], openapi_extra=policy(PUBLIC))
    with pytest.raises(PoliciesWrong, match="PUT /open: public"):
        assert_policies(app, public=["/open"], actions=["record-act"])
