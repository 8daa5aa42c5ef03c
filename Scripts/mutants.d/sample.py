"""Which places of a module become mutants: drawn by a seed, no two on one line."""

import collections
import hashlib
import pathlib
import random

from places import places
from source import Source


def all_places(root, module):
    found = []
    for path in sorted((root / "Sources" / module).rglob("*.swift")):
        source = Source(str(path.relative_to(root)), path.read_text())
        found += places(source)
    return found


def draw(candidates, seed, module, count, taken=()):
    """The first `count` of a shuffled list that share no line with another or with `taken`.

    The kinds of mutants are drawn in turn, so that a file of constants does not make a sample of
    constants.
    """
    queues = {}
    seen = collections.Counter()
    for place in candidates:
        line = place.source.text.split("\n")[place.first].strip()
        own = f"{seed} {place.source.path} {line} {place.kind} {place.was} {place.now}"
        seen[own] += 1
        # By its own text: what changes elsewhere does not change whether a place is drawn.
        rank = hashlib.sha256(f"{own} {seen[own]}".encode()).digest()
        queues.setdefault(place.kind, []).append((rank, place))
    generator = random.Random(f"{seed} {module}")
    for kind in queues:
        queues[kind] = [place for _, place in sorted(queues[kind], key=lambda one: one[0], reverse=True)]
    lines = {(place.source.path, line) for place in taken for line in range(place.first, place.last + 1)}
    chosen = []
    while len(chosen) < count and any(queues.values()):
        kinds = [kind for kind in sorted(queues) if queues[kind]]
        place = queues[generator.choices(kinds, [WEIGHTS[kind] for kind in kinds])[0]].pop()
        own = {(place.source.path, line) for line in range(place.first, place.last + 1)}
        if own & lines:
            continue
        lines |= own
        chosen.append(place)
    return chosen


# How often each kind is drawn, about as there are places of it.
WEIGHTS = {"operator": 10, "constant": 6, "statement": 8, "condition": 5, "negation": 2, "extreme": 1}


def root():
    return pathlib.Path(__file__).resolve().parents[2]
