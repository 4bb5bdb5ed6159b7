// SPDX-License-Identifier: Apache-2.0
// Calls across the plugin boundary: every status becomes an Error or a handle.
#include "backend/backend.h"

#include <algorithm>
#include <cstddef>
#include <span>

#include "backend/cross.h"
#include "backend/error_text.h"
#include "every_value.h"
#include "quantbench/arithmetic.hpp"
#include "quantbench/ext/limits.h"
#include "quantbench/ext/parts.h"
#include "quantbench/ext/u16.h"
#include "quantbench/plugin.hpp"
#include "support/number_text.h"

namespace quantbench {
namespace {

[[noreturn]] void Throw(qb_status status, const std::string& text) {
  if (status == QB_UNSUPPORTED) throw Unsupported(text);
  throw Error(text);
}

// The pool as plugins see it; valid as long as the pool.
qb_parallel ParallelOf(const ThreadPool& pool) {
  return {
      .struct_size = sizeof(qb_parallel),
      .threads = pool.threads(),
      .pool = const_cast<ThreadPool*>(&pool),
      .for_each = [](void* self, int64_t count, void (*body)(void*, int64_t, int32_t), void* data) {
        static_cast<const ThreadPool*>(self)->ForEach(
            count, [&](int64_t i, int worker) { body(data, i, worker); });
      }};
}

class BuiltInOperators : public plugin::Operators {
 public:
  static constexpr char kName[] = "built-in";
  static constexpr char kVersion[] = "1";
  static constexpr char kDescription[] = "the reference operators, linked into the host";
  static constexpr const char* kIsas[] = {"generic", nullptr};
  static void Probe(std::string_view) {}
  explicit BuiltInOperators(std::string_view) {}
  static const void* Extension(std::string_view id) {
    static constexpr qb_u16 kU16{.struct_size = sizeof(qb_u16)};
    static constexpr qb_limits kLimits{.struct_size = sizeof(qb_limits)};
    if (id == QB_LIMITS_ID) return &kLimits;
    return id == QB_U16_ID ? &kU16 : nullptr;
  }
};

bool AnyTensor(const qb_model& model, bool (*is)(const qb_tensor&)) {
  const std::span tensors(model.tensors, static_cast<size_t>(model.num_tensors));
  return std::ranges::any_of(tensors, [&](const qb_tensor* one) { return is(*one); });
}

bool Has16Bits(const qb_model& model) {
  return AnyTensor(model, [](const qb_tensor& one) { return one.dtype == QB_U16; });
}

bool HasLimits(const qb_model& model) {
  return AnyTensor(
      model, [](const qb_tensor& one) { return one.dtype == QB_U8 && plugin::MostOf(one) < 255; });
}

}  // namespace

struct Executable::Handle {
  const qb_plugin* table;
  const qb_model* model;
  std::string isa;
  bool exact = true;
  qb_executable* executable = nullptr;

  ~Handle() { table->destroy_executable(executable); }
};

struct Context::Handle {
  std::shared_ptr<Executable::Handle> owner;
  qb_context* context = nullptr;
  ErrorText text;  // of runs, kept so that a timed run doesn't prepare it

  ~Handle() { owner->table->destroy_context(context); }
};

Backend Backend::BuiltIn() {
  static constexpr qb_plugin kTable = plugin::MakePlugin<BuiltInOperators>();
  return Of(kTable);
}

Backend Backend::BuiltInFloat() { return Of(engine::EveryValueTable()); }

Backend Backend::BuiltInFor(const qb_model& model) {
  return Has16Bits(model) ? BuiltIn() : BuiltInFloat();
}

std::string No16Bits(const std::string& backend) {
  return "backend '" + backend +
         "' computes on activations of 8 bits alone, not on those that activation_bits: 16 asks "
         "for; reference and onnxruntime do";
}

std::string NoLimits(const std::string& backend) {
  return "backend '" + backend +
         "' computes on activations of all 8 bits, not on the fewer that activation_bits, or the "
         "model's file, asks for; `quantbench plugins` says which backends do";
}

std::vector<IsaStatus> Backend::Isas() const {
  std::vector<IsaStatus> isas;
  for (const char* const* isa = table_->isas; *isa != nullptr; ++isa) {
    ErrorText text;
    const qb_status status = Cross(*table_, [&] { return table_->probe(*isa, text.abi()); });
    text.RequireIntact(Named(*table_));
    isas.push_back(
        {.name = *isa, .why_not = status == QB_OK ? "" : text.Describe(Named(*table_), status)});
  }
  return isas;
}

PluginInfo Backend::Describe() const {
  // First, since a plugin may know the version of its engine only after having looked for it.
  std::vector<IsaStatus> isas = Isas();
  return {.name = name(),
          .version = version(),
          .description = description(),
          .isas = std::move(isas),
          .numerics = numerics(),
          .takes_file = takes_file(),
          .options = Options(),
          .takes_16_bits = takes_16_bits(),
          .takes_limits = takes_limits()};
}

bool PluginInfo::RunsHere() const {
  return std::any_of(isas.begin(), isas.end(),
                     [](const IsaStatus& isa) { return isa.why_not.empty(); });
}

std::string PluginInfo::ChooseIsa(const std::optional<std::string>& forced) const {
  std::string known, reasons;
  for (const IsaStatus& isa : isas) {
    const bool wanted = !forced || isas.size() == 1 || *forced == isa.name;
    if (wanted && isa.why_not.empty()) return isa.name;
    if (wanted) reasons += (reasons.empty() ? "" : "; ") + isa.name + ": " + isa.why_not;
    known += (known.empty() ? "" : ", ") + isa.name;
  }
  if (reasons.empty()) {
    throw Error("backend '" + name + "' has no ISA path '" + *forced +
                "', which QUANTBENCH_ISA forces; it has " + known);
  }
  // One reason for all paths, such as another architecture, is told once.
  const std::string& first = isas.front().why_not;
  const bool one_reason =
      isas.size() > 1 && std::all_of(isas.begin(), isas.end(),
                                     [&](const IsaStatus& isa) { return isa.why_not == first; });
  throw Error("backend '" + name +
              "' can't run on this machine: " + (one_reason ? first : reasons));
}

Executable Backend::Prepare(const qb_model& model, const std::string& isa,
                            const PrepareExtras& extras) const {
  if (Has16Bits(model) && !takes_16_bits()) throw Unsupported(No16Bits(name()));
  if (HasLimits(model) && !takes_limits()) throw Unsupported(NoLimits(name()));
  auto handle = std::make_shared<Executable::Handle>(
      Executable::Handle{.table = table_, .model = &model, .isa = {}, .exact = numerics().exact});
  std::vector<const char*> options;
  for (const ChosenOption& one : extras.options)
    options.insert(options.end(), {one.name.c_str(), one.value.c_str()});
  options.push_back(nullptr);
  const bool has_file = !extras.model_file.empty() && takes_file();
  const qb_prepare request{.struct_size = sizeof(qb_prepare),
                           .model = &model,
                           .isa = isa.c_str(),
                           .model_file = has_file ? extras.model_file.c_str() : nullptr,
                           .options = extras.options.empty() ? nullptr : options.data()};
  ErrorText text;
  const qb_status status =
      Cross(*table_, [&] { return table_->prepare(&request, &handle->executable, text.abi()); });
  text.RequireIntact(Named(*table_));
  if (status != QB_OK || handle->executable == nullptr) {
    Throw(status,
          Named(*table_) + " can't prepare the model: " + text.Describe(Named(*table_), status));
  }
  Cross(*table_, [&] {
    const char* const taken = table_->executable_isa(handle->executable);
    handle->isa = taken != nullptr ? taken : "";
    return qb_status{QB_OK};
  });
  if (handle->isa != isa) {
    throw Error("backend '" + name() + "' was asked for ISA path '" + isa + "' and took '" +
                handle->isa + "': a plugin must take the path it is given or refuse");
  }
  return Executable(std::move(handle));
}

const std::string& Executable::isa() const { return handle_->isa; }

bool Executable::exact() const { return handle_->exact; }

const qb_model& Executable::model() const { return *handle_->model; }

std::string Executable::backend() const { return Named(*handle_->table); }

int64_t Executable::input_elements() const {
  const qb_tensor& input = *handle_->model->tensors[handle_->model->input];
  int64_t elements = 1;
  for (int32_t d = 1; d < input.rank; ++d) elements *= input.dims[d];
  return elements;
}

int64_t Executable::output_elements() const {
  return handle_->model->tensors[handle_->model->output]->dims[1];
}

std::optional<int64_t> Executable::fallback_nodes() const {
  const qb_plugin& table = *handle_->table;
  if (!Holds(table, offsetof(qb_plugin, fallback_nodes), sizeof(table.fallback_nodes)))
    return std::nullopt;
  if (table.fallback_nodes == nullptr) return std::nullopt;
  int64_t nodes = 0;
  Cross(table, [&] {
    nodes = table.fallback_nodes(handle_->executable);
    return qb_status{QB_OK};
  });
  if (nodes >= 0 && nodes <= handle_->model->num_nodes) return nodes;
  throw Error(backend() + " says that " + CountText(nodes, "node") +
              " run as naive defaults, of a model of " + std::to_string(handle_->model->num_nodes));
}

Context Executable::CreateContext(int max_batch_size, int threads) const {
  auto handle = std::make_shared<Context::Handle>(Context::Handle{.owner = handle_});
  ErrorText text;
  const qb_status status = Cross(*handle_->table, [&] {
    return handle_->table->create_context(handle_->executable, max_batch_size, threads,
                                          &handle->context, text.abi());
  });
  text.RequireIntact(backend());
  if (status != QB_OK || handle->context == nullptr) {
    Throw(status, backend() + " can't make a context for batches of " +
                      std::to_string(max_batch_size) + ": " + text.Describe(backend(), status));
  }
  return Context(std::move(handle));
}

namespace {

qb_run RequestOf(int batch_size, const float* input, float* output, const qb_parallel& parallel,
                 const qb_tap* tap) {
  return {.struct_size = sizeof(qb_run),
          .batch_size = batch_size,
          .input = input,
          .output = output,
          .parallel = &parallel,
          .tap = tap};
}

// A call into the plugin that computes, and what its status means.
template <class Call>
void CheckedRun(const qb_plugin& table, ErrorText& text, const Call& call) {
  const qb_status status = Cross(table, [&] { return call(text.abi()); });
  if (status == QB_OK) return;
  const std::string who = Named(table);
  Throw(status, who + " failed in a run: " + text.Describe(who, status));
}

}  // namespace

void Context::Run(int batch_size, const float* input, float* output, const ThreadPool& pool,
                  const qb_tap* tap) {
  const Executable::Handle& executable = *handle_->owner;
  const qb_parallel parallel = ParallelOf(pool);
  const qb_run request = RequestOf(batch_size, input, output, parallel, tap);
  CheckedRun(*executable.table, handle_->text, [&](qb_error error) {
    return executable.table->run(executable.executable, handle_->context, &request, error);
  });
}

bool Context::RunInParts(int batch_size, const float* input, float* output, const ThreadPool& pool,
                         const PartCallback& part_done) {
  const Executable::Handle& executable = *handle_->owner;
  const auto* const parts =
      static_cast<const qb_parts*>(ExtensionOf(*executable.table, QB_PARTS_ID));
  if (parts == nullptr || parts->struct_size < sizeof(qb_parts) || parts->run == nullptr)
    return false;
  const qb_parallel parallel = ParallelOf(pool);
  const qb_run request = RequestOf(batch_size, input, output, parallel, nullptr);
  const qb_part_sink sink{
      .struct_size = sizeof(qb_part_sink),
      .user = const_cast<PartCallback*>(&part_done),
      .part_done = [](void* user, const int32_t* nodes, int32_t num_nodes, int64_t nanoseconds) {
        const size_t count = nodes == nullptr || num_nodes < 0 ? 0 : static_cast<size_t>(num_nodes);
        (*static_cast<const PartCallback*>(user))({nodes, count}, nanoseconds);
      }};
  CheckedRun(*executable.table, handle_->text, [&](qb_error error) {
    return parts->run(executable.executable, handle_->context, &request, &sink, error);
  });
  return true;
}

void Context::RequireIntact() const { handle_->text.RequireIntact(Named(*handle_->owner->table)); }

}  // namespace quantbench
