// SPDX-License-Identifier: Apache-2.0
// Parts of keys.
#include "stage/keys.h"

namespace quantbench {

const std::string& ThisProgram() {
  static const std::string hash = HashFile("/proc/self/exe");
  return hash;
}

void AddTo(Hasher& hasher, const Preprocess& preprocess) {
  for (const float value : preprocess.mean) hasher.Add(value);
  for (const float value : preprocess.std) hasher.Add(value);
  hasher.Add(static_cast<int>(preprocess.channel_order)).Add(static_cast<int>(preprocess.scale));
}

}  // namespace quantbench
