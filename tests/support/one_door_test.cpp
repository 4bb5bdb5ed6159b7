// SPDX-License-Identifier: Apache-2.0
// Files are opened in one place alone: nobody can forget what that place takes care of.
#include <doctest/doctest.h>

#include <regex>
#include <set>
#include <string>

#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

TEST_CASE("no other source of the harness opens or writes files by itself") {
  const fs::path harness = testing::SourceDir() / "harness";
  // Locks, which hold no content, and files of the system, which is no stranger.
  const std::set<std::string> may = {
      "support/descriptor.cpp", "support/partial_file.cpp",  "support/standard_output.cpp",
      "support/lock_file.cpp",  "store/entry_locks.cpp",     "support/cpu.cpp",
      "report/environment.cpp", "latency/machine.cpp",       "worker/remote_runner.cpp",
      "worker/worker_main.cpp", "support/process_state.cpp", "support/process_tree.cpp",
      "support/memory_use.cpp", "latency/fresh_code.cpp"};
  const std::regex opens(
      R"(::open(at)?\(|::creat\(|\bf(re)?open\(|std::[io]?fstream|\bimread\(|\bimwrite\()"
      R"(|filesystem::copy|\bcopy_file\()");
  size_t sources = 0;
  for (const auto& entry : fs::recursive_directory_iterator(harness)) {
    const fs::path& file = entry.path();
    if (file.extension() != ".cpp" && file.extension() != ".h") continue;
    ++sources;
    const std::string name = fs::relative(file, harness).string();
    const std::string text = ReadTextFile(file);
    std::smatch found;
    const bool opens_files = std::regex_search(text, found, opens);
    CHECK_MESSAGE((!opens_files || may.contains(name)), name, ": ",
                  opens_files ? found.str() : std::string(),
                  "; use OpenToRead, OpenToWrite or WriteFileAtomically");
  }
  CHECK(sources > 100);
}

}  // namespace
}  // namespace quantbench
