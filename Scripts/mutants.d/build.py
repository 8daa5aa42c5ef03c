"""A copy of the checkout with switchable mutants, built once."""

import hashlib
import json
import re
import subprocess
import sys

import switch
from source import Source

# The tests of a module, and those of the modules above it that use it, quick ones first.
OWN = {"Planner": ["PlannerTests"], "LinuxBoot": ["LinuxBootTests"], "PageAllocator": ["PageAllocatorTests"]}
ABOVE = {
    "Planner": ["LayoutTests", "ValidationTests"],
    "LinuxBoot": ["LayoutTests", "DryRunTests", "ValidationTests"],
    "PageAllocator": ["DryRunTests"],
}


def stages(module, with_above):
    return OWN[module] + (ABOVE[module] if with_above else [])


COPIED = ["Sources", "Tests", "policies", "manual", "report-page", "fixtures", "docs", "Package.swift"]
# More places than wanted are drawn: some can not be compiled, as a dropped `return` that a function needs.
SPARE = 1.7


def copy(root, folder):
    """Copies what changed, so that the next build has less to do."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        old, new = root / name, folder / name
        if old.is_dir():
            for file in sorted(new.rglob("*")) if new.exists() else []:
                if file.is_file() and not (old / file.relative_to(new)).exists():
                    file.unlink()
            for file in sorted(old.rglob("*")):
                if file.is_file():
                    write(new / file.relative_to(old), file.read_bytes())
        else:
            write(new, old.read_bytes())


def write(path, data):
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


# What the tests of a module need besides it.
NEEDED = {"TestSupport", "PhysicalMemory", "Planner", "PageAllocator", "DeviceTree", "LinuxBoot", "CLibFDT", "CZLib"}


def manifest(root, modules, with_above):
    """The package without the command, with the switch, and with the tests that are run."""
    kept = sorted({stage for module in modules for stage in stages(module, with_above)})
    dropped = '["dmaplan", "LanguageServer", "BuiltinPolicies", "RuleManual"].contains($0.name)'
    if not with_above:
        dropped = f'$0.type != .test && !{sorted(NEEDED)}.contains($0.name)'.replace("'", '"')
    text = (root / "Package.swift").read_text()
    text = text.replace("  .treatAllWarnings(as: .error),\n", "")
    return (
        text
        + f"""
let keptTests: Set<String> = {str(kept).replace("'", '"')}
package.products = []
package.dependencies = []
package.targets.removeAll {{
  $0.type == .test && !keptTests.contains($0.name) || {dropped}
}}
package.targets.insert(.target(name: "CMutantSwitch"), at: 0)
for target in package.targets where {str(list(modules)).replace("'", '"')}.contains(target.name) {{
  target.dependencies.append("CMutantSwitch")
}}
"""
    ).encode()


def identity(place):
    """A place by its text, so that what was refused once need not be tried again."""
    text = hashlib.sha256(place.source.text.encode()).hexdigest()[:16]
    return f"{place.source.path} {text} {place.start} {place.end} {place.kind} {place.now}"


class Build:
    def __init__(self, root, folder, modules, flags, with_above):
        self.root, self.folder, self.modules, self.flags = root, folder, modules, flags
        self.with_above = with_above

    def prepare(self):
        copy(self.root, self.folder)
        write(self.folder / "Package.swift", manifest(self.root, self.modules, self.with_above))
        own = self.folder / "Sources/CMutantSwitch"
        write(own / "include/switch.h", switch.C_HEADER.encode())
        write(own / "switch.c", switch.C_SOURCE.encode())

    def place(self, mutants):
        """Writes the files of the modules with their mutants: {module: [(number, place)]}."""
        for module in self.modules:
            by_file = {}
            for number, place in mutants[module]:
                by_file.setdefault(place.source.path, []).append((number, place))
            for path in sorted((self.root / "Sources" / module).rglob("*.swift")):
                name = str(path.relative_to(self.root))
                source = Source(name, path.read_text())
                write(self.folder / name, switch.rewrite(source, by_file.get(name, [])).encode())
            text = switch.support(mutants[module])
            write(self.folder / "Sources" / module / "MutantSwitch.swift", text.encode())

    def swift(self, *arguments):
        command = ["swift", "build", *self.flags, *arguments]
        return subprocess.run(command, cwd=self.folder, text=True, capture_output=True)

    def settle(self, mutants, counts):
        """Leaves away what can not be compiled; gives what is left, at most `counts` of each."""
        known = self.folder / "refused.json"
        refused = set(json.loads(known.read_text())) if known.exists() else set()
        before = sum(len(mutants[module]) for module in self.modules)
        for module in self.modules:
            mutants[module] = [m for m in mutants[module] if identity(m[1]) not in refused]
        while True:
            self.place(mutants)
            lost = set()
            for module in self.modules:
                result = self.swift("--target", module)
                if result.returncode != 0:
                    lost |= self.guilty(result.stdout + result.stderr, mutants[module])
            if not lost:
                break
            print(f"{len(lost)} places can not be compiled", file=sys.stderr, flush=True)
            for module in self.modules:
                refused |= {identity(m[1]) for m in mutants[module] if m[0] in lost}
                mutants[module] = [m for m in mutants[module] if m[0] not in lost]
            known.write_text(json.dumps(sorted(refused)) + "\n")
        left = sum(len(mutants[module]) for module in self.modules)
        return {module: mutants[module][: counts[module]] for module in self.modules}, before - left

    def guilty(self, output, mutants):
        """The numbers of the mutants that the compiler's errors are about."""
        found = set()
        errors = re.findall(r"^(\S+?\.swift):(\d+):\d+: error: (.*)$", output, flags=re.M)
        for path, line, message in errors:
            if path.endswith("MutantSwitch.swift"):
                raise SystemExit(f"mutants: {path}:{line}: {message}")
            inside = [m for m in mutants if path.endswith(m[1].source.path)]
            exact = [m for m in inside if m[1].first < int(line) <= m[1].last + 1]
            # An error at the end of a function, or at a use, is that of the statement before it.
            before = [m for m in inside if m[1].first < int(line)]
            dropped = [m for m in before if m[1].kind == "statement"]
            for choice in (exact, dropped, before):
                if choice:
                    found.add(max(choice, key=lambda m: m[1].first)[0])
                    break
        if not found:
            raise SystemExit("mutants: the copy can not be built:\n" + output[-4000:])
        return found

    def tests(self):
        result = self.swift("--build-tests")
        if result.returncode != 0:
            raise SystemExit("mutants: the tests can not be built:\n" + result.stdout[-6000:] + result.stderr[-2000:])
        where = self.swift("--build-tests", "--show-bin-path").stdout.strip()
        return f"{where}/dmaplanPackageTests.xctest"
