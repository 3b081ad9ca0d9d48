"""Benchmarks: peak memory of an export and of a rebuild, on a log and on one several times as long.

`python -m benchmarks.memory <step> <folder> <entries>` does one step in a process of its own and
prints its peak, so that no step sees what another one took.
"""

import resource
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter

import orjson

from benchmarks.callers import found_log
from benchmarks.logs import KEYS, ORIGIN, bulk_appends
from benchmarks.measuring import FOLD, Aim, Line, Told
from contracts.export import verify_export
from contracts.note import SigningKey
from migrations.environment import upgrade
from services.kit.clock import utc_now
from services.kit.logs import set_up_logs
from services.registry.feed import export_lines
from services.registry.opening import opened_log
from services.reporting.database import make_reporting_engine
from services.reporting.export import ExportFeed
from services.reporting.projector import Projector
from services.reporting.rebuild import rebuild

SHORT, LONG = 20_000, 100_000
SHORT_MILLION, LONG_MILLION = 100_000, 1_000_000
AT_ONCE = 256
MIB = 2**20


def run(told: Told, folder: Path, *, million: bool = False) -> Iterator[Line]:
    """Measure the peak of both on a short log and on a long one, and compare."""
    sizes = (SHORT_MILLION, LONG_MILLION) if million else (SHORT, LONG)
    peaks: dict[str, list[float]] = {name: [] for name in STEPS}
    done = 0
    for entries in sizes:
        place = folder / str(entries)
        place.mkdir()
        for step in STEPS:
            told(f"memory: {step} of {entries:,} entries", done, 2 * len(STEPS))
            peaks[step].append(_in_a_process(step, place, entries))
            done += 1
        for file in place.iterdir():
            file.unlink()
    told("memory", done, done)
    for step in ("export", "verify", "rebuild"):
        short, long = peaks[step]
        yield Line(
            what=f"{WHAT[step]} of {sizes[1]:,} entries: peak memory of the process",
            beside=f"the same of {sizes[0]:,} entries",
            ours=f"{long / MIB:,.0f} MiB",
            limit=f"{short / MIB:,.0f} MiB",
            ratio=long / short,
            low=long / short,
            high=long / short,
            aim=Aim("<=", 1.5, FOLD),
            unit=FOLD,
        )


def _in_a_process(step: str, folder: Path, entries: int) -> float:
    done = subprocess.run(  # noqa: S603 - our own command, no shell
        [sys.executable, "-m", "benchmarks.memory", step, str(folder), str(entries)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{step} failed:\n{done.stderr.decode(errors='replace')[-2000:]}")
    return float(orjson.loads(done.stdout)["peak_bytes"])


def _fill(folder: Path, entries: int) -> None:
    key = SigningKey.generate(ORIGIN)
    (folder / "key").write_text(key.to_text())
    url = _url(folder, "registry")
    found_log(url)
    with opened_log(url, folder / "checkpoint.db", key, keys=KEYS, clock=utc_now) as opened:
        for append in bulk_appends(entries, at_once=AT_ONCE):
            opened.log.append(append)


def _export(folder: Path, entries: int) -> None:
    url, store = _url(folder, "registry"), folder / "checkpoint.db"
    with (
        opened_log(url, store, _key(folder), keys=KEYS, clock=utc_now) as opened,
        (folder / "log.ndjson").open("wb") as file,
    ):
        signed = opened.publisher.latest()
        if signed.size != entries:
            raise AssertionError(f"expected {entries} entries signed, got {signed.size}")
        lines = export_lines(opened.log, ORIGIN, signed.note, signed.size)
        file.writelines(line for line, _ in lines)


def _verify(folder: Path, entries: int) -> None:
    with (folder / "log.ndjson").open("rb") as file:
        if verify_export(file, _key(folder).verifier).size != entries:
            raise AssertionError("expected everything to be verified")


def _project(folder: Path, _entries: int) -> None:
    url = _url(folder, "reporting")
    upgrade("reporting", url)
    engine = make_reporting_engine(url)
    feed = ExportFeed(folder / "log.ndjson")
    projector = Projector(engine, feed, _key(folder).verifier, utc_now)
    while batch := projector.fetch(0):
        projector.apply(batch)
    feed.close()
    engine.dispose()


def _rebuild(folder: Path, entries: int) -> None:
    engine = make_reporting_engine(_url(folder, "reporting"))
    feed = ExportFeed(folder / "log.ndjson")
    rebuilt = rebuild(engine, [feed], _key(folder).verifier, utc_now, grace_seconds=0)
    if rebuilt.position != entries:
        raise AssertionError("expected everything to be rebuilt")
    feed.close()
    engine.dispose()


STEPS: Mapping[str, Callable[[Path, int], None]] = {
    "fill": _fill,
    "export": _export,
    "verify": _verify,
    "project": _project,
    "rebuild": _rebuild,
}
WHAT = {
    "export": "export of a log on SQLite",
    "verify": "offline verification of the export",
    "rebuild": "rebuild beside the generation that answers, comparison, switch, dropping the old",
}


def _url(folder: Path, name: str) -> str:
    return f"sqlite:///{folder / name}.db"


def _key(folder: Path) -> SigningKey:
    return SigningKey.from_text((folder / "key").read_text())


def _peak_bytes() -> int:
    """Give the most memory this process ever had; what was before `exec` does not count."""
    try:
        status = Path("/proc/self/status").read_text()
        return next(
            int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")
        )
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _main(step: str, folder: str, entries: str) -> None:
    set_up_logs("benchmarks", level="ERROR")
    began = perf_counter()
    STEPS[step](Path(folder), int(entries))
    told = {"peak_bytes": _peak_bytes(), "seconds": perf_counter() - began}
    sys.stdout.write(orjson.dumps(told).decode())


if __name__ == "__main__":
    _main(*sys.argv[1:])
