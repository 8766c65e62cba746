# Tries what a program must not be able to do. Before it stand HIDDEN, paths of the user's; PORT, on which someone listens; MEMORY,
# the most in bytes; and PARENT, the process that started it.
import os
import socket
import sys


def succeeds(deed):
    try:
        deed()
        return True
    except (OSError, MemoryError, ValueError):
        return False


def connect():
    socket.create_connection(("127.0.0.1", PORT), timeout=1).close()


def write():
    for folder in ("/tmp", "/dev/shm", os.getcwd()):
        if succeeds(lambda: open(os.path.join(folder, "foretoken-probe"), "w").write("x")):
            return
    raise OSError("nowhere")


for path in HIDDEN:
    if succeeds(lambda: os.listdir(path) if os.path.isdir(path) else open(path).close()):
        raise AssertionError("it can read " + path)
if succeeds(connect):
    raise AssertionError("it can open a connection")
if succeeds(os.fork):
    raise AssertionError("it can start processes")
if succeeds(write):
    raise AssertionError("it can write files")
if sys.platform != "darwin" and succeeds(lambda: bytearray(2 * MEMORY)):
    raise AssertionError("it can take as much memory as it likes")
# in a container the parent may have one of the few numbers that are used in here, too
if PARENT > 9 and succeeds(lambda: os.kill(PARENT, 0)):
    raise AssertionError("it can signal other processes")
