import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from services.kit.serving import PortTaken, bind

ROOT = Path(__file__).parent.parent.parent

SERVICE = """
import asyncio, sys
from fastapi import Response
from prometheus_client import CollectorRegistry
from services.kit.logs import set_up_logs
from services.kit.serving import bind, serve
from services.kit.web import new_app

set_up_logs("sample")
app = new_app(title="t", summary="s", version="1", registry=CollectorRegistry(), checks={})
stopping = []

@app.get("/slow", summary="Answers when the service is told to stop.")
async def slow() -> Response:
    print("asked", flush=True)
    while not stopping:
        await asyncio.sleep(0.01)
    return Response("finished")

listener = bind("127.0.0.1", 0)
print(listener.getsockname()[1], flush=True)
serve(app, listener, on_stop=lambda: stopping.append(True))
print("closed in order", flush=True)
"""


def test_an_address_that_is_taken_is_said_plainly() -> None:
    with bind("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortTaken, match=f"cannot listen on 127.0.0.1 port {port}"):
            bind("127.0.0.1", port)


@pytest.mark.system
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_finishes_the_answer_in_flight_and_what_comes_after(number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", SERVICE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    address = f"http://127.0.0.1:{int(process.stdout.readline())}"
    with ThreadPoolExecutor(1) as pool, httpx.Client(timeout=20) as client:
        waiting = pool.submit(client.get, f"{address}/slow")
        assert process.stdout.readline() == b"asked\n"
        process.send_signal(number)
        assert waiting.result().text == "finished"
    out, err = process.communicate(timeout=20)
    assert out == b"closed in order\n"
    assert process.returncode == 0, err
    assert b"service_stopped" in err
