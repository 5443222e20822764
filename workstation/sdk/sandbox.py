"""Owns the kernel sandbox of a worker: resource limits, Landlock and seccomp on Linux. Must not know what runs inside.

Python-level guards are a tripwire only; these layers are enforced by the kernel and hold against ctypes as well
(``notes/evidence.md`` 4.3). Each layer that is not available is named in the answer, so that the host can refuse.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from typing import NamedTuple

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _PR_SET_DUMPABLE = 38, 22, 4
_ALLOW, _KILL, _EPERM, _ENOSYS = 0x7FFF0000, 0x80000000, 0x00050001, 0x00050026
_CLONE_THREAD = 0x10000
_LOAD, _JEQ, _JGE, _JSET, _RET = 0x20, 0x15, 0x35, 0x45, 0x06


class _Numbers(NamedTuple):
    """System call numbers of one processor."""

    arch: int
    clone: int
    clone3: int
    prlimit64: int
    deny: tuple[int, ...]


#: Forbidden system calls: sockets, programs, processes, other processes' memory and signals, kernel doors; and what
#: Landlock lets through: rights, owners, times and attributes of files, and cutting them (before its third version).
_X86_64 = _Numbers(
    0xC000003E, 56, 435, 302,
    (41, 42, 43, 44, 45, 46, 47, 49, 50, 53, 57, 58, 59, 62, 76, 90, 91, 92, 93, 94, 101, 129, 132, 133, 155,
             161, 165, 166, 188, 189, 190, 197, 198, 199, 200, 234, 235, 246, 248, 249, 250, 259, 260, 261, 268,
             272, 280, 288, 297, 298, 299, 303, 304, 307, 308, 310, 311, 312, 313, 320, 321, 322, 323, 424,
             425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 452, 463, 466),
)  # fmt: skip
_AARCH64 = _Numbers(
    0xC00000B7, 220, 435, 261,
    (5, 6, 7, 14, 15, 16, 33, 39, 40, 41, 45, 51, 52, 53, 54, 55, 88, 97, 104, 105, 106, 117, 129, 130, 131, 138,
             198, 199, 200, 201, 202, 203, 206, 207, 211, 212,
             217, 218, 219, 221, 240, 241, 242, 243, 264, 265, 268, 269, 270, 271, 272, 273, 280, 281, 282, 294, 424,
             425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442, 452, 463, 466),
)  # fmt: skip


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def limits(memory_mb: int, cpu_seconds: int) -> str:
    """Set the resource limits of this process; the layer's state in words."""
    if sys.platform == "win32":
        return "not available on this system"
    import resource

    memory = memory_mb << 20
    wanted = [
        (resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, memory),
    ]  # fmt: skip
    for which, value in wanted:
        try:
            _soft, hard = resource.getrlimit(which)
            value = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(which, (value, value))
        except (OSError, ValueError):
            return "not enforced"
    return "enforced"


def landlock(readable: Iterable[str]) -> str:
    """Close the file system but for reading below ``readable``; the layer's state in words."""
    if sys.platform != "linux":
        return "not available on this system"
    libc = _libc()
    abi = libc.syscall(444, None, 0, 1)
    if abi < 1:
        return "not available in this kernel"
    handled = (1 << 13) - 1
    if abi >= 2:
        handled |= 1 << 13
    if abi >= 3:
        handled |= 1 << 14
    if abi >= 5:
        handled |= 1 << 15
    network = 3 if abi >= 4 else 0
    attributes = struct.pack("QQ", handled, network)[: 16 if abi >= 4 else 8]
    rules = libc.syscall(444, attributes, len(attributes), 0)
    if rules < 0:
        return "not enforced"
    try:
        for path in readable:
            try:
                handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            try:
                rights = 1 << 2 | 1 << 3 if os.path.isdir(path) else 1 << 2
                libc.syscall(445, rules, 1, struct.pack("=Qi", rights, handle), 0)
            finally:
                os.close(handle)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        return "enforced" if libc.syscall(446, rules, 0) == 0 else "not enforced"
    finally:
        os.close(rules)


def seccomp() -> str:
    """Forbid the system calls that a reader never needs; the layer's state in words."""
    if sys.platform != "linux":
        return "not available on this system"
    numbers = {"x86_64": _X86_64, "aarch64": _AARCH64}.get(platform.machine())
    if numbers is None or struct.calcsize("P") != 8:
        return "not available on this processor"

    def op(code: int, yes: int, no: int, value: int) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    arch, clone, clone3, prlimit, deny = numbers
    # Another ABI's numbers would mean other calls: such a call ends the process.
    program = [op(_LOAD, 0, 0, 4), op(_JEQ, 1, 0, arch), op(_RET, 0, 0, _KILL), op(_LOAD, 0, 0, 0)]
    if arch == _X86_64.arch:
        program += [op(_JGE, 0, 1, 0x40000000), op(_RET, 0, 0, _KILL)]  # the x32 ABI trick
    for number in deny:
        program += [op(_JEQ, 0, 1, number), op(_RET, 0, 0, _EPERM)]
    # clone3 hides its flags behind a pointer: "not there" makes libc fall back to clone, which is threads only.
    program += [op(_JEQ, 0, 1, clone3), op(_RET, 0, 0, _ENOSYS)]
    program += [op(_JEQ, 0, 3, clone), op(_LOAD, 0, 0, 16), op(_JSET, 1, 0, _CLONE_THREAD), op(_RET, 0, 0, _EPERM)]
    # After the clone test the accumulator may hold its flags: load the number again. Limits only of oneself.
    program += [op(_LOAD, 0, 0, 0), op(_JEQ, 0, 3, prlimit), op(_LOAD, 0, 0, 16), op(_JEQ, 1, 0, 0)]
    program += [op(_RET, 0, 0, _EPERM), op(_RET, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(program))
    libc = _libc()
    header = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return "not enforced"
    return "enforced" if libc.prctl(_PR_SET_SECCOMP, 2, ctypes.c_char_p(header), 0, 0) == 0 else "not enforced"


def close_the_door(readable: Iterable[str], *, memory_mb: int, cpu_seconds: int) -> dict[str, str]:
    """Put all layers on this process; ``{layer: "enforced" or why not}``."""
    state = {}
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    state["files"] = landlock(readable)
    state["system calls"] = seccomp()
    state["limits"] = limits(memory_mb, cpu_seconds)
    return state
