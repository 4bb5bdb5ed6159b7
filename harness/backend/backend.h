// SPDX-License-Identifier: Apache-2.0
// Loaded plugins and what they make, as RAII handles.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backend/abi_model.h"
#include "quantbench/plugin.h"
#include "record/field.h"
#include "support/error.h"
#include "support/thread_pool.h"

namespace quantbench {

// A backend says that it doesn't have an operator, attribute or ISA path.
class Unsupported : public Error {
 public:
  using Error::Error;
};

// One run's scratch memory. Not for two threads at once.
class Context {
 public:
  // input [batch_size,c,h,w] and output [batch_size,classes], dense float32. Throws Error with the
  // plugin's own text.
  void Run(int batch_size, const float* input, float* output, const ThreadPool& pool,
           const qb_tap* tap = nullptr);
  // A run with a word after each piece of it (quantbench/ext/parts.h). False where the plugin
  // doesn't tell; then nothing was run.
  using PartCallback = std::function<void(std::span<const int32_t> nodes, int64_t nanoseconds)>;
  bool RunInParts(int batch_size, const float* input, float* output, const ThreadPool& pool,
                  const PartCallback& part_done);
  // Throws Error where a run wrote past its error text. Apart, since runs are timed.
  void RequireIntact() const;

 private:
  friend class Executable;
  struct Handle;
  explicit Context(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<Handle> handle_;
};

// A model prepared by a backend. Contexts keep it alive.
class Executable {
 public:
  Context CreateContext(int max_batch_size, int threads) const;
  const std::string& isa() const;  // the path that the plugin says it takes
  bool exact() const;              // Numerics::exact
  const qb_model& model() const;
  std::string backend() const;      // "backend 'x'", for messages
  int64_t input_elements() const;   // of one image
  int64_t output_elements() const;  // classes
  // Nodes that the plugin runs as naive defaults; nullopt where it doesn't tell.
  std::optional<int64_t> fallback_nodes() const;

 private:
  friend class Backend;
  friend class Context;
  struct Handle;
  explicit Executable(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}
  std::shared_ptr<Handle> handle_;
};

struct IsaStatus {
  std::string name;
  std::string why_not;  // empty: runs here
};

template <>
struct Fields<IsaStatus> {
  static constexpr std::tuple kAll{Field("name", &IsaStatus::name),
                                   Field("why_not", &IsaStatus::why_not)};
};

// Cases of the conformance suite in which a tolerant plugin is known to miss its limits.
struct Deviation {
  std::string cases, reason;  // a glob on names
  double min_sqnr_db = 0;
  double min_top1_agreement_percent = 0;
};

template <>
struct Fields<Deviation> {
  static constexpr std::tuple kAll{
      Field("cases", &Deviation::cases), Field("reason", &Deviation::reason),
      Field("min_sqnr_db", &Deviation::min_sqnr_db),
      Field("min_top1_agreement_percent", &Deviation::min_top1_agreement_percent)};
};

// How near to the formulas of arithmetic.md a plugin computes (quantbench/ext/numerics.h): to the
// bit, or within limits that it promises.
struct Numerics {
  bool exact = true;
  double min_sqnr_db = 0;
  double min_top1_agreement_percent = 0;
  std::vector<Deviation> deviations{};
};

template <>
struct Fields<Numerics> {
  static constexpr std::tuple kAll{
      Field("exact", &Numerics::exact), Field("min_sqnr_db", &Numerics::min_sqnr_db),
      Field("min_top1_agreement_percent", &Numerics::min_top1_agreement_percent),
      Field("deviations", &Numerics::deviations)};
};

// An option that a plugin has (quantbench/ext/options.h).
struct PluginOption {
  std::string name, description;
  std::vector<std::string> values;  // the first is the default
};

template <>
struct Fields<PluginOption> {
  static constexpr std::tuple kAll{Field("name", &PluginOption::name),
                                   Field("description", &PluginOption::description),
                                   Field("values", &PluginOption::values)};
};

// What was chosen of one.
struct ChosenOption {
  std::string name, value;
};

template <>
struct Fields<ChosenOption> {
  static constexpr std::tuple kAll{Field("name", &ChosenOption::name),
                                   Field("value", &ChosenOption::value)};
};

// What a plugin says of itself.
struct PluginInfo {
  std::string name, version, description;
  std::vector<IsaStatus> isas;  // best first
  Numerics numerics{};
  bool takes_file = false;  // an engine that imports models by itself (quantbench/ext/model_file.h)
  std::vector<PluginOption> options{};
  bool takes_16_bits = false;  // activations of 16 bits (quantbench/ext/u16.h)
  bool takes_limits = false;   // of fewer than 8 (quantbench/ext/limits.h)

  bool RunsHere() const;
  // The best path that runs here, or the forced one. A backend with one path has nothing to force
  // and ignores it. Throws Error: no path runs here (why each), the forced one isn't known or can't
  // run.
  std::string ChooseIsa(const std::optional<std::string>& forced) const;
};

template <>
struct Fields<PluginInfo> {
  static constexpr std::tuple kAll{Field("name", &PluginInfo::name),
                                   Field("version", &PluginInfo::version),
                                   Field("description", &PluginInfo::description),
                                   Field("isas", &PluginInfo::isas),
                                   Embedded(&PluginInfo::numerics),
                                   Field("takes_file", &PluginInfo::takes_file),
                                   Field("options", &PluginInfo::options),
                                   Field("takes_16_bits", &PluginInfo::takes_16_bits),
                                   Field("takes_limits", &PluginInfo::takes_limits)};
};

// Why a backend is given no model that has activations of 16 bits.
std::string No16Bits(const std::string& backend);
// The same of activations of fewer than 8 bits.
std::string NoLimits(const std::string& backend);

// What some plugins take beside the model's structs.
struct PrepareExtras {
  std::filesystem::path model_file{};  // the same model as ONNX
  std::vector<ChosenOption> options{};
};

// A plugin's table, checked. Libraries stay loaded until the process ends.
class Backend {
 public:
  // Loads a library and checks its table: symbol present, size known, required pointers set. Runs
  // none of its code but the loader's. Throws Error with a message of its own for each refusal.
  static Backend Load(const std::filesystem::path& library);
  // The reference operators linked into the host, the same on every machine.
  static Backend BuiltIn();
  // The same bits for float models in a fraction of the time, with taps on all values: what
  // calibration runs on.
  static Backend BuiltInFloat();
  // The second, or the first where the model has activations of 16 bits, which only that computes.
  static Backend BuiltInFor(const qb_model& model);
  // A table of this process, complete and trusted.
  static Backend Of(const qb_plugin& table) { return {&table, {}}; }

  std::string name() const { return table_->name; }
  std::string version() const { return table_->version; }
  std::string description() const { return table_->description; }
  const std::filesystem::path& library() const { return library_; }
  const qb_plugin& table() const { return *table_; }

  // Every ISA path, best first, with the reason where this CPU can't run it.
  std::vector<IsaStatus> Isas() const;
  // These throw Error where the plugin contradicts itself.
  Numerics numerics() const;
  // Whether its float results are to be the reference's to the bit (quantbench/ext/float_order.h).
  bool ordered_floats() const;
  bool takes_file() const;
  bool takes_16_bits() const;
  bool takes_limits() const;
  std::vector<PluginOption> Options() const;
  PluginInfo Describe() const;
  std::string ChooseIsa(const std::optional<std::string>& forced) const {
    return Describe().ChooseIsa(forced);
  }

  // The model must live as long as the executable, and so must its file. Throws Error with the
  // plugin's own text, Unsupported for activations of other than 8 bits that the plugin doesn't
  // declare.
  Executable Prepare(const qb_model& model, const std::string& isa,
                     const PrepareExtras& extras = {}) const;
  Executable Prepare(const AbiModel& model, const std::string& isa) const {
    return Prepare(model.get(), isa);
  }

 private:
  Backend(const qb_plugin* table, std::filesystem::path library)
      : table_(table), library_(std::move(library)) {}
  const qb_plugin* table_;
  std::filesystem::path library_;
};

}  // namespace quantbench
