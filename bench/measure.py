"""Clocks, memory and processes for the benchmarks."""

import resource
import time
from collections.abc import Callable
from multiprocessing import get_context


def now() -> tuple[float, float]:
    """Seconds on the clock, and of CPU by this process and its ended children."""
    used = [resource.getrusage(kind) for kind in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return time.monotonic(), sum(each.ru_utime + each.ru_stime for each in used)


def report(what: str, count: int, since: tuple[float, float]) -> None:
    """`since` is what `now()` said before. CPU is what a busy machine cannot stretch."""
    seconds, cpu_seconds = (after - before for after, before in zip(now(), since, strict=True))
    rate, cpu = f"{count / seconds:,.0f}/s", f"{1000 * cpu_seconds / count:.2f} ms CPU each"
    print(f"{what} {count:,} in {seconds:.1f} s, {rate}, {cpu}, peak memory {peak_mib():.0f} MiB", flush=True)


def peak_mib() -> float:
    """The largest of this process and its ended children."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


def in_two_processes(work: Callable[[list[str]], None], user_ids: list[str]) -> None:
    halves = [user_ids[::2], user_ids[1::2]]
    processes = [get_context("fork").Process(target=work, args=(half,)) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
