// SPDX-License-Identifier: Apache-2.0
// Jobs and answers as lines of JSON between a run and its worker processes.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "worker/job.h"

namespace quantbench {

struct ProbeJob {
  std::vector<std::filesystem::path> libraries;
};

using Job = std::variant<EvaluateJob, MeasureJob, TraceJob, ProbeJob>;

// What a worker is given: one job, and the memory that it may take.
struct Assignment {
  Job job;
  int64_t memory_limit_mib = 0;  // 0: none
};

// What a worker says, one line each. The last one of a job is a result or a failure.
struct StepMessage {
  std::string step;  // about to be done, or for a trace: the node that was done
};
struct ProgressMessage {
  int64_t done = 0, total = 0;
};
struct ProbeMessage {  // one for each library, in their order
  ProbeResult result;
};
struct FailureMessage {
  bool unsupported = false;
  std::string text;
};
struct DoneMessage {};  // of a trace or of all probes
using Message = std::variant<StepMessage, ProgressMessage, ProbeMessage, Predictions,
                             RepetitionSamples, FailureMessage, DoneMessage>;

// One line without its newline. Throw Error for a path that isn't UTF-8.
std::string Encode(const Assignment& assignment);
std::string Encode(const Message& message);
// Throw Error for what isn't such a line.
Assignment DecodeAssignment(const std::string& line);
Message DecodeMessage(const std::string& line);

// A member that may be left out.
void SetOptional(const char* key, const std::optional<int64_t>& value, nlohmann::json& json);
std::optional<int64_t> OptionalFrom(const char* key, const nlohmann::json& json);

// The parts that the journal keeps too.
nlohmann::json ToJson(const RepetitionSamples& samples);
RepetitionSamples RepetitionSamplesFrom(const nlohmann::json& json);
nlohmann::json ToJson(const Predictions& predictions);
Predictions PredictionsFrom(const nlohmann::json& json);

}  // namespace quantbench
