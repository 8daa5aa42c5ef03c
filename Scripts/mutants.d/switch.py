"""The Swift and C text that switches mutants on at run time, and a file rewritten with them."""

COMPARISON = "<T: Comparable>(a: T, b: T) -> Bool"
# How an operator is declared: precedence group, then its signatures.
SIGNATURES = {
    **{o: ("ComparisonPrecedence", [COMPARISON]) for o in ("<", "<=", ">", ">=")},
    **{
        o: (
            "ComparisonPrecedence",
            ["<T: Equatable>(a: T, b: T) -> Bool", "<T>(a: T?, b: _OptionalNilComparisonType) -> Bool"],
        )
        for o in ("==", "!=")
    },
    **{
        o: ("AdditionPrecedence", ["<T: AdditiveArithmetic>(a: T, b: T) -> T", "(a: ByteCount, b: ByteCount) -> ByteCount"])
        for o in ("+", "-")
    },
    **{o: ("AdditionPrecedence", ["<T: FixedWidthInteger>(a: T, b: T) -> T"]) for o in ("&+", "&-")},
    **{o: ("AssignmentPrecedence", ["<T: AdditiveArithmetic>(a: inout T, b: T)"]) for o in ("+=", "-=")},
    **{o: ("MultiplicationPrecedence", ["<T: BinaryInteger>(a: T, b: T) -> T"]) for o in ("*", "/", "&")},
    "|": ("AdditionPrecedence", ["<T: BinaryInteger>(a: T, b: T) -> T"]),
    **{o: ("AssignmentPrecedence", ["<T: BinaryInteger>(a: inout T, b: T)"]) for o in ("|=", "&=")},
    **{o: ("BitwiseShiftPrecedence", ["<T: BinaryInteger, U: BinaryInteger>(a: T, b: U) -> T"]) for o in ("<<", ">>")},
    **{o: ("BitwiseShiftPrecedence", ["<T: FixedWidthInteger>(a: T, b: T) -> T"]) for o in ("&<<", "&>>")},
    "&&": ("LogicalConjunctionPrecedence", ["(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool"]),
    "||": ("LogicalDisjunctionPrecedence", ["(a: Bool, b: @autoclosure () throws -> Bool) rethrows -> Bool"]),
}

C_HEADER = """#ifndef MUTANT_SWITCH_H
#define MUTANT_SWITCH_H
extern int mutant_switched_on;
static inline __attribute__((always_inline)) int mutant_active(void) { return mutant_switched_on; }
#endif
"""
C_SOURCE = """#include "switch.h"
#include <stdlib.h>
int mutant_switched_on;
__attribute__((constructor)) static void read_switch(void) {
  const char *number = getenv("MUTANT");
  mutant_switched_on = number ? atoi(number) : 0;
}
"""
PRELUDE = """import CMutantSwitch
import PhysicalMemory

@inline(__always) func mutantIsOn(_ number: Int32) -> Bool { mutant_active() == number }
@inline(__always) func mutant<T>(_ number: Int32, _ value: T, _ other: T) -> T {
  mutant_active() == number ? other : value
}
"""


def name(number):
    """Two characters that may be a part of an operator's name, for each number."""
    return chr(0x2800 + number // 256) + chr(0x2800 + number % 256)


def support(mutants):
    """The operators and functions that the rewritten files of one module use."""
    parts = [PRELUDE]
    for number, place in mutants:
        on = f"mutant_active() == {number}"
        if place.kind == "operator":
            parts.append(operator(number, place, on))
        elif place.kind == "extreme":
            parts.append(
                f"@inline(__always) func extreme{number}<T: Comparable>(_ a: T, _ b: T) -> T {{\n"
                f"  {on} ? Swift.{place.now}(a, b) : Swift.{place.was}(a, b)\n}}\n"
                f"@inline(__always) func extreme{number}<T: Comparable>(_ a: T, _ b: T, _ c: T) -> T {{\n"
                f"  {on} ? Swift.{place.now}(a, b, c) : Swift.{place.was}(a, b, c)\n}}\n"
            )
        elif place.kind == "negation":
            parts.append(
                f"prefix operator !{name(number)}\n"
                f"@inline(__always) prefix func !{name(number)} (a: Bool) -> Bool {{ {on} ? a : !a }}\n"
            )
    return "\n".join(parts)


def operator(number, place, on):
    group, signatures = SIGNATURES[place.was]
    symbol = place.was + name(number)
    text = f"infix operator {symbol}: {group}\n"
    for signature in signatures:
        b = "b()" if "autoclosure" in signature else "b"
        attempt = "try " if "autoclosure" in signature else ""
        text += (
            f"@inline(__always) func {symbol} {signature} {{\n"
            f"  if {on} {{ return {attempt}a {place.now} {b} }}\n"
            f"  return {attempt}a {place.was} {b}\n}}\n"
        )
    return text


def replacement(number, place):
    text = place.source.text[place.start : place.end]
    match place.kind:
        case "operator":
            return place.was + name(number)
        case "constant":
            return f"mutant({number}, {text}, {place.now})"
        case "extreme":
            return f"extreme{number}"
        case "negation":
            return "!" + name(number)
        case "condition":
            return f"(mutantIsOn({number}) != ({text}))"
        case "statement":
            return f"if !mutantIsOn({number}) {{ {text} }}"
    raise ValueError(place.kind)


def rewrite(source, mutants):
    """The file with its mutants, which do not touch each other; no line moves."""
    text = source.text
    for number, place in sorted(mutants, key=lambda m: -m[1].start):
        text = text[: place.start] + replacement(number, place) + text[place.end :]
    return text
