// SPDX-License-Identifier: Apache-2.0
// Listing, and the names that are left out.
#include "dataset/folder_content.h"

#include <algorithm>
#include <array>

#include "support/ascii.h"
#include "support/error.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

// Lower case. Windows, macOS, Synology, ext4, GNOME.
constexpr std::array<std::string_view, 10> kJunk = {
    "thumbs.db", "ehthumbs.db", "desktop.ini",  "__macosx",   "@eadir",
    "icon\r",    "#recycle",    "$recycle.bin", "lost+found", "system volume information"};

// Stops at the first entry that counts.
bool HoldsAnything(const fs::path& folder) {
  std::error_code ignored;  // what can't be listed is reported where it is listed
  fs::directory_iterator entries(folder, ignored);
  return ignored || std::any_of(begin(entries), end(entries), [](const fs::directory_entry& entry) {
           return !IsJunk(entry.path().filename().string());
         });
}

std::string Count(int64_t count, const char* what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

}  // namespace

void LeftOut::Add(const std::string& name, bool is_folder) {
  constexpr size_t kExamples = 3;
  ++(is_folder ? folders : files);
  if (examples.size() < kExamples && std::ranges::find(examples, name) == examples.end())
    examples.push_back(name);
}

void LeftOut::Add(const LeftOut& other) {
  files += other.files;
  folders += other.folders;
  LeftOut names = *this;
  for (const std::string& name : other.examples) names.Add(name, /*is_folder=*/false);
  examples = std::move(names.examples);
}

std::string LeftOut::Text() const {
  std::string text = files > 0 ? Count(files, "file") : "";
  if (folders > 0) text += (files > 0 ? " and " : "") + Count(folders, "folder");
  for (const std::string& name : examples) text += (&name == examples.data() ? " (" : ", ") + name;
  return text + (examples.empty() ? "" : ")");
}

bool IsJunk(std::string_view name) {
  if (name.starts_with('.')) return true;
  return std::ranges::find(kJunk, LowerCase(std::string(name))) != kJunk.end();
}

FolderContent ListFolder(const fs::path& folder) {
  FolderContent content;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      std::string name = entry.path().filename().string();
      std::error_code broken_link;
      const bool is_folder = entry.is_directory(broken_link);
      if (IsJunk(name)) {
        content.left_out.Add(name, is_folder);
      } else {
        (is_folder ? content.folders : content.files).push_back(std::move(name));
      }
    }
  } catch (const fs::filesystem_error& error) {
    throw Error("can't list '" + folder.string() + "': " + error.code().message());
  }
  std::sort(content.folders.begin(), content.folders.end());
  std::sort(content.files.begin(), content.files.end());
  std::sort(content.left_out.examples.begin(), content.left_out.examples.end());
  return content;
}

FolderContent ListClassFolders(const fs::path& folder) {
  FolderContent content = ListFolder(folder);
  std::erase_if(content.folders, [&](const std::string& name) {
    const bool empty = !HoldsAnything(folder / name);
    if (empty) content.left_out.Add(name, /*is_folder=*/true);
    return empty;
  });
  return content;
}

}  // namespace quantbench
