"""Swift text as the mutants see it: comments and strings are masked, brackets are matched."""

import re


def mask(text):
    """The text with comments, strings and `#if` lines blanked; the same length, the same lines."""
    out = list(text)
    place, end = 0, len(text)

    def blank(start, stop, filler):
        for index in range(start, stop):
            if out[index] != "\n":
                out[index] = filler

    while place < end:
        if text.startswith("//", place):
            stop = text.find("\n", place)
            stop = end if stop < 0 else stop
            blank(place, stop, " ")
            place = stop
        elif text[place] == '"' or re.compile(r'#+"').match(text, place):
            stop = string_end(text, place)
            blank(place, stop, '"')
            place = stop
        else:
            place += 1
    masked = "".join(out)
    return re.sub(r"^ *#(if|else|elseif|endif)\b.*$", lambda m: " " * len(m.group()), masked, flags=re.M)


def string_end(text, place):
    """Where the string literal that begins at `place` ends, interpolations and all."""
    hashes = 0
    while text[place] == "#":
        hashes += 1
        place += 1
    quote = '"""' if text.startswith('"""', place) else '"'
    close, escape = quote + "#" * hashes, "\\" + "#" * hashes
    place += len(quote)
    while place < len(text):
        if text.startswith(close, place):
            return place + len(close)
        if text.startswith(escape, place):
            place += len(escape)
            if text[place] == "(":
                place = interpolation_end(text, place)
            else:
                place += 1
        else:
            place += 1
    raise ValueError("a string that does not end")


def interpolation_end(text, place):
    depth = 0
    while True:
        if text[place] == '"':
            place = string_end(text, place)
            continue
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        place += 1
        if depth == 0:
            return place


CLOSING = {"(": ")", "[": "]", "{": "}"}


class Source:
    """One file: its text, its mask, and for each line the bracket it lies in."""

    def __init__(self, path, text):
        self.path, self.text, self.masked = path, text, mask(text)
        self.lines = self.masked.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.match_brackets()
        self.skipped = self.find_skipped()

    def match_brackets(self):
        self.partner, self.inside, stack = {}, [], []
        for place, character in enumerate(self.masked):
            if place == 0 or self.masked[place - 1] == "\n":
                self.inside.append(self.masked[stack[-1]] if stack else "")
            if character in "([{":
                stack.append(place)
            elif character in ")]}" and stack:
                start = stack.pop()
                self.partner[start], self.partner[place] = place, start

    def find_skipped(self):
        """What no mutant is made of: preconditions, assertions, attributes and raw values."""
        spans = []
        for found in re.finditer(r"\b(precondition|preconditionFailure|assert|assertionFailure)\(", self.masked):
            spans.append((found.start(), self.partner[found.end() - 1] + 1))
        for found in re.finditer(r"@\w+\([^)]*\)", self.masked):
            spans.append(found.span())
        return spans

    def is_skipped(self, place):
        return any(start <= place < end for start, end in self.skipped)

    def line(self, place):
        """The number of a place's line, from 0."""
        low, high = 0, len(self.lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.starts[middle] <= place else (low, middle - 1)
        return low
