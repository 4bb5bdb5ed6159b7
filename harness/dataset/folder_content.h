// SPDX-License-Identifier: Apache-2.0
// What lies in a folder of images, without what systems and archivers leave there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

// Names that were left out; the first few of them for messages.
struct LeftOut {
  int64_t files = 0, folders = 0;
  std::vector<std::string> examples;

  void Add(const std::string& name, bool is_folder);
  void Add(const LeftOut& other);
  bool Any() const { return files + folders > 0; }
  // "3 files and 1 folder (Thumbs.db, __MACOSX)"
  std::string Text() const;
};

struct FolderContent {
  std::vector<std::string> folders;  // names, sorted bytewise
  std::vector<std::string> files;
  LeftOut left_out;
};

// Whether a name is a system's own: hidden files (leading dot), Thumbs.db, desktop.ini, __MACOSX,
// Synology's @eaDir and their like. No class is called so, and no image.
bool IsJunk(std::string_view name);

// Everything in the folder that isn't junk. Throws Error where the folder can't be listed.
FolderContent ListFolder(const std::filesystem::path& folder);

// The same where the folders are classes: those without a file or folder in them are left out too,
// for an empty folder holds no class that could be told.
FolderContent ListClassFolders(const std::filesystem::path& folder);

}  // namespace quantbench
