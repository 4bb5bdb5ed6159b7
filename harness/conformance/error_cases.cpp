// SPDX-License-Identifier: Apache-2.0
// What a plugin must refuse: unknown paths and operators, batches and threads beyond a context's.
#include <cstring>

#include "conformance/check.h"
#include "conformance/model_builder.h"

namespace quantbench::conformance {
namespace {

CheckResult Refusal(qb_status status, const char* text) {
  if (status == QB_OK) return {.verdict = Verdict::kFailed, .detail = "was accepted"};
  if (text[0] == '\0') return {.verdict = Verdict::kFailed, .detail = "was refused without a text"};
  return {.verdict = Verdict::kPassed, .detail = text};
}

}  // namespace

std::vector<ErrorCase> CheckErrors(const qb_plugin& plugin, const std::string& isa) {
  std::vector<ErrorCase> cases;
  char text[256] = "";
  const qb_error error{text, sizeof(text)};
  const auto add = [&](const char* name, qb_status status) {
    cases.push_back({name, Refusal(status, text)});
    text[0] = '\0';
  };
  add("unknown_isa", plugin.probe("no_such_path", error));

  ModelBuilder builder(Precision::kInt8, 1);
  builder.Output(builder.Conv(builder.Input(3, 4, 4), {.channels = 8}));
  qb_executable* executable = nullptr;
  const qb_prepare unknown{sizeof(qb_prepare), &builder.model(), "no_such_path"};
  add("prepare_unknown_isa", plugin.prepare(&unknown, &executable, error));

  ModelBuilder strange(Precision::kFloat32, 1);
  strange.Output(strange.Activation(strange.Input(3, 4, 4), QB_RELU));
  const_cast<qb_node*>(strange.model().nodes[0])->op = 9999;
  const qb_prepare unknown_op{sizeof(qb_prepare), &strange.model(), isa.c_str()};
  add("unknown_operator", plugin.prepare(&unknown_op, &executable, error));

  ModelBuilder unheard(Precision::kInt8, 1);
  unheard.Output(unheard.Conv(unheard.Input(3, 4, 4), {.channels = 8}));
  const_cast<qb_node*>(unheard.model().nodes[1])->activation = 9999;
  const qb_prepare unknown_activation{sizeof(qb_prepare), &unheard.model(), isa.c_str()};
  add("unknown_activation", plugin.prepare(&unknown_activation, &executable, error));

  const qb_prepare request{sizeof(qb_prepare), &builder.model(), isa.c_str()};
  if (plugin.prepare(&request, &executable, error) != QB_OK) {
    cases.push_back({"prepare", {.verdict = Verdict::kFailed, .detail = text}});
    return cases;
  }
  qb_context* context = nullptr;
  add("empty_batch_context", plugin.create_context(executable, 0, 1, &context, error));
  if (plugin.create_context(executable, 2, 1, &context, error) == QB_OK) {
    std::vector<float> input(3 * 48), output(3 * 128);
    qb_run run{sizeof(qb_run), 3, input.data(), output.data(), nullptr, nullptr};
    add("batch_beyond_context", plugin.run(executable, context, &run, error));
    run.batch_size = 0;
    add("empty_batch", plugin.run(executable, context, &run, error));
    run.struct_size = 1;
    run.batch_size = 1;
    add("small_struct", plugin.run(executable, context, &run, error));
  }
  plugin.destroy_context(context);
  plugin.destroy_executable(executable);
  plugin.destroy_context(nullptr);
  plugin.destroy_executable(nullptr);
  return cases;
}

}  // namespace quantbench::conformance
