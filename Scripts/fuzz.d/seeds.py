"""Seeds and dictionaries for the fuzz targets, made of the fixtures and of the sources."""

import gzip
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile

# How large a seed is.
LIMIT = 6000


class Seeds:
    """Writes the seeds of one target."""

    def __init__(self, work, target):
        self.folder = work / "seeds" / target
        self.folder.mkdir(parents=True, exist_ok=True)
        self.count = 0

    def add(self, data, limit=LIMIT):
        if isinstance(data, str):
            data = data.encode()
        if len(data) <= limit:
            (self.folder / f"{self.count:04}").write_bytes(data)
            self.count += 1


def compiled(source, include=None):
    """The blob of a source, or nothing where dtc refuses it."""
    command = ["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-f"]
    for folder in include or []:
        command += ["-i", str(folder)]
    result = subprocess.run([*command, str(source)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return result.stdout


def choosing(blob, choice):
    """The blob with another `boot_cpuid_phys`, which chooses what is done with it."""
    return blob[:31] + bytes([choice]) + blob[32:]


def command(fuzzer, work, *arguments):
    """What the command prints, run in the fuzzer."""
    environment = {**os.environ, "DMAPLAN_FUZZ_COMMAND": "1", "DMAPLAN_FUZZ_DATA": str(work / "data"),
                   "ASAN_OPTIONS": "detect_leaks=0"}
    result = subprocess.run([str(fuzzer), *map(str, arguments)], env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL)
    return result.stdout


def trees(root, work, corpus):
    """Boards of the fixtures, and small real ones."""
    seeds = Seeds(work, "dtb")
    sources = sorted((root / "fixtures" / "dts").glob("*.dts")) + sorted((root / "fixtures" / "faults").glob("*.dts"))
    sources += sorted((root / "fixtures" / "rules").glob("*/*.dts")) + [root / "Fuzz" / "fixtures" / "board.dts"]
    for number, source in enumerate(sources):
        blob = compiled(source, [source.parent, source.parent.parent])
        if len(blob) > 40:
            seeds.add(choosing(blob, number * 37 % 256))
    board = compiled(root / "Fuzz" / "fixtures" / "board.dts")
    for choice in range(0, 64):
        seeds.add(choosing(board, choice))
    if corpus:
        real = sorted(pathlib.Path(corpus).glob("**/*.dtb"), key=lambda path: (path.stat().st_size, str(path)))
        for number, path in enumerate(real[:24]):
            seeds.add(choosing(path.read_bytes(), number), limit=20000)
    for path in sorted((root / "fixtures" / "oracle").glob("cases*/*/merged.dtb"))[::8]:
        seeds.add(choosing(path.read_bytes(), 4), limit=12000)


def overlays(root, work):
    seeds = Seeds(work, "dtbo")
    for source in sorted((root / "Fuzz" / "fixtures").glob("overlay*.dts")):
        blob = compiled(source)
        for choice in range(0, 8):
            seeds.add(choosing(blob, choice))


def policies(root, work):
    """Every policy as it is, and made to match the board of the targets."""
    seeds, editor = Seeds(work, "policy"), Seeds(work, "lsp")
    folders = [root / "policies", root / "fixtures", root / "Fuzz" / "fixtures"]
    paths = sorted(path for folder in folders for path in folder.glob("**/*.yaml"))
    for number, path in enumerate(paths):
        text = path.read_text(errors="replace")
        if "dmaplan:" not in text:
            continue
        matching = re.sub(r"compatible: *(\[[^\]]*\]|\"[^\"]*\"|\S+)", 'compatible: "example,fuzzed-board"', text, count=1)
        seeds.add(f"#{chr(48 + number % 8)}\n{matching}", limit=4000)
        if number % 3 == 0:
            seeds.add(text, limit=4000)
            editor.add("?" + chr(48 + number % 40) + text.replace("\n", "|"), limit=4000)
    session(editor)


def session(seeds):
    """Messages as an editor sends them."""
    uri = "file:///work/p.yaml"
    text = "# dmaplan: dtb=board.dtb linux=6.12\ndmaplan: 1\nname: p\nwhy: w\npools:\n  cma:\n    size: 8MiB\n"
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    place = {"line": 5, "character": 4}

    def message(method, params, number=None):
        whole = {"jsonrpc": "2.0", "method": method, "params": params}
        return json.dumps(whole if number is None else {**whole, "id": number})

    opened = message("textDocument/didOpen", {"textDocument": document})
    asked = {"textDocument": {"uri": uri}, "position": place}
    change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [
        {"range": {"start": place, "end": {"line": 6, "character": 2}}, "text": "siz: 9MB\n"}]}
    whole = {"textDocument": {"uri": uri, "version": 3}, "contentChanges": [{"text": text[:60]}]}
    action = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}
    lines = [
        opened, message("textDocument/hover", asked, 1), message("textDocument/completion", asked, 2),
        message("textDocument/didChange", change), message("textDocument/codeAction", action, 3),
        message("textDocument/definition", asked, 4), message("textDocument/didChange", whole),
        message("$/cancelRequest", {"id": 4}), message("textDocument/didSave", {"textDocument": {"uri": uri}}),
        message("workspace/didChangeConfiguration", {"settings": {"dmaplan": {"dtb": "board.dtb", "linux": "6.1"}}}),
        message("workspace/didChangeWatchedFiles", {"changes": []}),
        message("textDocument/didClose", {"textDocument": {"uri": uri}}), message("shutdown", None, 5),
        message("exit", None),
    ]
    seeds.add("\n".join(lines))
    for line in lines:
        seeds.add(opened + "\n" + line)
    body = message("initialize", {"capabilities": {}, "processId": None}, 0)
    seeds.add(f"!Content-Length: {len(body)}\n!\n!{body}")


def texts(root, work):
    config, log, line = Seeds(work, "kconfig"), Seeds(work, "bootlog"), Seeds(work, "cmdline")
    for path in sorted((root / "fixtures" / "oracle").glob("*.config")):
        config.add(path.read_bytes())
        config.add(gzip.compress(path.read_bytes(), mtime=0))
        config.add(gzip.compress(path.read_bytes()[:200], mtime=0) * 2)
    for path in sorted((root / "fixtures" / "oracle-logs").glob("*.txt")):
        if path.name != "README.md":
            log.add(path.read_bytes()[:9000], limit=9000)
    words = set()
    for path in sorted((root / "fixtures" / "oracle").glob("cases*/*/case.json")):
        words.add(json.loads(path.read_text()).get("cmdline") or "")
    for number, text in enumerate(sorted(words)):
        line.add(chr(number % 64) + text)


def data(root, work, fuzzer):
    """What the targets start from, and the layouts, problems, scenarios and lists."""
    folder = work / "data"
    folder.mkdir(parents=True, exist_ok=True)
    board = compiled(root / "Fuzz" / "fixtures" / "board.dts")
    (folder / "board.dtb").write_bytes(board)
    (folder / "base.dtb").write_bytes(board)
    policy = root / "Fuzz" / "fixtures" / "policy.yaml"
    (folder / "policy.yaml").write_bytes(policy.read_bytes())
    logged = root / "fixtures" / "oracle" / "cases" / "cma-64m" / "merged.dtb"
    (folder / "logged.dtb").write_bytes(logged.read_bytes())
    layout, placement = Seeds(work, "layout"), Seeds(work, "placement")
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "out"
        command(fuzzer, work, "compile", folder / "board.dtb", "-o", out, "--no-report", "--quiet", "--policy", policy)
        for path in sorted(out.glob("**/layout*.json")):
            layout.add(path.read_bytes(), limit=16000)
            (folder / "layout.json").write_bytes(path.read_bytes())
        for number, name in enumerate(["unknown-board", "raspberrypi-3", "allwinner-a20"]):
            tree = pathlib.Path(scratch) / f"{name}.dtb"
            tree.write_bytes(compiled(root / "fixtures" / "dts" / f"{name}.dts"))
            other = pathlib.Path(scratch) / f"out{number}"
            command(fuzzer, work, "compile", tree, "-o", other, "--no-report", "--quiet")
            for path in sorted(other.glob("**/layout*.json"))[:2]:
                layout.add(path.read_bytes(), limit=16000)
    for path in sorted((root / "fixtures" / "placement").glob("*.json")):
        if path.name != "index.json":
            placement.add(path.read_bytes(), limit=4000)
    scenario = Seeds(work, "scenario")
    for path in sorted((root / "Fuzz" / "fixtures").glob("scenario*.json")):
        scenario.add(path.read_bytes())
    boards = Seeds(work, "boards")
    boards.add(f"boards:\n  - {{dtb: {folder}/board.dtb, cmdline: \"cma=4M\"}}\n"
               f"  - dtb: {folder}/board.dtb\n    variants: {{small: {{ram: [0x4000_0000..+16MiB]}}}}\n")
    boards.add(limit=16000, data=command(fuzzer, work, "check", folder / "board.dtb", "--format", "json", "--today", "2026-01-01", "--no-builtin"))
    engine, numbers = Seeds(work, "engine"), random.Random(1)
    for count in [40, 80, 160, 300, 600] * 6:
        engine.add(bytes(numbers.randrange(256) for _ in range(count)))


def literals(root, folders, pattern=r"[ -~]{2,40}"):
    """The texts between quotes in sources."""
    found = set()
    for folder in folders:
        for path in sorted((root / folder).glob("**/*.swift")):
            code = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.M)
            found.update(text for text in re.findall(r'"((?:[^"\\\n])*)"', code) if re.fullmatch(pattern, text))
    return found


def dictionary(work, target, words):
    folder = work / "dictionaries"
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f'"{word}"' for word in sorted(words) if '"' not in word and "\\" not in word and len(word) <= 60]
    (folder / f"{target}.dict").write_text("\n".join(lines) + "\n")


def dictionaries(root, work, fuzzer):
    key = r"[a-z][a-z0-9_, -]{1,24}"
    schema = command(fuzzer, work, "schema").decode()
    keys = set(re.findall(r'"([a-z][a-z0-9-]{1,24})"', schema))
    values = {"MiB", "KiB", "GiB", "1h", "10ms", "100%", "25%", "0x4000_0000", "..+", "uniform: 1ms..2ms", "null",
              "18446744073709551615", "9223372036854775808", "4294967296", "-1", "1e308", "&a", "*a", "<<: "}
    dictionary(work, "policy", keys | {k + ": " for k in keys} | values)
    dictionary(work, "lsp", literals(root, ["Sources/LanguageServer"], r"[A-Za-z$/-]{2,40}") | {k + ": " for k in keys})
    for target, folder in [("layout", "Layout"), ("placement", "Placement"), ("scenario", "Replay"), ("boards", "Boards")]:
        dictionary(work, target, literals(root, [f"Sources/Formats/{folder}"], key) | values)
    dictionary(work, "kconfig", literals(root, ["Sources/LinuxBoot"], r"(CONFIG_)?[A-Z][A-Z0-9_]{3,40}") | {"=y", "=m", "# ", " is not set"})
    dictionary(work, "bootlog", literals(root, ["Sources/LinuxBoot/Log"]) | {"[mem 0x", "-0x", " MiB", "KiB", "[    0.000000] "})
    parameters = literals(root, ["Sources/LinuxBoot"], r"[a-z][a-z0-9_.,]{2,24}=?")
    dictionary(work, "cmdline", parameters | {"@0x", "64M", "1G-4G:", "0xffffffffffffffff", "18446744073709551615"})


def make(root, work, fuzzer, corpus):
    """Makes everything that is not there."""
    done = work / "seeds" / "made"
    if done.exists() and done.stat().st_mtime > max(path.stat().st_mtime for path in (root / "Fuzz" / "fixtures").iterdir()):
        return
    data(root, work, fuzzer)
    trees(root, work, corpus)
    overlays(root, work)
    policies(root, work)
    texts(root, work)
    dictionaries(root, work, fuzzer)
    done.write_text("")
