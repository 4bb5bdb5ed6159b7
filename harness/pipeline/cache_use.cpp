// SPDX-License-Identifier: Apache-2.0
// A lock for those who would remove it now, a time for those who choose later.
#include "pipeline/cache_use.h"

#include "support/files.h"

namespace quantbench {

std::string CacheEntryName(const std::filesystem::path& cache, const std::filesystem::path& file) {
  return file.lexically_relative(cache).replace_extension().string();
}

void CacheUse::Hold(const std::filesystem::path& file) {
  locks_.Hold(CacheEntryName(cache_, file));
  Touch(file);
}

}  // namespace quantbench
