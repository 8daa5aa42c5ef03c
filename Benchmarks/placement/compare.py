#!/usr/bin/env python3
"""Compares `dmaplan place` with CP-SAT on placement problems, in one run.

usage: compare.py DMAPLAN LIMIT_SECONDS PROBLEM.json... (needs PyPI ortools)

Prints for each problem both answers, both times and their ratio, then the median ratio. CP-SAT has one
worker; its time is the solver's own, without building the model. The time of dmaplan is that of the whole
process, the least of three runs, so start-up and reading count against it. Where the two contradict each
other the exit status is 1.
"""
import json
import statistics
import subprocess
import sys
import time

from ortools.sat.python import cp_model


def number(text):
    return int(text, 16)


def span(item):
    return number(item["base"]), number(item["base"]) + number(item["size"])


def free_spans(problem):
    """What the obstacles leave of each bank."""
    taken = sorted(span(item) for item in problem.get("obstacles", []))
    for bank in problem["banks"]:
        cursor, end = span(bank)
        for low, high in taken:
            if high <= cursor or low >= end:
                continue
            if low > cursor:
                yield cursor, low
            cursor = max(cursor, high)
        if cursor < end:
            yield cursor, end


def cp_sat(problem, limit):
    """The answer of CP-SAT and its seconds; boundaries and separation are not modelled."""
    model = cp_model.CpModel()
    spans, blocks = list(free_spans(problem)), []
    for region in problem["regions"]:
        if region.get("boundary") or region.get("apart"):
            return "not modelled", 0.0
        step, size = number(region["align"]), number(region["size"])
        choices = []
        for low, high in map(span, region["windows"]):
            for start, end in spans:
                first = -(-max(low, start) // step)
                last = (min(high, end) - size) // step
                if first <= last:
                    choices.append([first, last])
        if not choices:
            return "infeasible", 0.0
        domain = cp_model.Domain.from_intervals(choices)
        place = model.new_int_var_from_domain(domain, region["name"])
        blocks.append(model.new_fixed_size_interval_var(step * place, size, region["name"]))
    model.add_no_overlap(blocks)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit
    status = solver.solve(model)
    names = {cp_model.OPTIMAL: "placed", cp_model.FEASIBLE: "placed", cp_model.INFEASIBLE: "infeasible"}
    return names.get(status, "unknown"), solver.wall_time


def dmaplan(binary, path):
    best = None
    for _ in range(3):
        start = time.perf_counter()
        output = subprocess.run([binary, "place", path], capture_output=True, check=False).stdout
        seconds = time.perf_counter() - start
        best = seconds if best is None else min(best, seconds)
        if seconds > 1:
            break
    return json.loads(output)["status"], best


def main():
    binary, limit, paths = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    ratios, contradictions = [], 0
    for path in paths:
        with open(path, encoding="utf-8") as file:
            problem = json.load(file)
        if not isinstance(problem, dict):
            continue
        ours, mine = dmaplan(binary, path)
        theirs, seconds = cp_sat(problem, limit)
        note = ""
        if {ours, theirs} == {"placed", "infeasible"}:
            contradictions, note = contradictions + 1, " CONTRADICTION"
        if ours != "unknown" and seconds > 0:
            ratios.append(seconds / mine)
            note = f" {seconds / mine:.1f}x" + note
        print(f"{problem.get('name', path)}: {ours} {mine:.4f} s, CP-SAT {theirs} {seconds:.4f} s{note}", flush=True)
    if ratios:
        print(f"median {statistics.median(ratios):.1f}x, least {min(ratios):.1f}x, of {len(ratios)} problems")
    return 1 if contradictions else 0


if __name__ == "__main__":
    sys.exit(main())
