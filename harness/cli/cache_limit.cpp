// SPDX-License-Identifier: Apache-2.0
// The limit of the cache: how it is given, and what is said when something has to go.
#include "cli/commands.h"
#include "stage/kinds.h"
#include "store/prune.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
void CacheLimit::AddTo(Command command) {
  command
      .AddOption("--cache-limit", bytes_,
                 "What the cache may take, for instance 5GB, or none: behind the run the least "
                 "recently used is removed, but nothing that this or another run works with "
                 "(default: $QUANTBENCH_CACHE_LIMIT, else 20GB)")
      .BytesOrNone()
      .TypeName("SIZE")
      .Variable("QUANTBENCH_CACHE_LIMIT");
}

void CacheLimit::Enforce(const std::filesystem::path& cache,
                         std::chrono::system_clock::time_point begin) const {
  using std::chrono::seconds, std::chrono::duration_cast;
  if (bytes_ < 0) return;
  const auto since = std::chrono::system_clock::now() - begin;
  PruneLimits limits{.max_bytes = bytes_, .unused = {}};
  limits.spared = duration_cast<seconds>(since) + seconds(1);
  try {
    const Pruned pruned = Prune(Store(cache), AllKinds(), limits, /*dry_run=*/false);
    const std::string limit = SizeText(bytes_) + " (--cache-limit)";
    int64_t bytes = 0;
    for (const CacheEntry& entry : pruned.removed) bytes += entry.bytes;
    if (!pruned.removed.empty()) {
      Log("cache: removed " + std::to_string(pruned.removed.size()) + " least recently used " +
          (pruned.removed.size() == 1 ? "entry" : "entries") + ", " + SizeText(bytes) +
          ", to stay within " + limit);
    }
    if (pruned.bytes_left > bytes_)
      Log("cache: " + SizeText(pruned.bytes_left) + " are in use, more than the limit of " + limit);
  } catch (const Error& error) {
    Warn(std::string("cache: nothing removed: ") + error.what());
  }
}

}  // namespace quantbench
