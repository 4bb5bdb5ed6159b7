// SPDX-License-Identifier: Apache-2.0
// Options of observers as text.
#include "recipe/observer_spec.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "support/error.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

// In the order that messages list them in.
struct KnownObserver {
  std::string_view name;
  std::string_view options[2] = {};  // beside those that all have
};
constexpr KnownObserver kObservers[] = {
    {"minmax"},
    {"moving_average_minmax", {"averaging_constant"}},
    {"histogram", {"bins"}},
    {"percentile", {"bins", "percentile"}},
    {"entropy", {"bins"}},
    {"mse", {"bins"}},
};
constexpr auto kNames = [] {
  std::array<std::string_view, std::size(kObservers)> names;
  std::transform(std::begin(kObservers), std::end(kObservers), names.begin(),
                 [](const KnownObserver& one) { return one.name; });
  return names;
}();

std::string Quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

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

template <NamedValue Value>
Value ReadNamed(std::string_view text) {
  if (const std::optional<Value> value = ValueNamed<Value>(text)) return *value;
  throw Error(Quoted(text) + " is unknown; allowed: " + Join(NamesOf(Value{})));
}

std::string Print(bool value) { return value ? "true" : "false"; }
std::string Print(const std::optional<int>& value) { return value ? Print(*value) : ""; }
std::string Print(NamedValue auto value) { return std::string(ToString(value)); }

// Empty where the member has its default.
template <auto kMember>
std::string PrintMember(const ObserverSpec& spec) {
  const auto& value = spec.*kMember;
  return value == ObserverSpec{}.*kMember ? "" : Print(value);
}

struct Option {
  std::string_view name;
  void (*read)(ObserverSpec& spec, std::string_view text);
  std::string (*print)(const ObserverSpec& spec);
  bool of_all = false;  // else of the observers that list it
};

constexpr Option kOptions[] = {
    {"dtype",
     [](ObserverSpec& spec, std::string_view text) {
       spec.dtype = ReadNamed<QuantizedDtype>(text);
     },
     PrintMember<&ObserverSpec::dtype>, true},
    {"scheme",
     [](ObserverSpec& spec, std::string_view text) {
       spec.scheme = ReadNamed<QuantizationScheme>(text);
     },
     PrintMember<&ObserverSpec::scheme>, true},
    {"reduce_range",
     [](ObserverSpec& spec, std::string_view text) { spec.reduce_range = ReadBool(text); },
     PrintMember<&ObserverSpec::reduce_range>, true},
    {"quant_min",
     [](ObserverSpec& spec, std::string_view text) { spec.quant_min = ReadNumber(text, -128, 0); },
     PrintMember<&ObserverSpec::quant_min>, true},
    {"quant_max",
     [](ObserverSpec& spec, std::string_view text) { spec.quant_max = ReadNumber(text, 0, 255); },
     PrintMember<&ObserverSpec::quant_max>, true},
    {"eps",
     [](ObserverSpec& spec, std::string_view text) {
       spec.eps = ReadNumber(text, 0.0, 1.0, /*open_below=*/true);
     },
     PrintMember<&ObserverSpec::eps>, true},
    {"averaging_constant",
     [](ObserverSpec& spec, std::string_view text) {
       spec.averaging_constant = ReadNumber(text, 0.0, 1.0, /*open_below=*/true);
     },
     PrintMember<&ObserverSpec::averaging_constant>},
    {"bins",
     [](ObserverSpec& spec, std::string_view text) {
       spec.bins = ReadNumber(text, 256, 65536);  // at least one bin an integer
     },
     PrintMember<&ObserverSpec::bins>},
    {"percentile",
     [](ObserverSpec& spec, std::string_view text) {
       spec.percentile = ReadNumber(text, 50.0, 100.0, /*open_below=*/true);
     },
     PrintMember<&ObserverSpec::percentile>},
};

bool Has(std::string_view observer, const Option& option) {
  if (option.of_all) return true;
  for (const KnownObserver& known : kObservers) {
    if (known.name != observer) continue;
    return std::find(std::begin(known.options), std::end(known.options), option.name) !=
           std::end(known.options);
  }
  return false;
}

}  // namespace

std::span<const std::string_view> ObserverNames() { return kNames; }

std::vector<std::string_view> OptionsOf(std::string_view observer) {
  std::vector<std::string_view> names;
  for (const Option& option : kOptions) {
    if (Has(observer, option)) names.push_back(option.name);
  }
  return names;
}

void SetOption(ObserverSpec& spec, std::string_view option, std::string_view value) {
  for (const Option& known : kOptions) {
    if (known.name == option && Has(spec.name, known)) return known.read(spec, value);
  }
  throw Error("isn't an option of " + spec.name + "; it has: " + Join(OptionsOf(spec.name)));
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

IntegerRange IntegersOf(QuantizedDtype dtype, int bits) {
  const int count = 1 << bits;
  return dtype == QuantizedDtype::kQint8 ? IntegerRange{-count / 2, count / 2 - 1}
                                         : IntegerRange{0, count - 1};
}

IntegerRange IntegersOf(const ObserverSpec& spec) {
  IntegerRange range = IntegersOf(spec.dtype);
  if (spec.quant_min && spec.quant_max) range = {*spec.quant_min, *spec.quant_max};
  if (spec.bits < kActivationBits) {
    const IntegerRange held = IntegersOf(spec.dtype, spec.bits);
    return {std::max(range.min, held.min), std::min(range.max, held.max)};
  }
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
    throw Error("there is no observer " + Quoted(spec.name) + "; there are: " + Join(kNames));
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
