"""What the machine has: memory, cores, and the types it computes fast.

Requirements met here: limits of containers count, not only what the whole machine has; where the
system doesn't say, the answer is None and nobody guesses.
"""

import os
from contextlib import suppress
from math import ceil
from pathlib import Path

import torch

_ROOT = Path(os.sep)
CGROUP = _ROOT / "sys" / "fs" / "cgroup"
MEMINFO = _ROOT / "proc" / "meminfo"
CPUINFO = _ROOT / "proc" / "cpuinfo"

UNLIMITED = 2**60
"""Limits from here on mean that there is none."""


def available_bytes(device: torch.device | None = None) -> int | None:
    """Bytes that can still be given out on a device, or None where the system doesn't say.

    On the CPU: what the kernel calls available, within what the container allows.
    """
    if device is not None and device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        return int(free)
    found = [value for value in (_of_the_machine(), _of_the_container()) if value is not None]
    return min(found) if found else None


def _of_the_machine() -> int | None:
    with suppress(OSError, ValueError):
        for line in MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    with suppress(OSError, ValueError, AttributeError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _of_the_container() -> int | None:
    """What a control group has left: its limit, less what is in use and can't be dropped."""
    for limit, used, field in (
        ("memory.max", "memory.current", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "total_inactive_file"),
    ):
        with suppress(OSError, ValueError):
            most = int((CGROUP / limit).read_text(encoding="ascii"))
            if most >= UNLIMITED:
                return None
            taken = int((CGROUP / used).read_text(encoding="ascii"))
            stat = (CGROUP / limit).with_name("memory.stat").read_text(encoding="ascii")
            fields = dict(line.split() for line in stat.splitlines())
            return max(0, most - taken + int(fields.get(field, 0)))
    return None


def cores() -> int:
    """Cores that this process may use, within what the container allows."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    with suppress(OSError, ValueError):
        quota, period = (CGROUP / "cpu.max").read_text(encoding="ascii").split()
        return max(1, min(allowed or 1, ceil(int(quota) / int(period))))
    return allowed or 1


def has_bfloat16(device: torch.device) -> bool:
    """Whether a device multiplies 16-bit brain floats faster than 32-bit floats."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if device.type != "cpu":
        return False
    with suppress(OSError):
        words = CPUINFO.read_text(encoding="utf-8", errors="replace").split()
        return bool({"avx512_bf16", "amx_bf16", "bf16"}.intersection(words))
    return False


def best_device() -> torch.device:
    """A GPU where there is one, otherwise the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")
