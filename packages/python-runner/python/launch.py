"""Runs one job of a library: `python -I launch.py BRIDGE.py`.

Two processes. The first, the keeper, imports nothing of the library: it holds the line to whoever started it, and ends everything
that was started here when the work is done, when it is told to, or when that line is cut. The second does the work.

In:  one line of JSON on standard input, the job. Standard input then stays open; its end means: stop.
Out: lines of JSON on file descriptor 3, version 1. The last is `result` or `error`. Standard output and standard error are logs.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
import traceback

EVENTS = 3
# Before each event on a standard output that others write to, too.
MARK = "\x1e"
# Seconds from being told to stop until what is left is killed.
GRACE = 4
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
LINUX = sys.platform == "linux"


class JobError(Exception):
    """An end that its user can do something about. `code` is one of ilab's: E_USAGE, E_ENGINE, E_NOT_FOUND or E_REGISTRY."""

    def __init__(self, message, hint="", code="E_ENGINE"):
        super().__init__(message)
        self.hint = hint
        self.code = code


class Bridge:
    """What a bridge is given to tell how its work goes."""

    def __init__(self, write):
        self._write = write

    def progress(self, done, total=None, unit="steps", label=None):
        self._send(type="progress", done=done, total=total, unit=unit, label=label)

    def metric(self, name, value, step=None):
        self._send(type="metric", name=name, value=value, step=step)

    def artifact(self, kind, path, step=None):
        """Says that something below the job's output is finished; `path` is relative to it."""
        self._send(type="artifact", kind=kind, path=path, step=step)

    def forward(self, line):
        """Passes on a line that a process of the job's own wrote with a Bridge."""
        self._write(line)

    def _send(self, **event):
        self._write(json.dumps({"v": 1, **{key: value for key, value in event.items() if value is not None}}))


def die_with_parent(parent):
    """Has the kernel kill this process when the one that started it dies, where the kernel can."""
    if not LINUX:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def line_writer(descriptor):
    """A function that writes whole lines, from any thread."""
    lock = threading.Lock()

    def write(line):
        view = memoryview(line.replace("\n", " ").encode() + b"\n")
        with lock:
            while view:
                view = view[os.write(descriptor, view) :]

    return write


def load_bridge(path):
    namespace = {"__name__": "ilab_bridge", "__file__": path, "JobError": JobError, "LAUNCH": __file__, "MARK": MARK}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), namespace)
    return namespace


def work(bridge_path, job):
    """Does the job in this process. @returns its exit code"""
    write = line_writer(EVENTS)
    try:
        summary = load_bridge(bridge_path)["run"](job, Bridge(write))
        write(json.dumps({"v": 1, "type": "result", "summary": summary or {}}))
        return 0
    except JobError as error:
        write(json.dumps({"v": 1, "type": "error", "code": error.code, "message": str(error), "hint": error.hint}))
    except BaseException as error:
        traceback.print_exc()
        message = f"{type(error).__name__}: {error}"[:2000]
        write(json.dumps({"v": 1, "type": "error", "code": "E_ENGINE", "message": message}))
    return 1


def worker_of_many(bridge_path):
    """Runs as one of several processes that a launcher of the library's started; events go to its standard output, each after a mark."""
    die_with_parent(os.getppid())
    out = os.dup(1)
    os.dup2(2, 1)
    write = line_writer(out)
    job = json.loads(os.environ.pop("ILAB_JOB"))
    load_bridge(bridge_path)["work"](job, Bridge(lambda line: write(MARK + line)))
    return 0


def keep(worker):
    """Waits for the worker, for a signal, or for the end of standard input; then nothing that was started here is left."""
    stop_read, stop_write = os.pipe()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: os.write(stop_write, b"x"))
    signal.signal(signal.SIGCHLD, lambda *_: os.write(stop_write, b"c"))
    code = None
    while code is None:
        ready, _, _ = select.select([0, stop_read], [], [])
        told = os.read(stop_read, 1) if stop_read in ready else b""
        code = reap(worker)
        if code is None and (told == b"x" or (0 in ready and not os.read(0, 4096))):
            end_all(signal.SIGTERM, GRACE)
            break
    end_all(signal.SIGKILL, 2)
    return 1 if code is None else code


def reap(worker):
    """Takes note of processes that have ended. @returns the worker's exit code once it has one"""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code if code is not None else 1
        if pid == 0:
            return code
        if pid == worker:
            code = os.waitstatus_to_exitcode(status)


def end_all(how, seconds):
    """Sends a signal to everything below this process until nothing is left or the time is over; new ones get it, too."""
    told = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        left = descendants()
        if not left:
            return
        for pid in left - told if how == signal.SIGTERM else left:
            told.add(pid)
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                pass
        reap(None)
        time.sleep(0.02)


def descendants():
    children = {}
    for pid, parent in processes():
        children.setdefault(parent, []).append(pid)
    found = set()
    look = [os.getpid()]
    while look:
        for pid in children.get(look.pop(), []):
            if pid not in found:
                found.add(pid)
                look.append(pid)
    return found


def processes():
    """Living processes with their parents."""
    if not LINUX:
        text = subprocess.run(["ps", "-axo", "pid=,ppid=,stat="], capture_output=True, text=True, check=False).stdout
        rows = [line.split() for line in text.splitlines()]
        return [(int(row[0]), int(row[1])) for row in rows if len(row) >= 3 and not row[2].startswith("Z")]
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="latin-1") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
                if state != "Z":
                    found.append((int(name), int(parent)))
            except (OSError, ValueError):
                pass
    return found


def main():
    if sys.argv[1] == "--worker":
        sys.exit(worker_of_many(sys.argv[2]))
    job = read_job()
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        die_with_parent(keeper)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, 0)
        os.dup2(2, 1)
        code = work(sys.argv[1], job)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    os.close(EVENTS)
    if LINUX:
        # What loses its parent becomes this one's child, and is found.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    sys.exit(keep(worker))


def read_job():
    """The first line of standard input, byte for byte, so that nothing after it is taken away."""
    data = bytearray()
    while not data.endswith(b"\n"):
        piece = os.read(0, 65536)
        if not piece:
            sys.exit("The job ended before it began.")
        data += piece
    return json.loads(data)


if __name__ == "__main__":
    main()
