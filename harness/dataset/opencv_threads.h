// SPDX-License-Identifier: Apache-2.0
// Keeps OpenCV from starting threads of its own under the harness's pool.
#pragma once

#include <opencv2/core/utility.hpp>

namespace quantbench {

// OpenCV's threads would multiply with the pool's (opencv#5063). To be called before its first use;
// the work is done once.
inline void DisableOpenCvThreads() {
  [[maybe_unused]] static const bool done = (cv::setNumThreads(0), true);
}

}  // namespace quantbench
