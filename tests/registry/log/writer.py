"""Tests of the log: a process that appends until it is killed, and says what was acknowledged."""

import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection

from services.kit.clock import utc_now
from services.kit.database import make_engine
from services.registry.log import Log
from tests.registry.log.appending import append


def run(url: str, name: str, numbers: Sequence[int], tell: Connection) -> None:
    """Append from several threads for ever.

    Args:
        url: of the log.
        name: of the process; the streams are `plan-<name>-<thread>`.
        numbers: by thread, the number of its next append.
        tell: gets thread, number, position and recorded_at of each acknowledged append.
    """
    log = Log(make_engine(url), utc_now)
    turn = threading.Lock()

    def write(thread: int, number: int) -> None:
        stream = f"plan-{name}-{thread}"
        while True:
            answer = log.append(append(f"{stream}-{number}", {stream: number}))
            with turn:
                tell.send((thread, number, answer.first_position, answer.recorded_at))
            number += 1

    threads = [threading.Thread(target=write, args=pair) for pair in enumerate(numbers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
