#!/usr/bin/env python3
"""Writes placement problems of the families that the planner is measured on.

usage: generate.py FOLDER COUNT SEED

For each family and size COUNT problems, and `index.json` with what is known of the answer. Every problem is
made from a layout that is drawn first, so `feas`, `mix` and `trip` have an answer by construction:

  trip   equal gaps, each filled by three regions to the last page
  mix    a bank cut by obstacles into unequal gaps that aligned regions fill to the last page
  feas   1 to 3 banks, 20 obstacles, 70 to 97 % of the memory in use, up to three windows a region
  inf    `feas` with a set of regions that is over what a window holds by one page: all memory (volume),
         one window (window), or the aligned places of a window (align)

`tripp` and `mixp` are the same with single pages moved from one region to another: their sum still fills the
memory, and nobody knows whether they can.
"""
import json
import os
import random
import sys

PAGE = 4096
BANKS = [(0x40000, 0x40000), (0x100000, 0x80000), (0x880000, 0x40000)]


def trailing_zeros(number, most):
    return min(most, (number & -number).bit_length() - 1) if number else most


def span(low, high):
    return {"base": hex(low * PAGE), "size": hex((high - low) * PAGE)}


class Region:
    def __init__(self, base, size, shift, windows):
        self.base, self.size, self.shift, self.windows = base, size, shift, windows


def problem(name, banks, obstacles, regions, rng):
    order = list(enumerate(regions))
    rng.shuffle(order)
    return {
        "schema": "dmaplan-place/1",
        "name": name,
        "banks": [span(low, low + size) for low, size in banks],
        "obstacles": [span(low, high) for low, high in sorted(obstacles)],
        "regions": [
            {
                "name": f"r{index}",
                "size": hex(region.size * PAGE),
                "align": hex(PAGE << region.shift),
                "windows": [span(low, high) for low, high in region.windows],
            }
            for index, region in order
        ],
    }


def perturb(regions, rng, pairs):
    for _ in range(pairs):
        one, other = rng.sample(regions, 2)
        if other.size > 2:
            one.size, other.size = one.size + 1, other.size - 1


def trip(bins, rng, perturbed):
    length, start = 1000, 0x40000
    regions, obstacles = [], []
    whole = [(start, start + bins * (length + 1))]
    for index in range(bins):
        base = start + index * (length + 1)
        obstacles.append((base + length, base + length + 1))
        while True:
            first, second = rng.randint(251, 499), rng.randint(251, 499)
            if 250 < length - first - second < 500:
                break
        for size in (first, second, length - first - second):
            regions.append(Region(base, size, 0, whole))
    if perturbed:
        perturb(regions, rng, max(1, bins // 2))
    return [(start, bins * (length + 1))], obstacles, regions


def cuts(low, high, pieces, rng):
    """`pieces` - 1 cuts between, on grids that are coarse as often as fine."""
    found = set()
    while len(found) < pieces - 1:
        shift = rng.randint(0, max(0, (high - low).bit_length() - 4))
        cut = rng.randint(low + 1, high - 1) >> shift << shift
        if low < cut < high:
            found.add(cut)
        elif high - low <= pieces:
            break
    return [low, *sorted(found), high]


def mix(count, gaps, rng, perturbed):
    start, length = 0x80000, rng.choice([4096, 8192, 16384])
    while True:
        marks = [0, *sorted(rng.sample(range(1, length), 2 * gaps - 2)), length]
        free = [(start + marks[i], start + marks[i + 1]) for i in range(0, 2 * gaps, 2)]
        if all(high - low >= 20 for low, high in free):
            break
    obstacles = [(free[i][1], free[i + 1][0]) for i in range(gaps - 1)]
    total = sum(high - low for low, high in free)
    shares = [1] * gaps
    for _ in range(count - gaps):
        pick = rng.randrange(total)
        for index, (low, high) in enumerate(free):
            pick -= high - low
            if pick < 0 or index == gaps - 1:
                shares[index] += 1
                break
    regions = []
    for (low, high), pieces in zip(free, shares):
        ends = cuts(low, high, min(pieces, (high - low) // 2), rng)
        for base, end in zip(ends, ends[1:]):
            windows = [(start, start + length)]
            if rng.random() < 0.25:
                windows = [(rng.randint(start, base), rng.randint(end, start + length))]
            shift = trailing_zeros(base, 14)
            if rng.random() < 0.3:
                shift = rng.randint(0, shift)
            regions.append(Region(base, end - base, shift, windows))
    if perturbed:
        perturb(regions, rng, rng.randint(1, 3))
    return [(start, length)], obstacles, regions


def feas(count, fill, banks, rng):
    banks = BANKS[:banks]
    obstacles, free = [], []
    for bank, (low, size) in enumerate(banks):
        mine = 20 // len(banks) + (1 if bank < 20 % len(banks) else 0)
        cursor = low
        for mark in sorted(rng.sample(range(low, low + size - 0x1000), mine)):
            if mark > cursor:
                free.append((cursor, mark))
                end = min(low + size, mark + (1 << rng.randint(0, 12)))
                obstacles.append((mark, end))
                cursor = end
        if cursor < low + size:
            free.append((cursor, low + size))
    free.sort(key=lambda run: run[0] - run[1])
    shares = [0] * len(free)
    total = sum(high - low for low, high in free)
    for index, (low, high) in enumerate(free):
        shares[index] = count * (high - low) // total
    for index in range(count - sum(shares)):
        shares[index % len(free)] += 1
    regions = []
    for (low, high), pieces in zip(free, shares):
        if pieces == 0:
            continue
        ends = cuts(low, high, pieces, rng)
        for base, end in zip(ends, ends[1:]):
            size = end - base
            if rng.random() < (1 - fill) * 4:
                size = max(1, int(size * rng.uniform(0.6, 0.9)))
            bank = next(b for b in banks if b[0] <= base < b[0] + b[1])
            inside = [(bank[0], bank[0] + bank[1]), (banks[0][0], banks[-1][0] + banks[-1][1])]
            windows = [rng.choice(inside)]
            if rng.random() < 0.3:
                windows = [(rng.randint(bank[0], base), rng.randint(base + size, bank[0] + bank[1]))]
            for _ in range(rng.randint(0, 2)):
                other = rng.choice(banks)
                first = rng.randint(other[0], other[0] + other[1] - 2)
                windows.append((first, rng.randint(first + 1, other[0] + other[1])))
            regions.append(Region(base, size, rng.randint(0, trailing_zeros(base, 14)), windows))
    used = sum(region.size for region in regions)
    by_size = sorted(regions, key=lambda region: -region.size)
    for region in by_size:  # Down to the fill that was asked for.
        if used <= fill * total:
            break
        cut = min(region.size // 2, int(used - fill * total))
        region.size -= cut
        used -= cut
    return banks, obstacles, regions, free


def inf(count, kind, rng):
    banks, obstacles, regions, free = feas(count, 0.7, 2, rng)
    if kind == "volume":
        missing = sum(high - low for low, high in free) - sum(r.size for r in regions) + 1
        for region in regions:
            share = missing // len(regions)
            region.size += share
            region.windows.append((banks[0][0], banks[-1][0] + banks[-1][1]))
        regions[0].size += missing - missing // len(regions) * len(regions)
        return banks, obstacles, regions
    low, high = max(free, key=lambda run: run[1] - run[0])
    number = min(6, count // 2)
    if kind == "window":
        low, high = low + 1, low + 1 + (high - low) // 2
        sizes = [(high - low) // number] * number
        sizes[0] += (high - low) - sum(sizes) + 1
        shift = 0
    else:
        shift = max(0, ((high - low) // number).bit_length() - 1)
        places = ((high - 1) >> shift) - ((low - 1) >> shift)
        number = min(count, places + 1)
        sizes = [rng.randint(max(1, (1 << shift) // 2), 1 << shift) for _ in range(number)]
    for region, size in zip(regions, sizes):
        region.size, region.shift, region.windows = size, shift, [(low, high)]
    return banks, obstacles, regions


def main():
    folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.makedirs(folder, exist_ok=True)
    index = []

    def write(name, expected, parts):
        rng = random.Random(name)
        with open(os.path.join(folder, name + ".json"), "w", encoding="utf-8") as file:
            json.dump(problem(name, *parts[:3], rng), file)
        index.append({"name": name, "expected": expected, "regions": len(parts[2])})

    for turn in range(count):
        rng = random.Random(f"{seed} {turn}")
        for bins in (4, 6, 8, 12, 20):
            write(f"trip_T{bins}_g{seed}_{turn}", "feasible", trip(bins, rng, False))
            write(f"tripp_T{bins}_g{seed}_{turn}", "unknown", trip(bins, rng, True))
        for number, gaps in ((8, 1), (8, 3), (12, 3), (16, 4), (24, 6), (40, 8)):
            write(f"mix_n{number}_g{gaps}_g{seed}_{turn}", "feasible", mix(number, gaps, rng, False))
            write(f"mixp_n{number}_g{gaps}_g{seed}_{turn}", "unknown", mix(number, gaps, rng, True))
        for number in (10, 50, 200, 1000):
            for fill in (70, 90, 97):
                banks = rng.randint(1, 3)
                parts = feas(number, fill / 100, banks, rng)
                write(f"feas_n{number}_f{fill}_b{banks}_g{seed}_{turn}", "feasible", parts)
            for kind in ("volume", "window", "align"):
                write(f"inf_n{number}_{kind}_g{seed}_{turn}", "infeasible", inf(number, kind, rng))
    with open(os.path.join(folder, "index.json"), "w", encoding="utf-8") as file:
        json.dump(index, file, indent=1)


if __name__ == "__main__":
    main()
