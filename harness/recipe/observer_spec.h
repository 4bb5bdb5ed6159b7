// SPDX-License-Identifier: Apache-2.0
// Which observer watches a tensor, with which options: names and defaults are PyTorch's.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "recipe/values.h"

namespace quantbench {

enum class QuantizedDtype { kQuint8, kQint8 };  // 0..255, -128..127
inline constexpr std::string_view kDtypeNames[] = {"quint8", "qint8"};
constexpr std::span<const std::string_view> NamesOf(QuantizedDtype) { return kDtypeNames; }

// Affine: the range's ends decide scale and zero point. Symmetric: the larger magnitude decides the
// scale, the zero point is 0 for qint8 and 128 for quint8.
enum class QuantizationScheme { kAffine, kSymmetric };
inline constexpr std::string_view kSchemeNames[] = {"affine", "symmetric"};
constexpr std::span<const std::string_view> NamesOf(QuantizationScheme) { return kSchemeNames; }

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
  // Of the integers: a recipe's activation_bits, no option of the observer, and not in its text.
  int bits = kActivationBits;

  auto operator<=>(const ObserverSpec&) const = default;
};

std::span<const std::string_view> ObserverNames();

// The options that an observer of this name has, in the order of their text.
std::vector<std::string_view> OptionsOf(std::string_view observer);

// Sets one option from its text ("bins", "1024"). Throws Error that says what is wrong and what is
// allowed, to be put after the option's name: an option that the observer doesn't have, a value of
// the wrong type or out of range.
void SetOption(ObserverSpec& spec, std::string_view option, std::string_view value);

// What no option alone can tell: both ends of the integers given, in order, 0 between them, inside
// the dtype. Throws Error.
void CheckOptions(const ObserverSpec& spec);

struct IntegerRange {
  int min = 0, max = 255;
  bool operator==(const IntegerRange&) const = default;
};
IntegerRange IntegersOf(QuantizedDtype dtype);
// Those of so many bits: 0..127 or -64..63 of seven.
IntegerRange IntegersOf(QuantizedDtype dtype, int bits);
// What quant_min, quant_max, reduce_range and dtype together mean. (Source: PyTorch 1.13,
// torch.ao.quantization.utils.calculate_qmin_qmax: reduce_range halves a given range as well.)
// Of fewer than eight bits: those of the range that the bits hold, without reduce_range, whose
// purpose they serve.
IntegerRange IntegersOf(const ObserverSpec& spec);

// The identity of a spec as text, which case ids, file names and the observer column use: the name,
// then '+' and each option that isn't at its default, in a fixed order:
// "minmax", "histogram+reduce_range", "percentile+bins=1024+percentile=99.9".
std::string ToString(const ObserverSpec& spec);

// Reads that text (options in any order; "reduce_range" alone means true). Throws Error as
// SetOption and CheckOptions do, and for an unknown name.
ObserverSpec ParseObserverSpec(std::string_view text);

}  // namespace quantbench
