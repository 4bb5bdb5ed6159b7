// SPDX-License-Identifier: Apache-2.0
// PyTorch's named recipes: what `qconfig` stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quantbench {

// Observer and granularity of the recipe's activations and weights. Weights are qint8, symmetric,
// MinMax in all of them.
struct QConfig {
  std::string_view name;
  std::string_view observer;  // text of an ObserverSpec
  std::string_view granularity;
};

// (Source: PyTorch 1.13, torch.ao.quantization.qconfig: default_qconfig, and get_default_qconfig
// for the four engines.)
inline constexpr QConfig kQConfigs[] = {
    {"default", "minmax+quant_min=0+quant_max=127", "per_tensor"},
    {"fbgemm", "histogram+reduce_range", "per_channel"},
    {"x86", "histogram+reduce_range", "per_channel"},
    {"qnnpack", "histogram", "per_tensor"},
    {"onednn", "histogram", "per_channel"},
};

inline std::optional<QConfig> FindQConfig(std::string_view name) {
  for (const QConfig& known : kQConfigs) {
    if (known.name == name) return known;
  }
  return std::nullopt;
}

}  // namespace quantbench
