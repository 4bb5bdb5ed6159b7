// SPDX-License-Identifier: Apache-2.0
// Options of observers as text.
#include "quantize/observer_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "support/error.h"

namespace quantbench {
namespace {

constexpr std::string_view kNames[] = {
    "minmax", "moving_average_minmax", "histogram", "percentile", "entropy", "mse"};

bool HasHistogram(std::string_view observer) {
  return observer == "histogram" || observer == "percentile" || observer == "entropy" ||
         observer == "mse";
}

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

template <class Names>
std::string Joined(const Names& names) {
  std::string joined;
  for (const std::string_view name : names) {
    joined += (joined.empty() ? "" : ", ") + std::string(name);
  }
  return joined;
}

template <class Number>
std::string Print(Number number) {
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

// A number in [min, max]; `min` itself only where the interval is closed there.
template <class Number>
Number ReadNumber(std::string_view text, Number min, Number max, bool open_below = false) {
  Number number{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool read = status == std::errc() && end == text.data() + text.size();
  if (read && number >= min && number <= max && (!open_below || number > min)) return number;
  throw Error(std::string("expected ") + (std::is_integral_v<Number> ? "an integer" : "a number") +
              (open_below ? " above " : " from ") + Print(min) + (open_below ? " up to " : " to ") +
              Print(max) + ", found " + Quoted(text));
}

bool ReadBool(std::string_view text) {
  if (text == "true" || text == "on") return true;
  if (text == "false" || text == "off") return false;
  throw Error("expected true or false, found " + Quoted(text));
}

// One option: whether an observer has it, how it is read, and its text where it isn't the default.
struct Option {
  std::string_view name;
  bool (*belongs_to)(std::string_view observer);
  void (*read)(ObserverSpec& spec, std::string_view text);
  std::string (*print)(const ObserverSpec& spec);  // empty for the default
};

bool ToAll(std::string_view) { return true; }

const Option kOptions[] = {
    {"dtype", ToAll,
     [](ObserverSpec& spec, std::string_view text) {
       if (text != "quint8" && text != "qint8") {
         throw Error(Quoted(text) + " is unknown; allowed: quint8, qint8");
       }
       spec.dtype = text == "qint8" ? QuantizedDtype::kQint8 : QuantizedDtype::kQuint8;
     },
     [](const ObserverSpec& spec) {
       return spec.dtype == ObserverSpec{}.dtype ? "" : std::string(ToString(spec.dtype));
     }},
    {"scheme", ToAll,
     [](ObserverSpec& spec, std::string_view text) {
       if (text != "affine" && text != "symmetric") {
         throw Error(Quoted(text) + " is unknown; allowed: affine, symmetric");
       }
       spec.scheme =
           text == "symmetric" ? QuantizationScheme::kSymmetric : QuantizationScheme::kAffine;
     },
     [](const ObserverSpec& spec) {
       return spec.scheme == ObserverSpec{}.scheme ? "" : std::string(ToString(spec.scheme));
     }},
    {"reduce_range", ToAll,
     [](ObserverSpec& spec, std::string_view text) { spec.reduce_range = ReadBool(text); },
     [](const ObserverSpec& spec) { return std::string(spec.reduce_range ? "true" : ""); }},
    {"quant_min", ToAll,
     [](ObserverSpec& spec, std::string_view text) { spec.quant_min = ReadNumber(text, -128, 0); },
     [](const ObserverSpec& spec) { return spec.quant_min ? Print(*spec.quant_min) : ""; }},
    {"quant_max", ToAll,
     [](ObserverSpec& spec, std::string_view text) { spec.quant_max = ReadNumber(text, 0, 255); },
     [](const ObserverSpec& spec) { return spec.quant_max ? Print(*spec.quant_max) : ""; }},
    {"eps", ToAll,
     [](ObserverSpec& spec, std::string_view text) {
       spec.eps = ReadNumber(text, 0.0, 1.0, /*open_below=*/true);
     },
     [](const ObserverSpec& spec) {
       return spec.eps == ObserverSpec{}.eps ? "" : Print(spec.eps);
     }},
    {"averaging_constant", [](std::string_view name) { return name == "moving_average_minmax"; },
     [](ObserverSpec& spec, std::string_view text) {
       spec.averaging_constant = ReadNumber(text, 0.0, 1.0, /*open_below=*/true);
     },
     [](const ObserverSpec& spec) {
       return spec.averaging_constant == ObserverSpec{}.averaging_constant
                  ? ""
                  : Print(spec.averaging_constant);
     }},
    {"bins", HasHistogram,
     [](ObserverSpec& spec, std::string_view text) {
       spec.bins = ReadNumber(text, 256, 65536);  // at least one bin an integer
     },
     [](const ObserverSpec& spec) {
       return spec.bins == ObserverSpec{}.bins ? "" : Print(spec.bins);
     }},
    {"percentile", [](std::string_view name) { return name == "percentile"; },
     [](ObserverSpec& spec, std::string_view text) {
       spec.percentile = ReadNumber(text, 50.0, 100.0, /*open_below=*/true);
     },
     [](const ObserverSpec& spec) {
       return spec.percentile == ObserverSpec{}.percentile ? "" : Print(spec.percentile);
     }},
};

}  // namespace

std::string_view ToString(QuantizedDtype dtype) {
  return dtype == QuantizedDtype::kQint8 ? "qint8" : "quint8";
}

std::string_view ToString(QuantizationScheme scheme) {
  return scheme == QuantizationScheme::kSymmetric ? "symmetric" : "affine";
}

std::span<const std::string_view> ObserverNames() { return kNames; }

std::vector<std::string_view> OptionsOf(std::string_view observer) {
  std::vector<std::string_view> names;
  for (const Option& option : kOptions) {
    if (option.belongs_to(observer)) names.push_back(option.name);
  }
  return names;
}

void SetOption(ObserverSpec& spec, std::string_view option, std::string_view value) {
  for (const Option& known : kOptions) {
    if (known.name == option && known.belongs_to(spec.name)) return known.read(spec, value);
  }
  throw Error("is no option of " + spec.name + "; it has: " + Joined(OptionsOf(spec.name)));
}

void CheckOptions(const ObserverSpec& spec) {
  if (spec.quant_min.has_value() != spec.quant_max.has_value()) {
    throw Error("quant_min and quant_max must be given together");
  }
  if (!spec.quant_min) return;
  const IntegerRange whole = IntegersOf(spec.dtype);
  const IntegerRange used = IntegersOf(spec);
  if (*spec.quant_min >= whole.min && *spec.quant_max <= whole.max && used.min < used.max) return;
  throw Error("quant_min " + Print(*spec.quant_min) + " and quant_max " + Print(*spec.quant_max) +
              " don't bound integers of " + std::string(ToString(spec.dtype)) + ", which has " +
              Print(whole.min) + " to " + Print(whole.max));
}

IntegerRange IntegersOf(QuantizedDtype dtype) {
  return dtype == QuantizedDtype::kQint8 ? IntegerRange{-128, 127} : IntegerRange{0, 255};
}

IntegerRange IntegersOf(const ObserverSpec& spec) {
  IntegerRange range = IntegersOf(spec.dtype);
  if (spec.quant_min && spec.quant_max) range = {*spec.quant_min, *spec.quant_max};
  if (spec.reduce_range) {
    // Rounded down: -128..127 becomes -64..63.
    range.min = static_cast<int>(std::floor(range.min / 2.0));
    range.max = static_cast<int>(std::floor(range.max / 2.0));
  }
  return range;
}

std::string ToString(const ObserverSpec& spec) {
  std::string text = spec.name;
  for (const Option& option : kOptions) {
    const std::string value = option.print(spec);
    if (value.empty()) continue;
    text += '+' + std::string(option.name);
    if (option.name != "reduce_range") text += '=' + value;
  }
  return text;
}

ObserverSpec ParseObserverSpec(std::string_view text) {
  ObserverSpec spec;
  spec.name = text.substr(0, text.find('+'));
  if (std::find(std::begin(kNames), std::end(kNames), spec.name) == std::end(kNames)) {
    throw Error("there is no observer " + Quoted(spec.name) + "; there are: " + Joined(kNames));
  }
  while (text.find('+') != std::string_view::npos) {
    text.remove_prefix(text.find('+') + 1);
    const std::string_view part = text.substr(0, text.find('+'));
    const size_t equals = part.find('=');
    const bool alone = equals == std::string_view::npos;
    if (alone && part != "reduce_range") {
      throw Error("observer " + spec.name + ": expected option=value after '+', found " +
                  Quoted(part));
    }
    const std::string_view option = part.substr(0, equals);
    try {
      SetOption(spec, option, alone ? "true" : part.substr(equals + 1));
    } catch (const Error& error) {
      throw Error("observer " + spec.name + ": " + std::string(option) + ": " + error.what());
    }
  }
  CheckOptions(spec);
  return spec;
}

}  // namespace quantbench
