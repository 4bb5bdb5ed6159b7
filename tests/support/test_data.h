// SPDX-License-Identifier: Apache-2.0
// Where tests find real data, scratch space, and NumPy files; skipping is visible.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "support/error.h"
#include "support/paths.h"

namespace quantbench::testing {

// The data that lies beside the checkout (real photographs and weights), or an empty path.
inline std::filesystem::path SharedData() {
  const std::filesystem::path shared = SourceDir() / ".." / "shared";
  return std::filesystem::is_directory(shared / "imagenet-mini") ? shared : std::filesystem::path();
}

// Leaves the test case, saying so, where the shared data isn't.
#define QUANTBENCH_REQUIRE_SHARED_DATA()                                                  \
  if (quantbench::testing::SharedData().empty()) {                                        \
    MESSAGE("SKIPPED: needs ../shared (real photographs and weights), which isn't here"); \
    return;                                                                               \
  }

// Two images a class of the default dataset, which CTest makes before the tests run.
inline std::filesystem::path DefaultImages() { return BinaryDir() / "tests" / "default_dataset"; }

#define QUANTBENCH_REQUIRE_DEFAULT_IMAGES()                                                \
  if (!std::filesystem::exists(quantbench::testing::DefaultImages() / "synsets.txt")) {    \
    MESSAGE("SKIPPED: needs the default images, which ctest makes before it starts this"); \
    return;                                                                                \
  }

// The text of the Error that `action` throws; empty where it throws none.
template <typename Action>
std::string ErrorOf(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

// A fresh folder that is removed with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "quantbench-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error("no scratch folder");
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace quantbench::testing
