// SPDX-License-Identifier: Apache-2.0
// A folder for files that nobody needs afterwards.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "support/error.h"

namespace quantbench {

// Made in the system's folder for temporary files, and removed with the object. Throws Error.
class WorkFolder {
 public:
  WorkFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "quantbench-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw Error("can't make a folder like '" + name + "'");
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace quantbench
