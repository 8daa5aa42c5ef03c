#!/usr/bin/env python3
"""Compares the planner with CP-SAT on placement problems, in one run.

usage: compare.py [--only PREFIX,...] BENCHMARK LIMIT_SECONDS FOLDER... (needs PyPI ortools)

BENCHMARK is the program of this package, which times the planner in process; reading is not counted. CP-SAT
has one worker; its time is the solver's own, without building the model. Each problem is given to both,
one after the other. A ratio is CP-SAT's time by ours, for what both decide; what CP-SAT does not decide in
its time counts with that time in "at least". Ratios are told of wall time and of processor time: on a machine
that has other work only the second means much for times of some milliseconds. The exit status is 1 where the two contradict each other, where
an answer is not the one that `index.json` knows, or where CP-SAT decides and the planner does not.
"""
import json
import os
import statistics
import subprocess
import sys
import time

from ortools.sat.python import cp_model

ANSWERS = {"feasible": "placed", "infeasible": "infeasible"}


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
    """The answer of CP-SAT, its wall and its processor seconds."""
    unit = 4096
    model = cp_model.CpModel()
    spans, blocks = list(free_spans(problem)), []
    for region in problem["regions"]:
        step, size = number(region["align"]) // unit, number(region["size"]) // unit
        choices = []
        for low, high in map(span, region["windows"]):
            for start, end in spans:
                first = -(-(max(low, start) // unit) // step)
                last = (min(high, end) // unit - size) // step
                if first <= last:
                    choices.append([first, last])
        if not choices:
            return "infeasible", 0.0, 0.0
        domain = cp_model.Domain.from_intervals(choices)
        place = model.new_int_var_from_domain(domain, region["name"])
        blocks.append(model.new_fixed_size_interval_var(step * place, size, region["name"]))
    model.add_no_overlap(blocks)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = limit
    work = time.process_time()
    status = solver.solve(model)
    work = time.process_time() - work
    names = {cp_model.OPTIMAL: "placed", cp_model.FEASIBLE: "placed", cp_model.INFEASIBLE: "infeasible"}
    return names.get(status, "unknown"), solver.wall_time, work


def planner(program, path):
    run = subprocess.run([program, path], capture_output=True, check=True, text=True)
    _, status, wall, processor = run.stdout.split()
    return status, float(wall), float(processor)


class Group:
    """What is told of the problems of one family."""

    def __init__(self):
        self.count = self.ours = self.theirs = 0
        self.wall, self.processor, self.floors = [], [], []

    def add(self, mine, theirs):
        self.count += 1
        self.ours += mine[0] != "unknown"
        self.theirs += theirs[0] != "unknown"
        if mine[0] != "unknown" and theirs[1] > 0:
            self.floors.append(theirs[2] / mine[2])
            if theirs[0] != "unknown":
                self.wall.append(theirs[1] / mine[1])
                self.processor.append(theirs[2] / mine[2])

    def line(self, name):
        def text(values, function):
            return f"{function(values):10.1f}" if values else "         -"

        return (
            f"{name:<8}{self.count:>9}{self.ours:>9}{self.theirs:>9}"
            + text(self.wall, statistics.median)
            + text(self.wall, min)
            + text(self.processor, statistics.median)
            + text(self.processor, min)
            + text(self.floors, statistics.median)
        )


def main():
    arguments = sys.argv[1:]
    prefixes = ("",)
    if arguments[0] == "--only":
        prefixes, arguments = tuple(arguments[1].split(",")), arguments[2:]
    program, limit, folders = arguments[0], float(arguments[1]), arguments[2:]
    groups, faults = {}, []
    for folder in folders:
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            index = json.load(file)
        for entry in index:
            name = entry["name"]
            if not name.startswith(prefixes):
                continue
            path = os.path.join(folder, name + ".json")
            with open(path, encoding="utf-8") as file:
                problem = json.load(file)
            mine = planner(program, path)
            theirs = cp_sat(problem, limit)
            for key in (name.split("_")[0], "all"):
                groups.setdefault(key, Group()).add(mine, theirs)
            if entry["expected"] == "unknown" or name.startswith(("mix", "trip")):
                groups.setdefault("hard", Group()).add(mine, theirs)
            answers = {mine[0], theirs[0], ANSWERS.get(entry["expected"], "unknown")} - {"unknown"}
            if len(answers) > 1:
                faults.append(f"{name}: planner {mine[0]}, CP-SAT {theirs[0]}, known {entry['expected']}")
            if mine[0] == "unknown" and theirs[0] != "unknown":
                faults.append(f"{name}: undecided, CP-SAT {theirs[0]} in {theirs[1]:.2f} s")
            ratios = [f"{t / m:.1f}" if theirs[1] > 0 else "-" for m, t in zip(mine[1:], theirs[1:])]
            print(
                f"{name} {mine[0]} {mine[1]:.6f} {mine[2]:.6f} "
                f"CP-SAT {theirs[0]} {theirs[1]:.6f} {theirs[2]:.6f} ratio {' '.join(ratios)}",
                flush=True,
            )
    print("                                  wall                processor           processor")
    print("family  problems  decided   CP-SAT    median     least    median     least  at least")
    for name in sorted(groups, key=lambda name: (name in ("hard", "all"), name)):
        print(groups[name].line(name))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
