// SPDX-License-Identifier: Apache-2.0
// An entry's files share a name made of prefix and key, in the folder of its kind.
#include "store/store.h"

#include <sys/stat.h>

#include <map>

#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

constexpr std::string_view kSeal = ".sealed";

fs::path FileOf(const fs::path& cache, const Kind& kind, std::string_view key,
                std::string_view extension) {
  return cache / kind.folder / std::string(kind.prefix).append(key).append(extension);
}

bool IsOf(const Kind& kind, const fs::path& file) {
  if (!file.filename().string().starts_with(kind.prefix)) return false;
  const std::string extension = file.extension().string();
  return (kind.sealed() && extension == kSeal) ||
         std::ranges::any_of(kind.files(),
                             [&](const EntryFile& one) { return one.extension == extension; });
}

void AddFile(const fs::path& file, CacheEntry& entry) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return;  // removed by another run
  entry.files.push_back(file);
  entry.bytes += status.st_size;
  const Clock::time_point changed(std::chrono::seconds(status.st_mtim.tv_sec) +
                                  std::chrono::nanoseconds(status.st_mtim.tv_nsec));
  entry.last_used = std::max(entry.last_used, changed);
}

}  // namespace

std::string LockName(const Kind& kind, std::string_view key) {
  return FileOf("", kind, key, "").string();
}

fs::path Store::Path(const Kind& kind, std::string_view key, std::string_view extension) const {
  return FileOf(folder_, kind, key, extension.empty() ? kind.files().front().extension : extension);
}

void Store::Hold(const Kind& kind, std::string_view key) {
  if (access_ == Access::kLook) return;
  if (!locks_) locks_.emplace(folder_);
  locks_->Hold(LockName(kind, key));
  Touch(Path(kind, key));
}

bool Store::Has(const Kind& kind, std::string_view key) const {
  std::error_code ignored;
  return fs::exists(Path(kind, key, kind.sealed() ? kSeal : ""), ignored);
}

std::string Store::SealText(const Kind& kind, std::string_view key) const {
  std::string text = "quantbench " + std::string(kind.name) + " 1\n";
  for (const EntryFile& file : kind.files()) {
    text += HashFile(Path(kind, key, file.extension)) + ' ';
    text.append(file.label) += '\n';
  }
  return text;
}

void Store::Verify(const Kind& kind, std::string_view key, ThreadPool* pool) const {
  const fs::path first = Path(kind, key);
  if (kind.sealed() && ReadTextFile(Path(kind, key, kSeal)) != SealText(kind, key)) {
    std::string others;
    for (const EntryFile& file : kind.files().subspan(1))
      others += (others.empty() ? "" : ", ") + std::string(file.extension);
    throw Error("'" + first.string() + "' or the " + others + " file beside it is damaged");
  }
  if (kind.verify != nullptr) kind.verify(first, std::string(key), pool);
}

bool Store::Find(const Kind& kind, std::string_view key, std::string& problem,
                 ThreadPool* pool) const {
  if (!Has(kind, key)) return false;
  try {
    Verify(kind, key, pool);
    return true;
  } catch (const Error& error) {
    problem = error.what();
    return false;
  }
}

void Store::Put(const Kind& kind, std::string_view key,
                const std::function<void(const Files&)>& write) const {
  write(Files(*this, kind, key));
  if (kind.sealed()) WriteFileAtomically(Path(kind, key, kSeal), SealText(kind, key));
}

void Store::Put(const Kind& kind, std::string_view key, std::string_view content) const {
  WriteFileAtomically(Path(kind, key), content);
}

std::vector<CacheEntry> Store::List(Kinds kinds) const {
  std::vector<CacheEntry> entries;
  for (const Kind* const kind : kinds) {
    std::map<std::string, CacheEntry> by_key;
    std::error_code ignored;
    for (const fs::directory_entry& file :
         fs::directory_iterator(folder_ / kind->folder, ignored)) {
      if (!IsOf(*kind, file.path()) || !file.is_regular_file(ignored)) continue;
      const std::string key = file.path().stem().string().substr(kind->prefix.size());
      CacheEntry& entry = by_key[key];
      entry.kind = kind;
      entry.key = key;
      AddFile(file.path(), entry);
    }
    for (auto& [key, entry] : by_key) entries.push_back(std::move(entry));
  }
  std::ranges::stable_sort(entries, std::greater(), &CacheEntry::last_used);
  return entries;
}

std::string Store::DamageIn(const CacheEntry& entry, ThreadPool& pool) const {
  std::string problem;
  if (!entry.files.empty() && !Find(*entry.kind, entry.key, problem, &pool) && problem.empty() &&
      entry.kind->sealed())
    problem = "'" + entry.files.front().string() + "' was never finished";
  return problem;
}

void Store::Remove(const CacheEntry& entry) {
  // The seal goes first, so that nobody finds half of an entry.
  std::vector<fs::path> files = entry.files;
  std::stable_partition(files.begin(), files.end(),
                        [](const fs::path& file) { return file.extension() == kSeal; });
  for (const fs::path& file : files) {
    std::error_code error;
    fs::remove(file, error);
    if (error) throw Error("can't remove '" + file.string() + "': " + error.message());
  }
}

void Store::TidyUp(Kinds kinds) const {
  for (const Kind* const kind : kinds) RemoveAbandonedFiles(folder_ / kind->folder);
}

}  // namespace quantbench
