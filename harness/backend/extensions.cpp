// SPDX-License-Identifier: Apache-2.0
// What plugins declare beyond their table: optional abilities, by id.
#include <algorithm>
#include <cmath>
#include <cstddef>

#include "backend/backend.h"
#include "backend/cross.h"
#include "backend/plain_name.h"
#include "quantbench/ext/float_order.h"
#include "quantbench/ext/limits.h"
#include "quantbench/ext/model_file.h"
#include "quantbench/ext/numerics.h"
#include "quantbench/ext/options.h"
#include "quantbench/ext/u16.h"

namespace quantbench {
const void* ExtensionOf(const qb_plugin& table, const char* id) {
  if (!Holds(table, offsetof(qb_plugin, extension), sizeof(table.extension))) return nullptr;
  if (table.extension == nullptr) return nullptr;
  const void* found = nullptr;
  Cross(table, [&] {
    found = table.extension(id);
    return qb_status{QB_OK};
  });
  return found;
}

namespace {

// Lists without their ends would be read through all of memory.
constexpr int kMostOptions = 64;

[[noreturn]] void RefuseOptions(const std::string& backend, const std::string& why) {
  throw Error("backend '" + backend + "' declares " QB_OPTIONS_ID " " + why);
}

PluginOption OptionOf(const qb_option& told, const std::string& backend) {
  if (told.struct_size < sizeof(qb_option) || told.name == nullptr || told.values == nullptr)
    RefuseOptions(backend, "with an option that its header doesn't allow");
  PluginOption option{.name = told.name,
                      .description = told.description == nullptr ? "" : told.description,
                      .values = {}};
  for (const char* const* value = told.values; *value != nullptr; ++value) {
    if (option.values.size() == kMostOptions)
      RefuseOptions(backend, "with a list without its NULL");
    option.values.emplace_back(*value);
  }
  const auto is_plain = [](const std::string& text) { return IsPlainName(text); };
  if (!is_plain(option.name) || option.values.empty() ||
      !std::all_of(option.values.begin(), option.values.end(), is_plain))
    RefuseOptions(backend, "with an option '" + option.name +
                               "' whose name and values aren't of a-z, 0-9 and _");
  return option;
}

std::vector<PluginOption> OptionsOf(const qb_options* told, const std::string& backend) {
  if (told == nullptr) return {};
  if (told->struct_size < sizeof(qb_options) || told->options == nullptr)
    RefuseOptions(backend, "with a struct that its header doesn't allow");
  std::vector<PluginOption> options;
  for (const qb_option* const* one = told->options; *one != nullptr; ++one) {
    if (options.size() == kMostOptions) RefuseOptions(backend, "with a list without its NULL");
    options.push_back(OptionOf(**one, backend));
  }
  return options;
}

constexpr size_t kMostDeviations = 256;

bool AreLimits(double sqnr_db, double top1_percent) {
  return std::isfinite(sqnr_db) && top1_percent >= 0 && top1_percent <= 100;
}

}  // namespace

Numerics Backend::numerics() const {
  const auto* const told = static_cast<const qb_numerics*>(ExtensionOf(*table_, QB_NUMERICS_ID));
  if (told == nullptr) return {};
  const bool whole = told->struct_size >= offsetof(qb_numerics, deviations);
  if (whole && told->kind == QB_EXACT) return {};
  Numerics limits{.exact = false,
                  .min_sqnr_db = whole ? told->min_sqnr_db : 0,
                  .min_top1_agreement_percent = whole ? told->min_top1_agreement_percent : 0};
  bool allowed = whole && told->kind == QB_TOLERANCE &&
                 AreLimits(limits.min_sqnr_db, limits.min_top1_agreement_percent);
  if (allowed && told->struct_size >= sizeof(qb_numerics) && told->deviations != nullptr) {
    for (const qb_deviation* const* one = told->deviations; *one != nullptr && allowed; ++one) {
      allowed = (*one)->struct_size >= sizeof(qb_deviation) && (*one)->cases != nullptr &&
                (*one)->reason != nullptr && limits.deviations.size() < kMostDeviations &&
                AreLimits((*one)->min_sqnr_db, (*one)->min_top1_agreement_percent);
      if (allowed)
        limits.deviations.push_back(
            {.cases = (*one)->cases,
             .reason = (*one)->reason,
             .min_sqnr_db = (*one)->min_sqnr_db,
             .min_top1_agreement_percent = (*one)->min_top1_agreement_percent});
    }
  }
  if (allowed) return limits;
  throw Error("backend '" + name() +
              "' declares " QB_NUMERICS_ID
              " with a struct, kind or limits that its header doesn't allow");
}

bool Backend::ordered_floats() const {
  const auto* const told =
      static_cast<const qb_float_order*>(ExtensionOf(*table_, QB_FLOAT_ORDER_ID));
  if (told == nullptr) return false;
  if (told->struct_size >= sizeof(qb_float_order)) return true;
  throw Error("backend '" + name() +
              "' declares " QB_FLOAT_ORDER_ID " with a struct that its header doesn't allow");
}

bool Backend::takes_file() const { return ExtensionOf(*table_, QB_MODEL_FILE_ID) != nullptr; }

bool Backend::takes_16_bits() const { return ExtensionOf(*table_, QB_U16_ID) != nullptr; }

bool Backend::takes_limits() const { return ExtensionOf(*table_, QB_LIMITS_ID) != nullptr; }

std::vector<PluginOption> Backend::Options() const {
  return OptionsOf(static_cast<const qb_options*>(ExtensionOf(*table_, QB_OPTIONS_ID)), name());
}

}  // namespace quantbench
