"""What the system tells of a process's time and memory, and how it limits them; systems do so to different degrees."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

try:
    import resource
except ImportError:  # Windows tells and limits nothing this way
    resource = None  # type: ignore[assignment]

STATUS = "/proc/{}/status"  # of Linux


def cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_bytes(process: int | None = None) -> int:
    """The most memory that a process (None: this one) has had at a time; 0 where the system does not tell."""
    # What getrusage says is on Linux at least what the parent had.
    with suppress(OSError, ValueError, StopIteration), open(STATUS.format(process or "self"), encoding="ascii") as told:
        return 1024 * int(next(line for line in told if line.startswith("VmHWM:")).split()[1])
    if resource is None or process is not None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def used_seconds() -> float:
    """The processor time that this process has used; 0 where the system does not tell."""
    if resource is None:
        return 0.0
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def limit(name: str, most: int) -> bool:
    """Limit this process, by "CPU" (seconds), "DATA" or "AS" (bytes of memory) or "CORE" (bytes of a crash's record).

    Returns whether the system took the limit; macOS takes one of memory and does not heed it.
    """
    kind = getattr(resource, f"RLIMIT_{name}", None)
    if kind is None:
        return False
    try:
        _, highest = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if highest == resource.RLIM_INFINITY else min(most, highest), highest))
    except (ValueError, OSError):  # the system knows the limit by name only
        return False
    return True
