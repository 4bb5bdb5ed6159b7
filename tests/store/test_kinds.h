// SPDX-License-Identifier: Apache-2.0
// Kinds of entries that no room of the harness has.
#pragma once

#include "store/kind.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench::testing {

inline constexpr Kind kSingle{
    .name = "single",
    .folder = "",
    .prefix = "single-",
    .file_types = {{".txt"}},
    .verify = [](const std::filesystem::path& file, const std::string&, ThreadPool*) {
      if (ReadTextFile(file) != "whole") throw Error("'" + file.string() + "' isn't whole");
    }};
inline constexpr Kind kPair{.name = "pair",
                            .folder = "pairs",
                            .prefix = "",
                            .file_types = {{".one", "first"}, {".two", "second"}},
                            .verify = nullptr};
inline constexpr const Kind* kTestKinds[] = {&kSingle, &kPair};

}  // namespace quantbench::testing
