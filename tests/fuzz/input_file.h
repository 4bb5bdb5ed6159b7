// SPDX-License-Identifier: Apache-2.0
// The input of a fuzzer as a file, for readers that take a path.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

// In a folder of this process, in memory where the system has such a place.
class InputFile {
 public:
  InputFile(const uint8_t* data, size_t size, const std::string& name) : file_(Folder() / name) {
    std::ofstream stream(file_, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  }
  const std::filesystem::path& path() const { return file_; }

 private:
  static std::filesystem::path Folder() {
    static const std::filesystem::path folder = [] {
      const bool memory = std::filesystem::is_directory("/dev/shm");
      std::filesystem::path made = memory ? "/dev/shm" : std::filesystem::temp_directory_path();
      made /= "quantbench-fuzz-" + std::to_string(::getpid());
      std::filesystem::create_directory(made);
      return made;
    }();
    return folder;
  }

  std::filesystem::path file_;
};
