import Foundation
import Testing

/// Disks that are full, pipes that close, signals: no file is torn, and the exit status is right.
@Suite struct DisturbanceTests {
  /// A folder with a board that was compiled into `out`, and what is in there.
  private func compiled() throws -> (scratch: Scratch, files: [String: Data]) {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let result = try shell("$D compile exynos4412.dtb --variant 1g --no-report -o out", in: scratch)
    try #require(result.status < 2, "\(result.errors)")
    return (scratch, try files(in: scratch.url.appending(path: "out")))
  }

  private func files(in folder: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
    return try names.reduce(into: [:]) { files, name in
      files[name] = try Data(contentsOf: folder.appending(path: name))
    }
  }

  /// Runs lines of a shell in which `$D` is the program.
  private func shell(_ lines: String, in scratch: Scratch) throws -> Command {
    let start = "cd '\(scratch.url.path())'; D='\(Command.binary.path())'; export D"
    return try Command.tool("bash", "-c", start + "\n" + lines)
  }

  // MARK: What can not be written

  @Test(arguments: ["check exynos4412.dtb", "map exynos4412.dtb --variant 1g", "schema", "--help"])
  func aFullDiskBehindStandardOutput(command: String) throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let result = try shell("$D \(command) > /dev/full", in: scratch)
    #expect(result.status == 2, "\(result.errors)")
    #expect(result.errors.contains("standard output: No space left on device"), "\(result.errors)")
  }

  @Test(arguments: ["check many", "map exynos4412.dtb --variant 1g", "schema"])
  func aReaderThatHasSeenEnough(command: String) throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let lines = """
      mkdir many; for i in $(seq 200); do cp exynos4412.dtb many/$i.dtb; done
      $D \(command) -q | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}
      $D \(command) -q | true; echo ${PIPESTATUS[0]}
      """
    let quiet = command == "schema" ? lines.replacing(" -q", with: "") : lines
    let result = try shell(quiet, in: scratch)
    #expect(!result.errors.contains("error"), "\(result.errors)")
    let states = result.output.split(separator: "\n")
    // A small output may have gone into the pipe before it closed.
    #expect(states.allSatisfy { ["0", "1", "2"].contains($0) }, "\(result.output)")
  }

  /// No file may be larger than 4 KiB: some can be written, others not, so none is.
  @Test(.disabled(if: Command.isInstrumented, "a sanitizer's own memory is in files"))
  func aLimitOfSizeLeavesAllAsItWas() throws {
    let (scratch, before) = try compiled()
    #expect(
      before.values.contains { $0.count > 4096 } && before.values.contains { $0.count < 4096 }
    )
    let again = "$D compile exynos4412.dtb --variant 2g --no-report"
    let result = try shell("ulimit -f 4; \(again) -o out; \(again) -o new", in: scratch)
    #expect(result.status == 2)
    #expect(result.errors.contains("File too large"), "\(result.errors)")
    #expect(try files(in: scratch.url.appending(path: "out")) == before)
    #expect(try files(in: scratch.url.appending(path: "new")).isEmpty)
  }

  @Test func aFullDiskLeavesAllAsItWas() throws {
    let (scratch, before) = try compiled()
    let lines = """
      mkdir disk; mount -t tmpfs -o size=24k tmpfs disk 2>/dev/null || exit 75
      trap 'umount disk' EXIT
      $D compile exynos4412.dtb --variant 1g --no-report -o disk; echo "status $?"
      ls -A disk | wc -l
      cp out/layout.json disk; cat /dev/zero > disk/filler 2>/dev/null
      $D map exynos4412.dtb --variant 2g --format svg -o disk/layout.json; echo "status $?"
      cmp out/layout.json disk/layout.json && ls -A disk
      """
    let result = try shell(lines, in: scratch)
    // A disk can be mounted by root alone.
    guard result.status != 75 else { return }
    #expect(before.values.reduce(0) { $0 + $1.count } > 24 << 10)
    #expect(result.errors.contains("No space left on device"), "\(result.errors)")
    #expect(result.output == "status 2\n0\nstatus 2\nfiller\nlayout.json\n", "\(result.output)")
  }

  @Test func whereNothingCanBeWritten() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let lines = """
      mkdir folder; touch file
      $D map exynos4412.dtb --variant 1g --format svg -o folder; echo $?
      $D map exynos4412.dtb --variant 1g --format svg -o file/map.svg; echo $?
      $D map exynos4412.dtb --variant 1g --format svg -o /proc/map.svg; echo $?
      $D map exynos4412.dtb --variant 1g --format svg -o none/map.svg; echo $?
      $D compile exynos4412.dtb --variant 1g --no-report -o file; echo $?
      ls -A folder; wc -c < file
      """
    let result = try shell(lines, in: scratch)
    #expect(result.output == "2\n2\n2\n2\n2\n0\n", "\(result.output)")
    for text in [
      "folder: this is a directory", "file/map.svg: Not a directory", "/proc/map.svg: ",
      "none/map.svg: No such file",
    ] {
      #expect(result.errors.contains(text), "\(text) in \(result.errors)")
    }
  }

  /// Devices and pipes stay what they are; links and permissions too.
  @Test func whatIsNoPlainFileIsWrittenTo() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let lines = """
      map="$D map exynos4412.dtb --variant 1g --format svg"
      mkfifo pipe; mknod null c 1 3 2>/dev/null || ln -s /dev/null null
      echo old > real; chmod 640 real; mkdir sub; ln -s ../real sub/link
      cat pipe > read & $map -o pipe; wait
      $map -o null; $map -o sub/link; $map -o /dev/stdout > out; $map > plain
      cmp read plain; cmp out plain; cmp real plain
      test -p pipe && test -c null && test -L sub/link && stat -c %a real; ls -A sub
      """
    let result = try shell(lines, in: scratch)
    #expect(result.output == "640\nlink\n", "\(result.output)\(result.errors)")
    #expect(result.errors.isEmpty, "\(result.errors)")
  }

  // MARK: Signals

  /// Whenever it is killed, each file is an old one or a new one, and the layouts of one moment.
  @Test(arguments: ["INT", "TERM", "KILL"]) func killedAtAnyMoment(signal: String) throws {
    let (scratch, before) = try compiled()
    let other = "compile exynos4412.dtb --variant 2g --no-report"
    try #require(try shell("$D \(other) -o new", in: scratch).status < 2)
    let after = try files(in: scratch.url.appending(path: "new"))
    for step in 0..<12 {
      let lines = """
        rm -rf work; cp -r out work; $D \(other) -q -o work 2>/dev/null & child=$!
        sleep 0.0\(step < 5 ? "0\(step * 2)" : "\(step * 2)"); kill -\(signal) $child; wait $child; true
        """
      _ = try shell(lines, in: scratch)
      for (name, bytes) in try files(in: scratch.url.appending(path: "work")) {
        // What SIGKILL leaves lies beside, under a name that nothing reads.
        let isLeft = before[name] == nil && after[name] == nil
        #expect(
          isLeft ? signal == "KILL" : bytes == before[name] || bytes == after[name],
          "\(name)"
        )
      }
    }
  }

  @Test func aSignalThatEndsItIsInTheStatus() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("allwinner-a20", in: scratch)
    let lines = """
      $D stress allwinner-a20.dtb --variant 1g --seeds 100000 --jobs 1 > told 2>errors & child=$!
      sleep 2; kill -INT $child; wait $child; echo $?
      $D compare allwinner-a20.dtb --variant 1g --seeds 10000 --jobs 1 -o page & child=$!
      sleep 1; kill -TERM $child; wait $child; echo $?
      ls; wc -l < told
      """
    // A shell without job control starts what runs in the background with SIGINT ignored.
    let result = try shell("set -m\n" + lines, in: scratch)
    let told = result.output.split(separator: "\n")
    #expect(told.first == "2" && told.dropFirst().first == "143", "\(result.output)")
    #expect(!told.contains("page"))
    #expect((Int(told.last ?? "") ?? 0) > 3, "the runs that were finished are told")
    #expect(try scratch.text("errors").contains("interrupted: "))
  }

  // MARK: Names

  @Test(arguments: [
    "a b.dtb", "a\nb.dtb", "-x.dtb", "ä'\"$(touch pwned)`;&|*?.dtb", "\u{1B}[31m.dtb",
  ])
  func anyNameIsAName(name: String) throws {
    let scratch = try Scratch()
    let tree = try Trees.fixture("faulty-board", in: scratch)
    let folder = scratch.url.appending(path: "trees")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    try FileManager.default.copyItem(atPath: tree, toPath: folder.path() + "/" + name)
    let named = try Command.dmaplan(
      "check",
      "--format",
      "concise",
      "--",
      folder.path() + "/" + name
    )
    let found = try Command.dmaplan("check", "--format", "concise", folder.path())
    #expect(named.status == 1 && found.status == 1, "\(named.errors)\(found.errors)")
    #expect(named.output == found.output.replacing(folder.path() + "//", with: folder.path() + "/"))
    #expect(!named.output.contains("\u{1B}"))
    // A line is a finding, whatever is in the name.
    #expect(named.output.split(separator: "\n").allSatisfy { $0.contains(".dtb:") })
    for format in ["json", "sarif"] {
      let result = try Command.dmaplan("check", "--format", format, folder.path())
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(result.output.utf8))
      }
    }
  }

  @Test func namesThatAreNotUTF8AreRefusedByName() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("exynos4412", in: scratch)
    let lines = #"""
      mkdir trees; cp exynos4412.dtb trees/good.dtb; cp exynos4412.dtb $'trees/\xff.dtb' 2>/dev/null || exit 75
      $D check $'trees/\xff.dtb' > told; echo $?
      $D check trees > told; echo $?
      """#
    let result = try shell(lines, in: scratch)
    guard result.status != 75 else { return }
    #expect(result.output == "2\n2\n")
    #expect(result.errors.contains("is not UTF-8 can not be read: rename it"), "\(result.errors)")
    #expect(try scratch.text("told").contains("good.dtb"), "the others are checked")
  }

  @Test func linksPipesAndStandardInput() throws {
    let scratch = try Scratch()
    _ = try Trees.fixture("faulty-board", in: scratch)
    let lines = """
      mkdir trees; cp faulty-board.dtb trees/a.dtb; ln -s loop.dtb trees/loop.dtb; ln -s .. trees/up
      ln -s a.dtb trees/b.dtb; mkfifo trees/pipe.dtb; mkdir trees/folder.dtb
      timeout 60 $D check trees --format concise > told; echo $?
      grep -c '/a.dtb' told; grep -c '/b.dtb' told
      $D check /dev/stdin --format concise < faulty-board.dtb | sed 's/[^:]*//' > one
      cat faulty-board.dtb | $D check /dev/stdin --format concise | sed 's/[^:]*//' > two
      $D check faulty-board.dtb --format concise | sed 's/[^:]*//' > three
      $D check <(cat faulty-board.dtb) --format concise | sed 's/[^:]*//' > four
      cmp one two; cmp two three; cmp three four; wc -l < one
      $D check trees/folder.dtb; echo $?
      $D check loop 2>/dev/null; echo $?
      """
    let result = try shell(lines, in: scratch)
    let told = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(told.count == 6 && told[0] == "2", "\(result.output)\(result.errors)")
    #expect(told[1] != "0" && told[1] == told[2] && told[3] == told[1])
    #expect(Array(told[4...]) == ["2", "2"])
    #expect(result.errors.contains("loop.dtb: Too many levels of symbolic links"))
    #expect(!result.errors.contains("pipe.dtb"))
  }
}
