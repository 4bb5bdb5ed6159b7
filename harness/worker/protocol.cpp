// SPDX-License-Identifier: Apache-2.0
// Each struct as a JSON object whose "kind" tells which it is.
#include "worker/protocol.h"

#include <nlohmann/json.hpp>

#include "support/error.h"

namespace quantbench {
namespace {

using Json = nlohmann::json;

Json ToJson(const Target& target) {
  return {{"backend", target.backend},
          {"library", target.library.string()},
          {"isa", target.isa},
          {"model", target.model.string()}};
}
Target TargetFrom(const Json& json) {
  return {.backend = json.at("backend"),
          .library = json.at("library").get<std::string>(),
          .isa = json.at("isa"),
          .model = json.at("model").get<std::string>()};
}

Json ToJson(const ImageSource& images) {
  return {{"crops", images.crops.string()},
          {"hash", images.hash},
          {"size", images.size},
          {"mean", images.mean},
          {"std", images.std}};
}
ImageSource ImageSourceFrom(const Json& json) {
  return {.crops = json.at("crops").get<std::string>(),
          .hash = json.at("hash"),
          .size = json.at("size"),
          .mean = json.at("mean"),
          .std = json.at("std")};
}

Json ToJson(const EvaluateJob& job) {
  return {{"kind", "evaluate"},
          {"target", ToJson(job.target)},
          {"images", ToJson(job.images)},
          {"batch_size", job.batch_size},
          {"jobs", job.jobs}};
}
EvaluateJob EvaluateJobFrom(const Json& json) {
  return {.target = TargetFrom(json.at("target")),
          .images = ImageSourceFrom(json.at("images")),
          .batch_size = json.at("batch_size"),
          .jobs = json.at("jobs")};
}

Json ToJson(const MeasureJob& job) {
  return {{"kind", "measure"},
          {"target", ToJson(job.target)},
          {"images", job.images ? ToJson(*job.images) : Json()},
          {"batch_size", job.batch_size},
          {"threads", job.threads},
          {"pin", job.pin},
          {"warmup_seconds", job.settings.warmup_seconds},
          {"min_seconds", job.settings.min_seconds},
          {"iterations", job.settings.iterations}};
}
MeasureJob MeasureJobFrom(const Json& json) {
  MeasureJob job{.target = TargetFrom(json.at("target")),
                 .images = std::nullopt,
                 .batch_size = json.at("batch_size"),
                 .threads = json.at("threads"),
                 .pin = json.at("pin"),
                 .settings = {.warmup_seconds = json.at("warmup_seconds"),
                              .min_seconds = json.at("min_seconds"),
                              .iterations = json.at("iterations")}};
  if (!json.at("images").is_null()) job.images = ImageSourceFrom(json.at("images"));
  return job;
}

Json ToJson(const TraceJob& job) {
  return {{"kind", "trace"}, {"target", ToJson(job.target)}, {"images", ToJson(job.images)}};
}

Json ToJson(const ProbeJob& job) {
  Json libraries = Json::array();
  for (const std::filesystem::path& library : job.libraries) libraries.push_back(library.string());
  return {{"kind", "probe"}, {"libraries", libraries}};
}

Job JobFrom(const Json& json) {
  const std::string kind = json.at("kind");
  if (kind == "evaluate") return EvaluateJobFrom(json);
  if (kind == "measure") return MeasureJobFrom(json);
  if (kind == "trace")
    return TraceJob{.target = TargetFrom(json.at("target")),
                    .images = ImageSourceFrom(json.at("images"))};
  if (kind != "probe") throw Error("there is no job of kind '" + kind + "'");
  ProbeJob probe;
  for (const Json& library : json.at("libraries"))
    probe.libraries.emplace_back(library.get<std::string>());
  return probe;
}

Json ToJson(const ProbeResult& result) {
  if (!result.info) return {{"refusal", result.refusal}};
  Json isas = Json::array();
  for (const IsaStatus& isa : result.info->isas)
    isas.push_back({{"name", isa.name}, {"why_not", isa.why_not}});
  return {{"name", result.info->name},
          {"version", result.info->version},
          {"description", result.info->description},
          {"isas", isas},
          {"exact", result.info->numerics.exact},
          {"min_sqnr_db", result.info->numerics.min_sqnr_db},
          {"min_top1_agreement_percent", result.info->numerics.min_top1_agreement_percent}};
}
ProbeResult ProbeResultFrom(const Json& json) {
  if (json.contains("refusal")) return {.info = std::nullopt, .refusal = json.at("refusal")};
  PluginInfo info{
      .name = json.at("name"),
      .version = json.at("version"),
      .description = json.at("description"),
      .isas = {},
      .numerics = {.exact = json.at("exact"),
                   .min_sqnr_db = json.at("min_sqnr_db"),
                   .min_top1_agreement_percent = json.at("min_top1_agreement_percent")}};
  for (const Json& isa : json.at("isas"))
    info.isas.push_back({.name = isa.at("name"), .why_not = isa.at("why_not")});
  return {.info = std::move(info), .refusal = {}};
}

struct MessageToJson {
  Json operator()(const StepMessage& m) const { return {{"kind", "step"}, {"step", m.step}}; }
  Json operator()(const ProgressMessage& m) const {
    return {{"kind", "progress"}, {"done", m.done}, {"total", m.total}};
  }
  Json operator()(const ProbeMessage& m) const {
    return {{"kind", "probed"}, {"result", ToJson(m.result)}};
  }
  Json operator()(const Predictions& m) const {
    return {{"kind", "predictions"}, {"result", quantbench::ToJson(m)}};
  }
  Json operator()(const RepetitionSamples& m) const {
    return {{"kind", "samples"}, {"result", quantbench::ToJson(m)}};
  }
  Json operator()(const FailureMessage& m) const {
    return {{"kind", "failure"}, {"unsupported", m.unsupported}, {"text", m.text}};
  }
  Json operator()(const DoneMessage&) const { return {{"kind", "done"}}; }
};

Message MessageFrom(const Json& json) {
  const std::string kind = json.at("kind");
  if (kind == "step") return StepMessage{.step = json.at("step")};
  if (kind == "progress")
    return ProgressMessage{.done = json.at("done"), .total = json.at("total")};
  if (kind == "probed") return ProbeMessage{.result = ProbeResultFrom(json.at("result"))};
  if (kind == "predictions") return PredictionsFrom(json.at("result"));
  if (kind == "samples") return RepetitionSamplesFrom(json.at("result"));
  if (kind == "failure")
    return FailureMessage{.unsupported = json.at("unsupported"), .text = json.at("text")};
  if (kind == "done") return DoneMessage{};
  throw Error("there is no message of kind '" + kind + "'");
}

template <class Read>
auto Decode(const std::string& line, const Read& read) {
  try {
    return read(Json::parse(line));
  } catch (const Json::exception& error) {
    throw Error(std::string("a worker process and this one don't understand each other: ") +
                error.what());
  }
}

}  // namespace

void SetOptional(const char* key, const std::optional<int64_t>& value, Json& json) {
  if (value) json[key] = *value;
}

std::optional<int64_t> OptionalFrom(const char* key, const Json& json) {
  if (!json.contains(key)) return std::nullopt;
  return json.at(key).get<int64_t>();
}

Json ToJson(const RepetitionSamples& samples) {
  const Repetition& one = samples.repetition;
  Json json = {{"milliseconds", samples.milliseconds},
               {"samples", one.samples},
               {"median_ms", one.median_ms},
               {"min_ms", one.min_ms},
               {"mean_ms", one.mean_ms},
               {"deviation_ms", one.deviation_ms},
               {"fast_ms", one.fast_ms ? Json(*one.fast_ms) : Json()},
               {"slow_ms", one.slow_ms ? Json(*one.slow_ms) : Json()},
               {"fast_cpu_ms", one.fast_cpu_ms},
               {"preempted", one.preempted},
               {"yardstick_ms", one.yardstick_ms},
               {"warmed_up", one.warmed_up}};
  SetOptional("fallback_nodes", samples.fallback_nodes, json);
  return json;
}

RepetitionSamples RepetitionSamplesFrom(const Json& json) {
  RepetitionSamples samples{.repetition = {}, .milliseconds = json.at("milliseconds")};
  Repetition& one = samples.repetition;
  one.samples = json.at("samples");
  one.median_ms = json.at("median_ms");
  one.min_ms = json.at("min_ms");
  one.mean_ms = json.at("mean_ms");
  one.deviation_ms = json.at("deviation_ms");
  if (!json.at("fast_ms").is_null()) one.fast_ms = json.at("fast_ms");
  if (!json.at("slow_ms").is_null()) one.slow_ms = json.at("slow_ms");
  one.fast_cpu_ms = json.at("fast_cpu_ms");
  one.preempted = json.at("preempted");
  one.yardstick_ms = json.at("yardstick_ms");
  one.warmed_up = json.at("warmed_up");
  samples.fallback_nodes = OptionalFrom("fallback_nodes", json);
  return samples;
}

Json ToJson(const Predictions& predictions) {
  Json json = {{"top5", predictions.top5},
               {"top1_correct", predictions.top1_correct},
               {"top5_correct", predictions.top5_correct},
               {"outputs_hash", predictions.outputs_hash}};
  SetOptional("fallback_nodes", predictions.fallback_nodes, json);
  return json;
}

Predictions PredictionsFrom(const Json& json) {
  return {.top5 = json.at("top5").get<std::vector<TopFive>>(),
          .top1_correct = json.at("top1_correct"),
          .top5_correct = json.at("top5_correct"),
          .outputs_hash = json.at("outputs_hash"),
          .fallback_nodes = OptionalFrom("fallback_nodes", json)};
}

std::string Encode(const Assignment& assignment) {
  const Json json = {
      {"job", std::visit([](const auto& job) { return ToJson(job); }, assignment.job)},
      {"memory_limit_mib", assignment.memory_limit_mib}};
  try {
    return json.dump();
  } catch (const Json::exception&) {
    throw Error(
        "a path of this run isn't UTF-8, so that no worker process can be told of it; "
        "rename it, or use --no-isolation");
  }
}

std::string Encode(const Message& message) {
  // A plugin's texts may be anything.
  return std::visit(MessageToJson{}, message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

Assignment DecodeAssignment(const std::string& line) {
  return Decode(line, [](const Json& json) {
    return Assignment{.job = JobFrom(json.at("job")),
                      .memory_limit_mib = json.at("memory_limit_mib")};
  });
}

Message DecodeMessage(const std::string& line) { return Decode(line, MessageFrom); }

}  // namespace quantbench
