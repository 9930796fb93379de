"""A process that gives up everything but computing: no file, no network, no other process, bounded time and memory

Two fences, one behind the other. The kernel's (Linux, seccomp): only the system calls that computing needs are let
through, whatever code makes them; the rest fail with EPERM. Python's (an audit hook): the same said where Python asks,
so that the error is told in Python's words; on systems without seccomp it stands alone, and code that sets out to
break it may.
"""

from __future__ import annotations

import ctypes
import errno
import math
import platform
import resource
import struct
import sys
import time
from collections.abc import Sequence

from medark.errors import InternalError

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER_MODE = 38, 22, 2
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # classic BPF: ld [k], jeq k, ret k
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x80000000
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data

# What computing needs. Source: Linux, arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
_NAMES = (
    "read", "write", "close", "fstat", "lseek", "mmap", "mprotect", "munmap", "brk", "mremap", "madvise",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "futex", "getrandom", "clock_gettime",
    "gettimeofday", "getpid", "gettid", "sched_yield", "restart_syscall", "exit", "exit_group",
)  # fmt: skip
_NUMBERS = {
    "x86_64": (0xC000003E, (0, 1, 3, 5, 8, 9, 10, 11, 12, 25, 28, 13, 14, 15, 131, 202, 318, 228, 96, 39, 186, 24, 219,
                            60, 231)),
    "aarch64": (0xC00000B7, (63, 64, 57, 80, 62, 222, 226, 215, 214, 216, 233, 134, 135, 139, 132, 98, 278, 113, 169,
                             172, 178, 124, 128, 93, 94)),
}  # fmt: skip

_REFUSED_EVENTS = (
    "open", "socket.", "subprocess.", "os.", "shutil.", "ctypes.", "mmap.", "fcntl.", "glob.", "pty.", "resource.",
    "sqlite3.", "ssl.", "syslog.", "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "webbrowser.", "winreg.",
)  # fmt: skip


def confine(*, cpu_seconds: int = 20, memory_bytes: int = 1 << 30) -> None:
    """From now on this process computes, so long, and nothing else. InternalError where the kernel can't hold it so.

    What it took until now, to start and to import, counts for nothing: a slow machine gives no less time.
    """
    _limit(cpu_seconds, memory_bytes)
    if sys.platform == "linux":
        _fence_by_kernel()
    sys.addaudithook(_refuse)


def _limit(cpu_seconds: int, memory_bytes: int) -> None:
    until = math.ceil(time.process_time() + cpu_seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (until, until))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 26, 1 << 26))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError("a definition reaches no file, network or process")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def _fence_by_kernel() -> None:
    machine = platform.machine()
    if machine not in _NUMBERS:
        raise InternalError("definition files can't be fenced in on this kind of processor", machine=machine)
    program = ctypes.create_string_buffer(b"".join(_instructions(*_NUMBERS[machine])))
    described = _Program(len(program.raw) // 8, ctypes.cast(program, ctypes.c_void_p).value)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for arguments in (
        (_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
        (_PR_SET_SECCOMP, _FILTER_MODE, ctypes.byref(described), 0, 0),
    ):
        if prctl(*arguments) != 0:
            raise InternalError("this kernel does not fence in definition files", errno=ctypes.get_errno())


def _instructions(architecture: int, numbers: Sequence[int]) -> list[bytes]:
    """A call of another architecture ends the process; one on the list goes through; any other fails."""
    checks = [_instruction(_IF_EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)]
    return [
        _instruction(_LOAD, 0, 0, _ARCHITECTURE),
        _instruction(_IF_EQUAL, 1, 0, architecture),
        _instruction(_RETURN, 0, 0, _KILL),
        _instruction(_LOAD, 0, 0, _NUMBER),
        *checks,
        _instruction(_RETURN, 0, 0, _REFUSE),
        _instruction(_RETURN, 0, 0, _ALLOW),
    ]


def _instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
