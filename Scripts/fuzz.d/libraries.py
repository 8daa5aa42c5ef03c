"""libfdt, libyaml and zlib, built with the sanitizers and libFuzzer's counters.

The system's own have neither: what they read beside a buffer would only be seen where it faults.
Their sources are those of the installed packages (`apt-get source`), or folders that have the names
libfdt, libyaml and zlib, below the one that DMAPLAN_FUZZ_SOURCES names.
"""

import os
import pathlib
import shutil
import subprocess
import sys

FLAGS = ["-shared", "-fPIC", "-g", "-O1", "-fno-omit-frame-pointer", "-w"]
FLAGS += ["-fsanitize=fuzzer-no-link,address,undefined", "-fno-sanitize-recover=all"]


class Library:
    """One library: its package, its sources' package, and what its own build would say to a compiler."""

    def __init__(self, name, package, source, file, folder, options, versions=None):
        self.name, self.package, self.source, self.file = name, package, source, file
        self.folder, self.options, self.versions = folder, options, versions

    def compile(self, tree, target):
        """Builds the shared library; gives whether it could be built."""
        folder = tree / self.folder
        command = [str(compiler()), *FLAGS, *self.options, f"-I{tree / 'include'}", f"-I{folder}"]
        command += sorted(str(path) for path in folder.glob("*.c"))
        command += [f"-Wl,-soname,{self.file}", "-o", str(target / self.file)]
        if self.versions:
            command.append(f"-Wl,--version-script={tree / self.versions}")
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if result.returncode != 0:
            print(f"fuzz: {self.name} could not be built: {result.stdout[-400:]}", file=sys.stderr)
        return result.returncode == 0


LIBRARIES = [
    Library("libfdt", "libfdt1", "device-tree-compiler", "libfdt.so.1", "libfdt", [], "libfdt/version.lds"),
    Library("libyaml", "libyaml-0-2", "libyaml", "libyaml-0.so.2", "src",
            ["-DYAML_VERSION_MAJOR=0", "-DYAML_VERSION_MINOR=2", "-DYAML_VERSION_PATCH=5",
             '-DYAML_VERSION_STRING="0.2.5"']),
    Library("zlib", "zlib1g", "zlib", "libz.so.1", ".", ["-DHAVE_UNISTD_H", "-DHAVE_STDARG_H"], "zlib.map"),
]


def compiler():
    """The clang of the Swift toolchain: its sanitizers are those that the fuzzer is linked with."""
    return pathlib.Path(shutil.which("swift") or "swift").resolve().parent / "clang"


def quiet(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)


class SourcePackages:
    """`apt-get source`, with lists of its own: most systems have no `deb-src` in theirs."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        names = quiet("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE) $(COMPONENT)").stdout.splitlines()
        (folder / "sources.list").write_text("".join(f"deb-src {name}\n" for name in sorted(set(names))))
        self.options = ["-q", f"-oDir::Etc::SourceList={folder / 'sources.list'}", "-oDir::Etc::SourceParts=/dev/null",
                        f"-oDir::State::Lists={folder / 'lists'}", "-oAPT::Sandbox::User=root"]
        quiet("apt-get", *self.options, "update")

    def unpack(self, library):
        """The sources of the version that is installed, or nothing."""
        version = quiet("dpkg-query", "-W", "-f", "${source:Version}", library.package).stdout
        place = self.folder / library.name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        quiet("apt-get", *self.options, "source", f"{library.source}={version}", cwd=place)
        trees = [path for path in place.iterdir() if path.is_dir()]
        return trees[0] if trees else None


def build(work, fuzzer):
    """Builds what can be built; gives the fuzzer that uses them, a copy beside them, and their names.

    It looks for libraries where it is (`$ORIGIN`). LD_LIBRARY_PATH would be that of the symbolizer, too.
    """
    target = work / "libraries"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    given = os.environ.get("DMAPLAN_FUZZ_SOURCES")
    packages, built = None, []
    for library in LIBRARIES:
        tree = pathlib.Path(given).resolve() / library.name if given else None
        if not (tree and tree.is_dir()):
            packages = packages or SourcePackages(work / "sources")
            tree = packages.unpack(library)
        if tree is None:
            print(f"fuzz: no sources of {library.name}: the system's is used, without sanitizers", file=sys.stderr)
        elif library.compile(tree, target):
            built.append(library.name)
    return shutil.copy2(fuzzer, target / "fuzzer"), built
