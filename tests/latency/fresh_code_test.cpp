// SPDX-License-Identifier: Apache-2.0
// Code that is copied while it can be called.
#include "latency/fresh_code.h"

#include <dlfcn.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "quantbench/plugin.h"
#include "support/memory_use.h"
#include "support/paths.h"
#include "support/work_folder.h"

namespace quantbench {
namespace {

// What of a library's code this process has for itself, in kB; -1 where it isn't mapped.
int OwnCodeKb(const std::filesystem::path& library) {
  std::ifstream maps("/proc/self/smaps");
  int kb = -1;
  bool is_code = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find('-') < line.find(' '))
      is_code = line.ends_with(library.string()) && line.find(" r-xp ") != std::string::npos;
    if (is_code && line.starts_with("Anonymous:"))
      kb = std::max(kb, 0) + std::stoi(line.substr(sizeof("Anonymous:")));
  }
  return kb;
}

TEST_CASE("code of a library that is new is copied, and does what it did") {
  const WorkFolder folder;
  const std::filesystem::path library = std::filesystem::canonical(folder.path()) / "fresh.so";
  std::filesystem::copy_file(testing::BinaryDir() / "tests/compare_plugins/mutant.so", library);
  const NewLibraries before;
  void* const handle = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  REQUIRE(handle != nullptr);
  const auto* const table = static_cast<const qb_plugin*>(::dlsym(handle, QB_PLUGIN_SYMBOL));
  REQUIRE(table != nullptr);
  const int own = OwnCodeKb(library);
  if (own < 0 || !OwnMemory()) {  // under an emulator, all figures are 0
    MESSAGE("SKIPPED: this system doesn't tell what a process has mapped");
    return;
  }
  CHECK(own == 0);
  const auto copied = before.CopyCode();
  REQUIRE(copied);
  CHECK(*copied > 0);
  CHECK(OwnCodeKb(library) == static_cast<int>(*copied / 1024));
  char text[64];
  CHECK(table->probe(table->isas[0], {text, sizeof(text)}) == QB_OK);
  CHECK(NewLibraries().CopyCode() == 0);
}

}  // namespace
}  // namespace quantbench
