// SPDX-License-Identifier: Apache-2.0
// A directory that is either absent or complete: filled under another name, renamed at the end.
#pragma once

#include <filesystem>
#include <string>

namespace quantbench::default_dataset {

inline constexpr const char* kManifestName = "manifest.txt";

class OutputDirectory {
 public:
  // Takes the lock on DIR.partial, waiting for another process that fills it. Throws
  // std::runtime_error if DIR or DIR.partial holds what this program has not made.
  explicit OutputDirectory(std::filesystem::path final_path);
  ~OutputDirectory();
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

  // True if DIR is there, complete, and made with just this manifest.
  bool IsUpToDate(const std::string& manifest) const;

  // Empties and returns DIR.partial.
  const std::filesystem::path& BeginWriting();

  // Writes the manifest, and puts DIR.partial in the place of DIR.
  void Commit(const std::string& manifest);

 private:
  void Lock();

  std::filesystem::path final_path_;
  std::filesystem::path partial_path_;
  int lock_fd_ = -1;
};

// Writes a whole file; throws std::runtime_error with the path and the reason.
void WriteFile(const std::filesystem::path& path, const void* bytes, std::size_t size);

}  // namespace quantbench::default_dataset
