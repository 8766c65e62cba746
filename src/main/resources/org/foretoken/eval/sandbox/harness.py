"""Runs one program under limits and says how it ended. Started inside the isolation, by `python3 -c`.

In, on stdin: a JSON object with program, token, seconds and memory. Out, on stdout: "ready" once nothing more can be gained by the
program, then a JSON list with the token, if the program ran to its end, and what it raised otherwise. The program sees neither stream.
"""
import json
import os
import resource
import sys

# System calls of x86-64 that no answer to a question needs: new processes and threads, sockets, memory that is charged to nobody,
# other processes' insides, and parts of the kernel with a history.
FORBIDDEN = (
    41, 53,  # socket, socketpair
    56, 57, 58, 435,  # clone, fork, vfork, clone3
    59, 322,  # execve, execveat
    29, 30, 64, 68, 240,  # shmget, shmat, semget, msgget, mq_open
    319, 447,  # memfd_create, memfd_secret
    101, 310, 311, 302,  # ptrace, process_vm_readv, process_vm_writev, prlimit64
    165, 272, 308, 161, 155,  # mount, unshare, setns, chroot, pivot_root
    248, 249, 250,  # add_key, request_key, keyctl
    298, 321, 323, 425, 426, 427,  # perf_event_open, bpf, userfaultfd, io_uring_*
)


def limit(seconds, memory):
    limits = {
        "RLIMIT_CORE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_NPROC": 0,  # binds everybody but root, whom the filter binds
    }
    # macOS knows it, but doesn't keep to it
    if sys.platform != "darwin":
        limits["RLIMIT_AS"] = memory
    for name, most in limits.items():
        if hasattr(resource, name):
            resource.setrlimit(getattr(resource, name), (most, most))
    # a signal that says why, then one that can't be ignored
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def forbid():
    """Makes the kernel refuse FORBIDDEN, by a seccomp filter."""
    import ctypes
    import struct

    if os.uname().machine != "x86_64" or sys.maxsize < 2**32:
        raise OSError("only x86-64 is known here, not " + os.uname().machine)
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    refuse, kill, allow = 0x00050001, 0x80000000, 0x7FFF0000
    # the machine that the call is made for, then its number; those of x32 begin at 2^30
    rules = [
        (load, 0, 0, 4),
        (equal, 1, 0, 0xC000003E),
        (answer, 0, 0, kill),
        (load, 0, 0, 0),
        (at_least, 0, 1, 0x40000000),
        (answer, 0, 0, refuse),
    ]
    for number in FORBIDDEN:
        rules += [(equal, 0, 1, number), (answer, 0, 0, refuse)]
    rules.append((answer, 0, 0, allow))
    text = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(text)))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    no_new_privileges, seccomp, filtered = 38, 22, 2
    for call in ((no_new_privileges, 1, 0, 0, 0), (seccomp, filtered, ctypes.addressof(program), 0, 0)):
        if prctl(*map(ctypes.c_ulong, call)) != 0:
            raise OSError(ctypes.get_errno(), "the kernel takes no filter of system calls")


def main():
    request = json.loads(sys.stdin.buffer.read())
    limit(request["seconds"], request["memory"])
    if sys.platform != "darwin":
        forbid()
    write, dumps, leave = os.write, json.dumps, os._exit
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    write(out, b"ready\n")
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    token, fault = None, ""
    try:
        exec(compile(request["program"], "program", "exec"), {"__name__": "__main__"})
        token = request["token"]
    except BaseException as failure:
        fault = type(failure).__name__
        try:
            fault += ": " + str(failure)
        except BaseException:
            pass
    write(out, dumps([token, fault[:300]]).encode())
    leave(0)


main()
