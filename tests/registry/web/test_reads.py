"""Registry web: what holds for every read, from the table of routes."""

import pytest

from tests.registry.web.reads import READS
from tests.registry.web.routes import QUESTIONS, with_evidence
from tests.running_registry import RunningRegistry

ODD_NUMBERS = ("", "-1", "1.0", "1e3", "0x10", "one", "%00", "9" * 3000, "9007199254740992", "٣")


@pytest.mark.parametrize("route", list(READS))
def test_a_read_answers_and_survives_odd_queries_and_methods(
    registry: RunningRegistry, route: str
) -> None:
    with_evidence(registry)
    registry.designate("ZZA")
    read, size = READS[route], registry.size
    answer = registry.get(read.target, by=read.by)
    assert answer.status_code == 200, answer.text
    assert "canary fictitious" not in answer.text.lower()
    path, joined = read.target.split("?")[0], "&" if "?" in read.target else "?"
    odd = [f"{read.target}{joined}canary=1", f"{read.target}{joined}%ff=1"]
    odd += [f"{path}?{name}={value}" for name in read.parameters for value in ODD_NUMBERS]
    odd += [f"{read.target}&{name}=1" for name in read.parameters]
    for target in odd:
        refused = registry.get(target, by=read.by)
        assert refused.status_code == 422 or "&wait=1" in target, (target, refused.text)
        assert "canary" not in refused.text
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "CANARY"):
        wrong = registry.client.request(method, path)
        assert wrong.status_code == 405, method
        assert wrong.headers["content-type"] == "application/problem+json"
    assert registry.size == size


@pytest.mark.parametrize("route", list(READS))
def test_a_head_says_what_a_get_would(registry: RunningRegistry, route: str) -> None:
    with_evidence(registry)
    read = READS[route]
    if read.by is not None or route == "/metrics":
        return  # these answer differently each time, or to somebody
    head, get = registry.client.request("HEAD", read.target), registry.get(read.target)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers.get("etag") == get.headers.get("etag")
    assert head.headers["content-type"] == get.headers["content-type"]


NOT_OURS = [
    "/",
    "/v1",
    "/v1/",
    "/docs",
    "/redoc",
    "/v1/participants",
    "/v1/participants/ZZA",
    "/v1/reports",
    "/.git/config",
    "/v1/events/",
    "//v1/events",
    "/v1/events%00",
    "/v1/events%0a",
    "/favicon.ico",
    "/v2/events",
]


def test_a_path_that_is_not_ours_is_not_found(registry: RunningRegistry) -> None:
    for path in NOT_OURS:
        answer = registry.client.get(f"http://concord.test{path}")
        assert answer.status_code in {404, 405}, answer.text
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_openapi_document_says_everything(registry: RunningRegistry) -> None:
    document = registry.get("/openapi.json").json()
    ids = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], path
            ids.add(operation["operationId"])
            if method == "post" and not path.startswith("/v1/drafts"):  # these say it themselves
                recording = set() if path in QUESTIONS else {"409", "412", "428"}
                forms = operation["requestBody"]["content"]
                reading = {"400"} if "application/json" in forms else set()
                expected = {"401", "403", "413", "415", "422", "503"} | recording | reading
                assert expected <= set(operation["responses"]), path
                for media_type, form in forms.items():
                    is_json = media_type == "application/json"
                    assert form["x-max-bytes"] == (1_048_576 if is_json else 26_214_400)
                    assert form["examples"], path
    assert len(ids) == sum(len(item) for item in document["paths"].values())


def test_metrics_speak_of_the_log_and_name_nobody(registry: RunningRegistry) -> None:
    registry.sign()
    registry.designate("ZZA")
    text = registry.get("/metrics").text
    for name in (
        "registry_signed_size 2.0",
        "registry_fenced 0.0",
        "registry_append_seconds_count 2.0",
        "registry_batch_appends_count 2.0",
        "registry_commit_seconds_count 2.0",
        'registry_commands_total{outcome="recorded"} 2.0',
        'http_requests_total{method="POST"',
    ):
        assert name in text
    assert "ZZA" not in text
    assert "canary" not in text.lower()
