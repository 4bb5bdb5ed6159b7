// SPDX-License-Identifier: Apache-2.0
// Where the tests of model files find and put them, and how they look at refusals.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/test_data.h"

namespace quantbench::testing {

inline std::filesystem::path DataFile(const std::string& name) {
  return quantbench::testing::SourceDir() / "tests" / "model" / "data" / name;
}

inline std::filesystem::path WriteScratch(const ScratchFolder& folder, const std::string& name,
                                          std::string_view content) {
  const std::filesystem::path file = folder.path() / name;
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

// `action` must throw Error whose text has every expected part.
inline void CheckRefused(const std::function<void()>& action,
                         const std::vector<const char*>& expected, const std::string& also = "") {
  const std::string text = ErrorOf(action);
  CAPTURE(text);
  CHECK(text != "");
  CHECK(text.find(also) != std::string::npos);
  for (const char* const part : expected) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace quantbench::testing
