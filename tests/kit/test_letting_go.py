"""Kit: an app leaves nothing behind in the process that made it."""

import gc
from weakref import ref

from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.kit.web import new_app
from tests.in_process import client_of
from tests.kit.healthy import healthy


def made_and_asked() -> "ref[FastAPI]":
    registry = CollectorRegistry()
    app = new_app(title="A", summary="B", version="1", registry=registry, health=healthy())
    with client_of(app) as client:
        for target in ("/health/live", "/health/ready", "/metrics", "/openapi.json"):
            assert client.get(target).status_code == 200
    return ref(app)


def test_an_app_that_nobody_holds_is_let_go() -> None:
    app = made_and_asked()
    gc.collect()
    assert app() is None
