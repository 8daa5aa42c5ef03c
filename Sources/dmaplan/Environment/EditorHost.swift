import BuiltinPolicies
import Diagnostics
import Glibc
import LanguageServer
import RuleManual

/// What the language server needs of this machine.
struct EditorHost: ServerHost {
  let rulePages = RulePage.pages(in: RuleManual.text)
  let builtinLayers = BuiltinPolicies.files

  func bytes(ofFile path: String, limit: Int) throws(HostError) -> [UInt8] {
    do throws(FileError) {
      return try InputFile.bytes(path, limit: limit)
    } catch {
      throw HostError(error.description)
    }
  }

  func policyFiles(at path: String) throws(HostError) -> [String] {
    guard Folder.isFolder(path) else { return [path] }
    do throws(FileError) {
      return try Folder.files(below: path, endings: [".yaml", ".yml"])
    } catch {
      throw HostError(error.description)
    }
  }

  var today: String { Today.text }

  var workingFolder: String {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    return getcwd(&buffer, buffer.count).map { String(cString: $0) } ?? "/"
  }

  /// Below `XDG_CACHE_HOME`, as the XDG Base Directory Specification has it.
  let builtinFolder: String? = {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
    let cache = variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
    return cache.map { $0 + "/dmaplan/builtin" }
  }()

  /// The file is made anew where it is not what this program has, and nobody is invited to edit it.
  func path(ofBuiltin name: String, bytes: [UInt8]) -> String? {
    guard let folder = builtinFolder else { return nil }
    let path = folder + "/" + name
    if let present = try? InputFile.bytes(path, limit: bytes.count), present == bytes {
      return path
    }
    do throws(FileError) {
      try OutputFile.makeFolder(folder)
      try OutputFile.write(bytes, to: path)
    } catch {
      return nil
    }
    chmod(path, 0o444)
    return path
  }
}
