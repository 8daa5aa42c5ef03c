"""The places of a file where a mutant can be made, and what it would be."""

import re

from source import CLOSING

# What stands for an operator of the source in a mutant: a boundary moved, a comparison flipped, a
# sign swapped, a junction exchanged.
OPERATORS = {
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
    "+": ["-"],
    "-": ["+"],
    "&+": ["&-"],
    "&-": ["&+"],
    "+=": ["-="],
    "-=": ["+="],
    "*": ["/"],
    "/": ["*"],
    "<<": [">>"],
    ">>": ["<<"],
    "&<<": ["&>>"],
    "&>>": ["&<<"],
    "&": ["|"],
    "|": ["&"],
    "|=": ["&="],
    "&=": ["|="],
    "&&": ["||"],
    "||": ["&&"],
}
OPERATOR = re.compile(r"(?<=[\s])(" + "|".join(re.escape(o) for o in sorted(OPERATORS, key=len, reverse=True)) + r")(?=\s)")
NUMBER = re.compile(r"(?<![\w$])(?<![^.]\.)(0x[0-9a-fA-F_]+|0b[01_]+|\d[\d_]*)(?![\w])(?!\.\d)")
WORD = re.compile(r"(?<![\w.`])(true|false)\b")
EXTREME = re.compile(r"(?<![\w.`])((?:Swift\.)?)(min|max)(?=\()")
NEGATION = re.compile(r"(?<=[\s(\[])!(?=[\w(])")
CONDITION = re.compile(r"(?<![\w.`])(if|guard|while|where) ")
DECLARATIONS = (
    "let var func init deinit struct enum class extension protocol case default static public private "
    "fileprivate internal mutating borrowing consuming import typealias subscript get set if else guard "
    "switch for while repeat do defer catch return throw operator infix nonisolated indirect some any"
).split()
ASSIGNMENT = re.compile(r"[\w.$]+[\w.$\[\](),: +*/&|<>?!-]*? (=|[-+*/|&^]=|&[-+*]=|<<=|>>=|&<<=|&>>=)[ \n]")
CALL = re.compile(r"(try )?[\w$][\w.$]*(\[[^\n]*?\][\w.$]*)*[(]")
LEAVING = re.compile(r"(return|continue|break)\b")


class Place:
    """One mutant that can be made: the text from `start` to `end` and what replaces it."""

    def __init__(self, source, start, end, kind, was, now):
        self.source, self.start, self.end = source, start, end
        self.kind, self.was, self.now = kind, was, now
        self.first, self.last = source.line(start), source.line(max(start, end - 1))

    @property
    def where(self):
        return f"{self.source.path}:{self.first + 1}"

    @property
    def change(self):
        """What was and what is now, with strings as they stand, each on one line."""
        was = self.source.text[self.start : self.end]
        now = f"!({was})" if self.kind == "condition" else self.now or "(dropped)"
        if self.kind == "negation":
            now = "(dropped)"
        return one_line(was), one_line(now)

    def key(self):
        return (self.source.path, self.start, self.end, self.kind, self.now)


def one_line(text):
    text = " ".join(text.split())
    return text if len(text) <= 100 else text[:97] + "..."


def places(source):
    """All mutants that this file could have, in the order of its text."""
    found = []
    for make in (operators, constants, extremes, negations, conditions, statements):
        found += [place for place in make(source) if not source.is_skipped(place.start)]
    return sorted(found, key=Place.key)


def operators(source):
    for match in OPERATOR.finditer(source.masked):
        line = source.lines[source.line(match.start())].strip()
        if line.startswith(("static func", "infix", "public static func", "func")) and "operator" in line:
            continue
        for now in OPERATORS[match.group()]:
            yield Place(source, match.start(), match.end(), "operator", match.group(), now)


def constants(source):
    for match in NUMBER.finditer(source.masked):
        line = source.lines[source.line(match.start())].strip()
        if line.startswith("case ") or match.group().startswith("0") and match.group()[1:].isdigit():
            continue
        value = int(match.group().replace("_", ""), 0)
        for now in [value + 1] + ([value - 1] if value > 0 else []):
            yield Place(source, match.start(), match.end(), "constant", match.group(), str(now))
    for match in WORD.finditer(source.masked):
        now = "false" if match.group() == "true" else "true"
        yield Place(source, match.start(), match.end(), "constant", match.group(), now)


def extremes(source):
    for match in EXTREME.finditer(source.masked):
        now = "max" if match.group(2) == "min" else "min"
        if re.search(r"func $", source.masked[: match.start()]):
            continue
        yield Place(source, match.start(), match.end(), "extreme", match.group(2), now)


def negations(source):
    for match in NEGATION.finditer(source.masked):
        yield Place(source, match.start(), match.end(), "negation", "!", "")


def conditions(source):
    """Each clause of a condition that is no binding."""
    for match in CONDITION.finditer(source.masked):
        start = place = match.end()
        while place < len(source.masked):
            character = source.masked[place]
            ends = character == "{" or source.masked.startswith("else", place) and match.group(1) == "guard"
            if character in "([" and place in source.partner:
                place = source.partner[place] + 1
                continue
            if ends or character == ",":
                stop = start + len(source.masked[start:place].rstrip())
                clause = source.masked[start:stop]
                if clause and not re.match(r"(let|var|case|#)\b|#", clause) and " = " not in clause:
                    yield Place(source, start, stop, "condition", clause, f"!({clause})")
                start = place + 1 + len(source.masked[place + 1 :]) - len(source.masked[place + 1 :].lstrip())
            if ends or character in ")]}":
                break
            place += 1


def statements(source):
    """Statements that begin a line; of more than one line where brackets go on."""
    for number, line in enumerate(source.lines):
        text = line.strip()
        word = re.match(r"[\w]*", text).group()
        leaves = LEAVING.match(text) is not None
        if not text or source.inside[number] != "{" or (word in DECLARATIONS and not leaves):
            continue
        if goes_on(source, number) or not (leaves or ASSIGNMENT.match(text + "\n") or CALL.match(text)):
            continue
        start = source.starts[number] + len(line) - len(line.lstrip())
        end = statement_end(source, number, start)
        if end is None or (leaves and word == "break" and text == "break"):
            continue
        yield Place(source, start, end, "statement", source.text[start:end], "")


def goes_on(source, number):
    """Whether a line is the rest of the statement before it."""
    before = number - 1
    while before >= 0 and not source.lines[before].strip():
        before -= 1
    last = source.lines[before].strip() if before >= 0 else ""
    return re.match(r"[.?:&|+*/<>=-]", source.lines[number].strip()) is not None or (
        re.search(r"[-=+*/&|<>,?([]$|\breturn$", last) is not None and not last.endswith("->")
    )


def statement_end(source, number, start):
    place = start
    while place < len(source.masked):
        character = source.masked[place]
        if character in CLOSING:
            place = source.partner[place] + 1
            continue
        if character in ")]}":
            return place if source.masked[start:place].strip() else None
        if character == "\n":
            following = source.line(place) + 1
            if following >= len(source.lines) or not goes_on(source, following):
                return place
        place += 1
    return None
