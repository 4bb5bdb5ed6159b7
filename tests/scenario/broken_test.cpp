// SPDX-License-Identifier: Apache-2.0
// Every scenario of the tables broken/*.txt is refused with exactly the text that stands below it.
//
// A table is a sequence of entries, a blank line between them:
//   === name: what is wrong     the lines below are put into base.yaml: a key that it has is
//   matrix: {backend: none}     replaced where it stands, any other comes after the rest
//   --- expected
//   name.yaml:6:19: ...         the messages, and in the end how many mistakes they are: [1]
// The first line of such a scenario is "# what is wrong". Below `=== name` stands a whole file, or
// nothing: then it is files/name.yaml (bytes that editors change). `=== some/path.yaml` is only
// there for others to extend.
//
// After changing a message, write the expected texts anew and read the difference:
//   QUANTBENCH_UPDATE_EXPECTED=1 quantbench_tests --test-case="broken scenarios*"
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
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
    // Paths as seen from the folder, wherever it is.
    const std::string folder = file.parent_path().string() + "/";
    for (size_t at = 0; (at = text.find(folder, at)) != std::string::npos;) {
      text.erase(at, folder.size());
    }
    return text + "\n[" + std::to_string(error.mistakes()) + "]\n";
  }
}

struct Entry {
  std::string head;      // behind "=== "
  std::string scenario;  // as it stands in the table
  std::string expected;

  std::string name() const { return head.substr(0, head.find(": ")); }
  bool only_extended() const { return head.ends_with(".yaml"); }
};

struct Table {
  std::string title;
  std::vector<Entry> entries;
};

Table ReadTable(const fs::path& file) {
  Table table;
  std::istringstream lines(ReadTextFile(file));
  std::string* into = &table.title;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("=== ")) {
      if (into->ends_with("\n\n")) into->pop_back();
      table.entries.push_back({.head = line.substr(4)});
      into = &table.entries.back().scenario;
    } else if (line == "--- expected") {
      into = &table.entries.back().expected;
    } else {
      *into += line + "\n";
    }
  }
  return table;
}

std::string WrittenTable(const Table& table) {
  std::string text = table.title;
  for (const Entry& entry : table.entries) {
    text += "\n=== " + entry.head + "\n" + entry.scenario;
    if (!entry.only_extended()) text += "--- expected\n" + entry.expected;
  }
  return text;
}

// Each top-level key with the lines that belong to it.
std::vector<std::string> Blocks(const std::string& text) {
  std::vector<std::string> blocks;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const bool within = line.starts_with(' ') || line.starts_with('-');
    if (!within || blocks.empty()) blocks.emplace_back();
    blocks.back() += line + "\n";
  }
  return blocks;
}

std::string TextOf(const Entry& entry) {
  const size_t colon = entry.head.find(": ");
  if (colon == std::string::npos) return entry.scenario;
  std::vector<std::string> blocks = Blocks(ReadTextFile(kBroken / "base.yaml"));
  for (const std::string& change : Blocks(entry.scenario)) {
    const std::string key = change.substr(0, change.find(':') + 1);
    const auto replaced = std::ranges::find_if(
        blocks, [&](const std::string& block) { return block.starts_with(key); });
    if (replaced != blocks.end()) {
      *replaced = change;
    } else {
      blocks.push_back(change);
    }
  }
  std::string text = "# " + entry.head.substr(colon + 2) + "\n";
  for (const std::string& block : blocks) text += block;
  return text;
}

// Writes the scenarios of a table and of files/ into the folder, under their names.
void WriteScenarios(const Table& table, const fs::path& folder) {
  fs::copy(kBroken / "files", folder);
  for (const Entry& entry : table.entries) {
    const fs::path file = folder / (entry.name() + (entry.only_extended() ? "" : ".yaml"));
    if (fs::exists(file)) continue;
    fs::create_directories(file.parent_path());
    WriteFileAtomically(file, TextOf(entry));
  }
}

}  // namespace

TEST_CASE("broken scenarios are refused with the expected messages") {
  ::unsetenv("QUANTBENCH_TEST_UNSET");
  ::unsetenv("QUANTBENCH_TEST_UNSET_TOO");
  const bool update = std::getenv("QUANTBENCH_UPDATE_EXPECTED") != nullptr;
  std::set<std::string> names;
  for (const fs::directory_entry& file : fs::directory_iterator(kBroken)) {
    if (file.path().extension() != ".txt") continue;
    const std::string table_name = file.path().filename().string();
    CAPTURE(table_name);
    Table table = ReadTable(file.path());
    // Nothing between the lines is passed over.
    CHECK(WrittenTable(table) == ReadTextFile(file.path()));
    const testing::ScratchFolder scratch;
    WriteScenarios(table, scratch.path());
    for (Entry& entry : table.entries) {
      if (entry.only_extended()) continue;
      const std::string name = entry.name();
      CAPTURE(name);
      const std::string mistakes = MistakesOf(scratch.path() / (name + ".yaml"));
      if (update) entry.expected = mistakes;
      CHECK(mistakes != "");
      CHECK(mistakes == entry.expected);
      CHECK(names.insert(name).second);
    }
    if (update) WriteFileAtomically(file.path(), WrittenTable(table));
  }
  CHECK(names.size() >= 151);
  for (const fs::directory_entry& file : fs::directory_iterator(kBroken / "files")) {
    CAPTURE(file.path().filename().string());
    CHECK(names.contains(file.path().stem().string()));
  }
}

TEST_CASE("what broken scenarios are made of is right") {
  CHECK(MistakesOf(kBroken / "base.yaml") == "");
}

TEST_CASE("a scenario with 3 mistakes prints 3 located messages") {
  const testing::ScratchFolder scratch;
  WriteScenarios(ReadTable(kBroken / "keys.txt"), scratch.path());
  const std::string mistakes = MistakesOf(scratch.path() / "three_mistakes.yaml");
  CHECK(mistakes.find("three_mistakes.yaml:6:3: model.architecure: unknown key") == 0);
  CHECK(mistakes.find("\nthree_mistakes.yaml:10:25: dataset.calibration.images: ") !=
        std::string::npos);
  CHECK(mistakes.find("\nthree_mistakes.yaml:13:27: matrix.precision[2]: ") != std::string::npos);
  CHECK(mistakes.ends_with("\n[3]\n"));
}

// Mistakes that don't fit into a table.
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
