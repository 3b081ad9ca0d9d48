import re
from collections.abc import Iterator
from typing import Any

import yaml

from contracts import pointer
from contracts.catalogue import BASE, ROOT, catalogue, dataschema_of
from contracts.events import EVENT_CLASSES

DOCUMENT: dict[str, Any] = yaml.safe_load((ROOT / "asyncapi.yaml").read_bytes())


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for child in pointer.children(node).values():
        yield from references(child)


def test_it_is_an_asyncapi_document_of_no_server_in_particular() -> None:
    assert re.fullmatch(r"3\.0\.\d+", DOCUMENT["asyncapi"])
    assert DOCUMENT["info"]["title"]
    assert DOCUMENT["info"]["version"]
    assert "servers" not in DOCUMENT


def test_every_reference_is_to_a_published_contract_or_a_place_in_it() -> None:
    found = list(references(DOCUMENT))
    assert found
    for reference in found:
        if reference.startswith("#"):
            assert pointer.find(DOCUMENT, pointer.split(reference[1:]))
        else:
            assert reference.startswith(BASE)
            assert reference in catalogue().schemas


def test_the_feed_is_a_channel_of_pages() -> None:
    (channel,) = DOCUMENT["channels"].values()
    assert channel["address"] == "/v1/events"
    (operation,) = DOCUMENT["operations"].values()
    assert operation["action"] == "send"
    (message,) = channel["messages"].values()
    page = pointer.find(DOCUMENT, pointer.split(message["$ref"][1:]))
    assert page["payload"]["schema"]["$ref"] == f"{BASE}feed/page/1.0.0/schema.json"
    assert page["contentType"] == "application/cloudevents-batch+json"


def test_every_type_of_event_is_named_with_the_form_that_stands_in_the_log() -> None:
    messages = dict(DOCUMENT["components"]["messages"])
    del messages["page"]
    assert {name: each["payload"]["schema"]["$ref"] for name, each in messages.items()} == {
        kind: dataschema_of(kind) for kind in EVENT_CLASSES
    }
    assert all(each["name"] == name for name, each in messages.items())
