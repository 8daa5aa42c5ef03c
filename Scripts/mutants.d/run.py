"""Runs the tests with one mutant on, until the first failure."""

import os
import signal
import subprocess
import tempfile
import time


class Outcome:
    def __init__(self, result, stage="", seconds=0.0, what=""):
        self.result, self.stage, self.seconds, self.what = result, stage, seconds, what

    @property
    def is_caught(self):
        return self.result != "survived"


def run_stage(binary, stage, number, limit, folder):
    """Runs the tests of one target; stops at the first failure.

    Gives `passed`, `failed`, `crashed` or `hung`, and what the run said of it.
    """
    environment = {**os.environ, "MUTANT": str(number), "NO_COLOR": "1", "SWIFT_BACKTRACE": "enable=no"}
    start = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            [binary, "--testing-library", "swift-testing", "--filter", f"^{stage}\\."],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        seen, failure, status = 0, "", None
        while status is None:
            time.sleep(0.05)
            status = process.poll()
            text, seen = read(output, seen)
            failure = first_failure(text)
            late = time.monotonic() - start > limit
            if status is None and (failure or late):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                break
        seconds = time.monotonic() - start
        if failure:
            return "failed", seconds, failure
        if status is None:
            return "hung", seconds, ""
        if status == 0:
            text, _ = read(output, 0)
            return ("passed" if "Test run with 0 tests" not in text else "empty"), seconds, ""
        text, _ = read(output, 0)
        return "crashed", seconds, f"status {status}: " + "".join(text.strip().split("\n")[-1:])[:120]


def read(output, place):
    """What was written since `place`, whole lines only."""
    output.flush()
    data = os.pread(output.fileno(), 1 << 26, place)
    data = data[: data.rfind(b"\n") + 1]
    return data.decode(errors="replace"), place + len(data)


def first_failure(text):
    for line in text.split("\n"):
        if "recorded an issue" in line or line.startswith("✘"):
            return line.strip()[:200]
    return ""


def run_mutant(binary, stages, number, limits, folder):
    total = 0.0
    for stage in stages:
        result, seconds, what = run_stage(binary, stage, number, limits[stage], folder)
        total += seconds
        if result != "passed":
            return Outcome(result, stage, total, what)
    return Outcome("survived", "", total)
