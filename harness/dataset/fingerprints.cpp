// SPDX-License-Identifier: Apache-2.0
// A text file of "hash size mtime_ns path" lines under a checksum.
#include "dataset/fingerprints.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <locale>
#include <map>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTitle = "quantbench fingerprints 1 ";
constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kTrustedAfterNs = 2 * kNanosecondsPerSecond;  // FAT's clock ticks every 2 s

struct Fingerprint {
  int64_t size = 0;
  int64_t mtime_ns = 0;
  std::string hash;
};
using Memo = std::map<std::string, Fingerprint>;  // by path

// All lines but the title.
std::string ReadLines(const fs::path& file) {
  const std::string content = ReadTextFile(file);
  const size_t end_of_title = std::min(content.find('\n'), content.size());
  std::string lines = content.substr(std::min(end_of_title + 1, content.size()));
  if (content.substr(0, end_of_title) != std::string(kTitle) + Hasher().Add(lines).Hex())
    throw Error("'" + file.string() + "' is damaged: its checksum doesn't match");
  return lines;
}

Memo ReadMemo(const Store& store, const std::string& key) {
  std::string ignored;
  Memo memo;
  std::istringstream stream(store.Read(kFingerprints, key, ignored, ReadLines).value_or(""));
  stream.imbue(std::locale::classic());
  Fingerprint fingerprint;
  std::string path;
  while (stream >> fingerprint.hash >> fingerprint.size >> fingerprint.mtime_ns &&
         stream.ignore() && std::getline(stream, path))
    memo[path] = fingerprint;
  return memo;
}

void WriteMemo(const Store& store, const std::string& key, const Memo& memo) {
  std::ostringstream lines;
  lines.imbue(std::locale::classic());
  for (const auto& [path, fingerprint] : memo) {
    if (path.find('\n') != std::string::npos) continue;  // such a path is hashed every time
    lines << fingerprint.hash << ' ' << fingerprint.size << ' ' << fingerprint.mtime_ns << ' '
          << path << '\n';
  }
  try {
    store.Put(kFingerprints, key,
              std::string(kTitle) + Hasher().Add(lines.str()).Hex() + "\n" + lines.str());
  } catch (const Error&) {
    // The next run reads the images once more; a cache that can't be written to at all, the crops
    // report.
  }
}

// Size and time of a regular file, or nothing.
std::optional<Fingerprint> Look(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return Fingerprint{
      .size = status.st_size,
      .mtime_ns = status.st_mtim.tv_sec * kNanosecondsPerSecond + status.st_mtim.tv_nsec,
      .hash = {}};
}

int64_t NowNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

constinit const Kind kFingerprints{
    .name = "fingerprints",
    .folder = "",
    .prefix = "fingerprints-",
    .file_types = {{".txt"}},
    .verify = [](const fs::path& file, const std::string&, ThreadPool*) { ReadLines(file); }};

std::vector<std::string> ContentHashes(const fs::path& folder,
                                       const std::vector<std::string>& paths, Store& store,
                                       ThreadPool& pool, const ProgressCallback& progress) {
  const std::string key = Hasher().Add(fs::weakly_canonical(folder).string()).Hex();
  store.Hold(kFingerprints, key);
  Memo memo = ReadMemo(store, key);
  const int64_t trusted_before = NowNs() - kTrustedAfterNs;
  std::vector<std::string> hashes(paths.size(), std::string(kUnreadable));
  std::vector<std::optional<Fingerprint>> learnt(paths.size());
  std::atomic<int64_t> done = 0, known_before = 0;

  pool.ForEach(static_cast<int64_t>(paths.size()), [&](int64_t index, int) {
    const auto i = static_cast<size_t>(index);
    std::optional<Fingerprint> seen = Look(folder / paths[i]);
    if (!seen) return;
    const auto known = memo.find(paths[i]);
    if (known != memo.end() && known->second.size == seen->size &&
        known->second.mtime_ns == seen->mtime_ns) {
      hashes[i] = known->second.hash;
      ++known_before;
      return;
    }
    try {
      hashes[i] = HashFile(folder / paths[i]);
    } catch (const Error&) {
      return;  // decoding will say why
    }
    const int64_t read = ++done;
    if (progress) progress(read, static_cast<int64_t>(paths.size()) - known_before);
    if (seen->mtime_ns >= trusted_before) return;
    seen->hash = hashes[i];
    learnt[i] = std::move(seen);
  });

  bool changed = false;
  for (size_t i = 0; i < paths.size(); ++i) {
    if (!learnt[i]) continue;
    memo[paths[i]] = std::move(*learnt[i]);
    changed = true;
  }
  if (changed) WriteMemo(store, key, memo);
  return hashes;
}

}  // namespace quantbench
