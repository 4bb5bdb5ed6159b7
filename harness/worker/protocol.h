// SPDX-License-Identifier: Apache-2.0
// Jobs and answers as lines of JSON between a run and its worker processes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "worker/job.h"

namespace quantbench {

struct ProbeJob {
  std::vector<std::filesystem::path> libraries;
};
template <>
struct Fields<ProbeJob> {
  static constexpr std::string_view kKind = "probe";
  static constexpr std::tuple kAll{Field("libraries", &ProbeJob::libraries)};
};

using Job =
    std::variant<EvaluateJob, MeasureJob, ProfileJob, ScoreJob, TraceJob, ProbeJob, CheckJob>;

// What a worker is given: one job, and the memory that it may take.
struct Assignment {
  Job job;
  int64_t memory_limit_mib = 0;  // 0: none
};
template <>
struct Fields<Assignment> {
  static constexpr std::tuple kAll{Field("job", &Assignment::job),
                                   Field("memory_limit_mib", &Assignment::memory_limit_mib)};
};

// What a worker says, one line each. The last one of a job is a result or a failure.
struct StepMessage {
  std::string step;  // about to be done, or for a trace: the node that was done
};
template <>
struct Fields<StepMessage> {
  static constexpr std::string_view kKind = "step";
  static constexpr std::tuple kAll{Field("step", &StepMessage::step)};
};

struct ProgressMessage {
  int64_t done = 0, total = 0;
};
template <>
struct Fields<ProgressMessage> {
  static constexpr std::string_view kKind = "progress";
  static constexpr std::tuple kAll{Field("done", &ProgressMessage::done),
                                   Field("total", &ProgressMessage::total)};
};

struct ProbeMessage {  // one for each library, in their order
  ProbeResult result;
};
template <>
struct Fields<ProbeMessage> {
  static constexpr std::string_view kKind = "probed";
  static constexpr std::tuple kAll{Field("result", &ProbeMessage::result)};
};

struct PredictionsMessage {
  Predictions result;
};
template <>
struct Fields<PredictionsMessage> {
  static constexpr std::string_view kKind = "predictions";
  static constexpr std::tuple kAll{Field("result", &PredictionsMessage::result)};
};

struct SamplesMessage {
  RepetitionSamples result;
};
template <>
struct Fields<SamplesMessage> {
  static constexpr std::string_view kKind = "samples";
  static constexpr std::tuple kAll{Field("result", &SamplesMessage::result)};
};

struct ProfileMessage {
  Profile result;
};
template <>
struct Fields<ProfileMessage> {
  static constexpr std::string_view kKind = "profile";
  static constexpr std::tuple kAll{Field("result", &ProfileMessage::result)};
};

struct CheckedMessage {  // one for each case, in their order
  int verdict = 0;
  std::string detail;
};
template <>
struct Fields<CheckedMessage> {
  static constexpr std::string_view kKind = "checked";
  static constexpr std::tuple kAll{Field("verdict", &CheckedMessage::verdict),
                                   Field("detail", &CheckedMessage::detail)};
};

struct FailureMessage {
  bool unsupported = false;
  std::string text;
};
template <>
struct Fields<FailureMessage> {
  static constexpr std::string_view kKind = "failure";
  static constexpr std::tuple kAll{Field("unsupported", &FailureMessage::unsupported),
                                   Field("text", &FailureMessage::text)};
};

struct DoneMessage {};  // of scores, of a trace, of all probes or cases
template <>
struct Fields<DoneMessage> {
  static constexpr std::string_view kKind = "done";
  static constexpr std::tuple<> kAll{};
};

using Message =
    std::variant<StepMessage, ProgressMessage, ProbeMessage, PredictionsMessage, SamplesMessage,
                 ProfileMessage, CheckedMessage, FailureMessage, DoneMessage>;

// One line without its newline. Throw Error for a path that isn't UTF-8.
std::string Encode(const Assignment& assignment);
std::string Encode(const Message& message);
// Throw Error for what isn't such a line, or is nested deeper than any is.
Assignment DecodeAssignment(const std::string& line);
Message DecodeMessage(const std::string& line);

}  // namespace quantbench
