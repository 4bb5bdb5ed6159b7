// SPDX-License-Identifier: Apache-2.0
// Content hashes of image files, remembered so that unchanged files needn't be read again.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/progress_callback.h"
#include "store/store.h"
#include "support/thread_pool.h"

namespace quantbench {

extern const Kind kFingerprints;  // by the folder of the images

inline constexpr std::string_view kUnreadable = "unreadable";

// The hash of each file's content (paths relative to `folder`), kUnreadable for what is no
// readable file. Known hashes come from a small file in the cache, by path, size and time of
// last change; new ones are added to it. A file changed within the last seconds is hashed but not
// remembered, since a second change could leave size and time as they are. A memo that is missing,
// damaged or can't be written costs time and nothing else. `progress` is told of images that had to
// be read.
std::vector<std::string> ContentHashes(const std::filesystem::path& folder,
                                       const std::vector<std::string>& paths, Store& store,
                                       ThreadPool& pool, const ProgressCallback& progress = {});

}  // namespace quantbench
