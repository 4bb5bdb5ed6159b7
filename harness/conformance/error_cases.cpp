// SPDX-License-Identifier: Apache-2.0
// What a plugin must refuse: unknown paths and operators, batches and threads beyond a context's.
#include "backend/error_text.h"
#include "backend/guarded_floats.h"
#include "conformance/check.h"
#include "conformance/graph_of.h"
#include "conformance/model_builder.h"
#include "support/error.h"

namespace quantbench::conformance {
namespace {

struct Request {
  const qb_plugin& plugin;
  std::string isa;
  qb_error error;
};

void OneConv(ModelBuilder& b) { b.Output(b.Conv(b.Input(3, 4, 4), {.channels = 8})); }

// An executable of that model and a context for batches of two, for as long as a request takes. In
// float for plugins without integers.
class Prepared {
 public:
  explicit Prepared(const Request& request) : plugin_(request.plugin) {
    qb_status status = Prepare(request, Precision::kInt8);
    if (status == QB_UNSUPPORTED) status = Prepare(request, Precision::kFloat32);
    if (status != QB_OK)
      throw Error(std::string("can't prepare a convolution: ") + request.error.text);
  }
  ~Prepared() {
    plugin_.destroy_context(context_);
    plugin_.destroy_executable(executable_);
  }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  qb_status CreateContext(const Request& request, int32_t max_batch_size) {
    return plugin_.create_context(executable_, max_batch_size, 1, &context_, request.error);
  }

  // `change` spoils a good request for one image.
  qb_status Run(const Request& request, void (*change)(qb_run& run)) {
    if (CreateContext(request, 2) != QB_OK)
      throw Error(std::string("can't make a context: ") + request.error.text);
    const GuardedFloats input(3 * 48), output(3 * 128);
    qb_run run{sizeof(qb_run), 1, input.data(), output.data(), nullptr, nullptr};
    change(run);
    const qb_status status = plugin_.run(executable_, context_, &run, request.error);
    output.RequireIntact("the plugin", "output");
    return status;
  }

 private:
  qb_status Prepare(const Request& request, Precision precision) {
    OneConv(builder_.emplace(precision, 1));
    file_.emplace(Backend::Of(plugin_), builder_->model());
    const qb_prepare prepare{.struct_size = sizeof(qb_prepare),
                             .model = &builder_->model(),
                             .isa = request.isa.c_str(),
                             .model_file = file_->c_str()};
    return plugin_.prepare(&prepare, &executable_, request.error);
  }

  const qb_plugin& plugin_;
  std::optional<ModelBuilder> builder_;
  std::optional<CaseFile> file_;
  qb_executable* executable_ = nullptr;
  qb_context* context_ = nullptr;
};

// Asks to prepare a model after `spoil` had its way with it.
qb_status PrepareSpoilt(const Request& request, Precision precision, const std::string& isa,
                        void (*spoil)(const qb_model& model)) {
  ModelBuilder builder(precision, 1);
  if (precision == Precision::kFloat32) {
    builder.Output(builder.Activation(builder.Input(3, 4, 4), QB_RELU));
  } else {
    OneConv(builder);
  }
  // An engine that reads the file alone is spared what is wrong with the structs: where a file
  // can't say that, there is none, and there is nothing to prepare.
  spoil(builder.model());
  std::optional<CaseFile> file;
  try {
    file.emplace(Backend::Of(request.plugin), builder.model());
  } catch (const Unsupported&) {
  }
  const qb_prepare prepare{.struct_size = sizeof(qb_prepare),
                           .model = &builder.model(),
                           .isa = isa.c_str(),
                           .model_file = file ? file->c_str() : nullptr};
  qb_executable* executable = nullptr;
  const qb_status status = request.plugin.prepare(&prepare, &executable, request.error);
  if (status == QB_OK) request.plugin.destroy_executable(executable);
  return status;
}

const struct {
  const char* name;
  qb_status (*ask)(const Request& request);
} kRequests[] = {
    {"unknown_isa", [](const Request& r) { return r.plugin.probe("no_such_path", r.error); }},
    {"prepare_unknown_isa",
     [](const Request& r) {
       return PrepareSpoilt(r, Precision::kInt8, "no_such_path", [](const qb_model&) {});
     }},
    {"unknown_operator",
     [](const Request& r) {
       return PrepareSpoilt(r, Precision::kFloat32, r.isa, [](const qb_model& model) {
         const_cast<qb_node*>(model.nodes[0])->op = 9999;
       });
     }},
    {"unknown_activation",
     [](const Request& r) {
       return PrepareSpoilt(r, Precision::kInt8, r.isa, [](const qb_model& model) {
         const_cast<qb_node*>(model.nodes[1])->activation = 9999;
       });
     }},
    {"empty_batch_context", [](const Request& r) { return Prepared(r).CreateContext(r, 0); }},
    {"batch_beyond_context",
     [](const Request& r) { return Prepared(r).Run(r, [](qb_run& run) { run.batch_size = 3; }); }},
    {"empty_batch",
     [](const Request& r) { return Prepared(r).Run(r, [](qb_run& run) { run.batch_size = 0; }); }},
    {"small_struct",
     [](const Request& r) { return Prepared(r).Run(r, [](qb_run& run) { run.struct_size = 1; }); }},
};

CheckResult Refusal(qb_status status, const char* text) {
  if (status == QB_OK) return {.verdict = Verdict::kFailed, .detail = "was accepted"};
  if (text[0] == '\0') return {.verdict = Verdict::kFailed, .detail = "was refused without a text"};
  return {.verdict = Verdict::kPassed, .detail = text};
}

}  // namespace

std::vector<std::string> ErrorCaseNames() {
  std::vector<std::string> names;
  for (const auto& request : kRequests) names.emplace_back(request.name);
  return names;
}

CheckResult CheckError(const qb_plugin& plugin, const std::string& isa, const std::string& name) {
  ErrorText text;
  try {
    for (const auto& request : kRequests) {
      if (name != request.name) continue;
      const qb_error error = text.abi();
      const qb_status status = request.ask({plugin, isa, error});
      text.RequireIntact("the plugin");
      error.text[error.size - 1] = '\0';
      plugin.destroy_context(nullptr);
      plugin.destroy_executable(nullptr);
      return Refusal(status, error.text);
    }
  } catch (const std::exception& error) {
    return {.verdict = Verdict::kFailed, .detail = error.what()};
  } catch (...) {
    return {.verdict = Verdict::kFailed, .detail = "threw an exception of unknown type"};
  }
  return {.verdict = Verdict::kFailed, .detail = "there is no such case"};
}

}  // namespace quantbench::conformance
