// SPDX-License-Identifier: Apache-2.0
// Content hashes of image files, remembered so that unchanged files needn't be read again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/progress_callback.h"
#include "support/thread_pool.h"

namespace quantbench {

// The hash of each file's content (paths relative to `folder`), "unreadable" for what is no
// readable file. Known hashes come from a small file in the cache folder, by path, size and time of
// last change; new ones are added to it. A file changed within the last seconds is hashed but not
// remembered, since a second change could leave size and time as they are. A memo that is missing,
// damaged or can't be written costs time and nothing else. `progress` is told of images that had to
// be read.
std::vector<std::string> ContentHashes(const std::filesystem::path& folder,
                                       const std::vector<std::string>& paths,
                                       const std::filesystem::path& cache_folder, ThreadPool& pool,
                                       const ProgressCallback& progress = {});

// The small file for images in `folder`.
std::filesystem::path FingerprintsFile(const std::filesystem::path& folder,
                                       const std::filesystem::path& cache_folder);

// What is wrong with such a file; empty where its checksum is right.
std::string DamageInFingerprints(const std::filesystem::path& memo);

}  // namespace quantbench
