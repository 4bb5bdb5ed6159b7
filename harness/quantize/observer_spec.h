// SPDX-License-Identifier: Apache-2.0
// Which observer watches a tensor, with which options: names and defaults are PyTorch's.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quantbench {

enum class QuantizedDtype { kQuint8, kQint8 };    // 0..255, -128..127
std::string_view ToString(QuantizedDtype dtype);  // "quint8", "qint8"

// Affine: the range's ends decide scale and zero point. Symmetric: the larger magnitude decides the
// scale, the zero point is 0 for qint8 and 128 for quint8.
enum class QuantizationScheme { kAffine, kSymmetric };
std::string_view ToString(QuantizationScheme scheme);  // "affine", "symmetric"

struct ObserverSpec {
  std::string name = "minmax";  // one of ObserverNames()
  QuantizedDtype dtype = QuantizedDtype::kQuint8;
  QuantizationScheme scheme = QuantizationScheme::kAffine;
  bool reduce_range = false;                // half of the integers: 0..127 or -64..63
  std::optional<int> quant_min, quant_max;  // both or none; they win over reduce_range
  double eps = 0x1p-23;                     // the least scale; torch.finfo(torch.float32).eps
  double averaging_constant = 0.01;         // moving_average_minmax
  int bins = 2048;                          // histogram, percentile, entropy, mse
  double percentile = 99.99;                // percentile: of the values, kept inside the range

  bool operator==(const ObserverSpec&) const = default;
};

std::span<const std::string_view> ObserverNames();

struct IntegerRange {
  int min = 0, max = 255;
};
// What quant_min, quant_max, reduce_range and dtype together mean.
IntegerRange IntegersOf(const ObserverSpec& spec);

// The identity of a spec as text, which case ids, file names and the observer column use: the name,
// then '+' and each option that isn't at its default, in a fixed order:
// "minmax", "histogram+reduce_range", "percentile+percentile=99.9+bins=1024".
std::string ToString(const ObserverSpec& spec);

// Reads that text (options in any order; "reduce_range" alone means true). Throws Error that says
// what is wrong and what is allowed: an unknown name or option, an option that the observer doesn't
// have, a value out of range.
ObserverSpec ParseObserverSpec(std::string_view text);

}  // namespace quantbench
