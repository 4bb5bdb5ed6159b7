// SPDX-License-Identifier: Apache-2.0
// Every broken/*.yaml is refused with exactly the text in broken/*.expected.
//
// After changing a message, write the expected files anew and read the difference:
//   QUANTBENCH_UPDATE_EXPECTED=1 quantbench_tests --test-case="broken scenarios*"
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/parse.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

const fs::path kBroken = quantbench::testing::SourceDir() / "tests" / "scenario" / "broken";

// The mistakes; empty where there is none.
std::string MistakesOf(const fs::path& file) {
  try {
    LoadScenario(file);
    return "";
  } catch (const ScenarioError& error) {
    std::string text = error.what();
    // Paths as seen from the folder, whoever's checkout it is.
    const std::string folder = file.parent_path().string() + "/";
    for (size_t at = 0; (at = text.find(folder, at)) != std::string::npos;) {
      text.erase(at, folder.size());
    }
    return text + "\n[" + std::to_string(error.mistakes()) + "]\n";
  }
}

std::vector<fs::path> BrokenScenarios() {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(kBroken)) {
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("broken scenarios are refused with the expected messages") {
  ::unsetenv("QUANTBENCH_TEST_UNSET");
  ::unsetenv("QUANTBENCH_TEST_UNSET_TOO");
  const std::vector<fs::path> files = BrokenScenarios();
  REQUIRE(files.size() >= 60);
  for (const fs::path& file : files) {
    CAPTURE(file.filename().string());
    fs::path expected = file;
    expected.replace_extension(".expected");
    const std::string mistakes = MistakesOf(file);
    if (std::getenv("QUANTBENCH_UPDATE_EXPECTED") != nullptr) {
      WriteFileAtomically(expected, mistakes);
    }
    CHECK(mistakes != "");
    CHECK(mistakes == ReadTextFile(expected));
  }
}

TEST_CASE("a scenario with 3 mistakes prints 3 located messages") {
  const std::string mistakes = MistakesOf(kBroken / "three_mistakes.yaml");
  CHECK(mistakes.find("three_mistakes.yaml:6:3: model.architecure: unknown key") == 0);
  CHECK(mistakes.find("\nthree_mistakes.yaml:10:25: dataset.calibration.images: ") !=
        std::string::npos);
  CHECK(mistakes.find("\nthree_mistakes.yaml:13:27: matrix.precision[2]: ") != std::string::npos);
  CHECK(mistakes.ends_with("\n[3]\n"));
}

// Mistakes that don't fit into a small file of the folder.
TEST_CASE("what is no scenario file is refused by name") {
  const testing::ScratchFolder scratch;
  SUBCASE("no such file") {
    CHECK(MistakesOf(scratch.path() / "none.yaml").find("none.yaml") != std::string::npos);
  }
  SUBCASE("a folder") { CHECK(MistakesOf(scratch.path()) != ""); }
  SUBCASE("larger than any scenario") {
    WriteFileAtomically(scratch.path() / "large.yaml", std::string(size_t{2} << 20, '#'));
    CHECK(MistakesOf(scratch.path() / "large.yaml") ==
          "large.yaml: 2097152 bytes; a scenario has at most 1048576: is this the right file?\n"
          "[1]\n");
  }
  SUBCASE("a million brackets") {
    WriteFileAtomically(scratch.path() / "deep.yaml", std::string(1000000, '['));
    CHECK(MistakesOf(scratch.path() / "deep.yaml").find("deeper than 32") != std::string::npos);
  }
}

}  // namespace quantbench
