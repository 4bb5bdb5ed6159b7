// SPDX-License-Identifier: Apache-2.0
// Tells plugins from installations.
#include "ab/build.h"

#include <unistd.h>

#include "support/error.h"
#include "support/program_file.h"

namespace quantbench {
namespace {

enum class Kind { kPlugin, kInstallation };

Kind KindOf(const std::filesystem::path& given) {
  if (std::filesystem::is_regular_file(given)) return Kind::kPlugin;
  const std::filesystem::path program = given / "bin" / "quantbench";
  if (!std::filesystem::exists(given)) throw Error("'" + given.string() + "' doesn't exist");
  if (::access(program.c_str(), X_OK) != 0) {
    throw Error("'" + given.string() +
                "' has no bin/quantbench that can be run; give a plugin (a .so) or the folder of "
                "an installed or built quantbench");
  }
  return Kind::kInstallation;
}

// A scalar of a YAML flow mapping.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : std::string(1, c);
  return quoted + "'";
}

Build PluginBuild(const std::filesystem::path& file, const std::string& name) {
  return {.given = file,
          .program = ProgramFile(),
          .settings = {"--set", "matrix.backend={name: " + Quoted(name) + ", file: " +
                                    Quoted(std::filesystem::absolute(file).string()) + "}"}};
}

Build Installation(const std::filesystem::path& folder) {
  return {.given = folder,
          .program = std::filesystem::absolute(folder / "bin" / "quantbench"),
          .brings_plugins = true};
}

}  // namespace

BuildPair FindBuilds(const std::filesystem::path& base, const std::filesystem::path& changed,
                     const std::string& backend) {
  const Kind kind = KindOf(base);
  if (kind != KindOf(changed)) {
    throw Error("one of '" + base.string() + "' and '" + changed.string() +
                "' is a file and one is a folder; give two plugins or two installations");
  }
  if (kind == Kind::kInstallation) return {Installation(base), Installation(changed)};
  const std::string name = backend.empty() ? changed.stem().string() : backend;
  return {PluginBuild(base, name), PluginBuild(changed, name)};
}

}  // namespace quantbench
