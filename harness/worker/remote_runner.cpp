// SPDX-License-Identifier: Apache-2.0
// Starts workers, and takes from them what can be true.
#include "worker/remote_runner.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>

#include "backend/model_file.h"
#include "latency/collect.h"
#include "support/number_text.h"
#include "support/utf8.h"
#include "worker/reply.h"

namespace quantbench {
namespace {

// How long a backend may take to show where it ends, when that is known to be bad already: from
// node to node, and in all.
constexpr double kTraceSeconds = 10, kTraceSecondsInAll = 60;
// For loading and probing a plugin, whatever a scenario gives its work: a busy machine takes a
// second to start a process.
constexpr double kProbeSeconds = 30;
// For a case of the conformance suite; the longest takes a second.
constexpr double kCheckSeconds = 120;

constexpr size_t kTextBytes = size_t{64} << 10;  // of a message without lists
constexpr size_t kProbeBytes = size_t{1} << 20;  // texts of some dozen ISA paths
constexpr size_t kPartBytes = 128;               // a node and a time, with what stands around
constexpr int64_t kStepsOfJob = 8;               // more than any has

std::string SubjectOf(const Target& target) { return "backend '" + target.backend + "'"; }

std::string OutputKey(const Target& target) {
  return target.backend + "\n" + target.model.string();
}

// Five classes of up to ten digits, a checksum of twenty, and scores of up to 24, with what stands
// around them.
size_t BytesOfPredictions(size_t images, int64_t classes) {
  const int64_t scores = KeptScores(static_cast<int64_t>(images), classes) * classes;
  return kTextBytes + images * 96 + static_cast<size_t>(scores) * 32;
}

std::set<std::string> NodesOf(const Target& target) {
  const MappedModel model(target.model);
  std::set<std::string> names;
  for (int32_t i = 0; i < model.get().num_nodes; ++i) names.insert(model.get().nodes[i]->name);
  return names;
}

// Evaluations for which this is equal may follow one another in one process.
std::string WhatIsKeptFor(const EvaluateJob& job) {
  EvaluateJob any = job;
  any.images = {};
  return Encode(Assignment{.job = any});
}

void SayWhatWasLeft(int processes, std::optional<std::string>& remark) {
  if (processes == 0) return;
  AddRemark(remark, "the backend left " + std::to_string(processes) +
                        (processes == 1 ? " process" : " processes") + " behind; ended");
}

}  // namespace

int64_t DefaultMemoryLimitMib() {
  const int64_t pages = ::sysconf(_SC_PHYS_PAGES);
  int64_t bytes = pages * ::sysconf(_SC_PAGESIZE);
  // A container's limit; "max" reads as nothing.
  if (std::FILE* const file = std::fopen("/sys/fs/cgroup/memory.max", "re")) {
    long long limit = 0;
    if (std::fscanf(file, "%lld", &limit) == 1) bytes = std::min<int64_t>(bytes, limit);
    std::fclose(file);
  }
  return std::max<int64_t>(bytes / 4 * 3 >> 20, 64);
}

RemoteRunner::RemoteRunner(const Isolation& isolation)
    : timeout_seconds_(isolation.timeout_seconds),
      memory_limit_mib_(isolation.memory_limit_mib > 0 ? isolation.memory_limit_mib
                                                       : DefaultMemoryLimitMib()),
      waiting_mib_(isolation.waiting_mib) {}

Predictions RemoteRunner::Evaluate(const EvaluateJob& job, const ProgressCallback& progress) {
  try {
    return EvaluateOnce(job, progress);
  } catch (const Crashed& error) {
    throw Crashed(error.what() + WhereItEnds(job));
  } catch (const TimedOut& error) {
    throw TimedOut(error.what() + WhereItEnds(job));
  }
}

std::unique_ptr<WorkerProcess> RemoteRunner::WorkerFor(const EvaluateJob& job,
                                                       const WorkerProcess::Patience& patience) {
  const Assignment assignment{.job = job, .memory_limit_mib = memory_limit_mib_};
  if (auto waiting = waiting_.extract(WhatIsKeptFor(job)); !waiting.empty()) {
    waiting.mapped()->Assign(assignment, patience);
    return std::move(waiting.mapped());
  }
  return std::make_unique<WorkerProcess>(assignment, SubjectOf(job.target), patience,
                                         output_[OutputKey(job.target)]);
}

int RemoteRunner::LetGo(std::unique_ptr<WorkerProcess> worker, const EvaluateJob& job) {
  if (!job.stay || !worker->IsAlone()) return worker->End();
  int64_t taken = worker->PrivateMib();
  for (const auto& [key, other] : waiting_) taken += other->PrivateMib();
  // Those that came first stay: in their fixed order, each of one too many would replace the next.
  if (taken > waiting_mib_) return worker->End();
  waiting_.emplace(WhatIsKeptFor(job), std::move(worker));
  return 0;
}

Predictions RemoteRunner::EvaluateOnce(EvaluateJob job, const ProgressCallback& progress) {
  const EvaluationFacts facts = FactsOf(job);
  job.stay = waiting_mib_ > 0;
  std::unique_ptr<WorkerProcess> process =
      WorkerFor(job, {.seconds = timeout_seconds_,
                      .message_bytes = BytesOfPredictions(facts.labels.size(), facts.classes)});
  WorkerProcess& worker = *process;
  const auto images = static_cast<int64_t>(facts.labels.size());
  int64_t done = 0, steps = 0;
  while (true) {
    Message message = worker.Next();
    if (auto* predictions = std::get_if<PredictionsMessage>(&message)) {
      worker.Believe([&] { RequirePossible(predictions->result, facts); });
      SayWhatWasLeft(LetGo(std::move(process), job), predictions->result.remark);
      progress(images, images);
      return std::move(predictions->result);
    }
    if (const auto* told = std::get_if<ProgressMessage>(&message)) {
      if (told->total != images || told->done < 0 || told->done > images)
        worker.Distrust("it has done " + std::to_string(told->done) + " of " +
                        CountText(told->total, "image"));
      if (told->done <= done) continue;  // workers overtake each other; no sign of life
      done = told->done;
      worker.Renew();
      progress(done, images);
    } else if (std::holds_alternative<StepMessage>(message) && ++steps <= kStepsOfJob) {
      worker.Renew();
    }
  }
}

std::string RemoteRunner::WhereItEnds(const EvaluateJob& job) {
  std::string last;
  try {
    WorkerProcess worker({.job = TraceJob{.target = job.target, .images = job.images},
                          .memory_limit_mib = memory_limit_mib_},
                         SubjectOf(job.target),
                         {.seconds = std::min(kTraceSeconds, timeout_seconds_),
                          .in_all = kTraceSecondsInAll,
                          .message_bytes = kTextBytes},
                         output_[OutputKey(job.target)]);
    std::set<std::string> nodes = NodesOf(job.target);
    while (true) {
      const Message message = worker.Next();
      if (std::holds_alternative<DoneMessage>(message)) return "";
      // Each node once: what else it says is no step forward.
      if (!std::holds_alternative<StepMessage>(message) || nodes.erase(worker.step()) == 0)
        continue;
      last = worker.step();
      worker.Renew();
    }
  } catch (const Error&) {
    // That it ends badly is known.
  }
  return last.empty() ? ""
                      : "; on the first image, the last node that it finished is '" + last + "'";
}

RepetitionSamples RemoteRunner::Measure(const MeasureJob& job) {
  // A repetition is silent while it measures: up to five warm-ups, and some attempts to find how
  // many runs fill min_seconds.
  const double silence = 5 * job.settings.warmup_seconds + 3 * job.settings.min_seconds;
  WorkerProcess worker(
      {.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
      {.seconds = timeout_seconds_ + silence, .message_bytes = kTextBytes + kMaxKeptSamples * 32},
      output_[OutputKey(job.target)]);
  int64_t steps = 0;
  while (true) {
    Message message = worker.Next();
    if (std::holds_alternative<StepMessage>(message) && ++steps <= kStepsOfJob) worker.Renew();
    auto* const samples = std::get_if<SamplesMessage>(&message);
    if (samples == nullptr) continue;
    worker.Believe([&] { RequirePossible(samples->result, job, worker.elapsed_seconds()); });
    SayWhatWasLeft(worker.End(), samples->result.remark);
    return std::move(samples->result);
  }
}

Profile RemoteRunner::TimeLayers(const ProfileJob& job) {
  const size_t nodes = static_cast<size_t>(MappedModel(job.target.model).get().num_nodes);
  WorkerProcess worker({.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
                       {.seconds = timeout_seconds_ + 2 * job.seconds,
                        .message_bytes = kTextBytes + 2 * nodes * kPartBytes},
                       output_[OutputKey(job.target)]);
  int64_t steps = 0;
  while (true) {
    Message message = worker.Next();
    if (std::holds_alternative<StepMessage>(message) && ++steps <= kStepsOfJob) worker.Renew();
    auto* const profile = std::get_if<ProfileMessage>(&message);
    if (profile == nullptr) continue;
    worker.Believe([&] {
      RequirePossible(profile->result, static_cast<int64_t>(nodes), worker.elapsed_seconds());
    });
    worker.End();
    return std::move(profile->result);
  }
}

void RemoteRunner::Score(const ScoreJob& job) {
  WorkerProcess worker({.job = job, .memory_limit_mib = memory_limit_mib_}, SubjectOf(job.target),
                       {.seconds = timeout_seconds_, .message_bytes = kTextBytes},
                       output_[OutputKey(job.target)]);
  int64_t steps = 0;
  while (true) {
    const Message message = worker.Next();
    if (std::holds_alternative<DoneMessage>(message)) return;
    if (std::holds_alternative<StepMessage>(message) && ++steps <= kStepsOfJob) worker.Renew();
  }
}

std::vector<ProbeResult> RemoteRunner::Probe(const std::vector<std::filesystem::path>& libraries) {
  std::vector<ProbeResult> results;
  while (results.size() < libraries.size()) {
    const std::vector<std::filesystem::path> rest(
        libraries.begin() + static_cast<std::ptrdiff_t>(results.size()), libraries.end());
    std::vector<ProbeResult> some = ProbeSome(rest);
    std::move(some.begin(), some.end(), std::back_inserter(results));
  }
  return results;
}

std::vector<ProbeResult> RemoteRunner::ProbeSome(
    const std::vector<std::filesystem::path>& libraries) {
  std::vector<ProbeResult> results;
  const std::string first = libraries.front().string();
  // No worker can be told of such a path.
  const auto is_binary = [](const std::filesystem::path& library) {
    return FindBinary(library.string()).has_value();
  };
  if (is_binary(first)) {
    results.push_back({.info = std::nullopt,
                       .refusal = "plugin '" + first + "': its path isn't UTF-8 text; rename it"});
    return results;
  }
  const auto named = std::find_if(libraries.begin(), libraries.end(), is_binary);
  const std::vector<std::filesystem::path> asked(libraries.begin(), named);
  // A process that can't be started is no plugin's fault.
  WorkerProcess worker({.job = ProbeJob{asked}, .memory_limit_mib = memory_limit_mib_},
                       "its process", {.seconds = kProbeSeconds, .message_bytes = kProbeBytes},
                       output_["probe " + first]);
  try {
    while (results.size() < asked.size()) {
      Message message = worker.Next();
      auto* const probed = std::get_if<ProbeMessage>(&message);
      if (probed == nullptr) continue;
      worker.Believe([&] { RequirePossible(probed->result); });
      results.push_back(std::move(probed->result));
      worker.Renew();
    }
  } catch (const Error& error) {
    if (results.empty()) {
      results.push_back(
          {.info = std::nullopt, .refusal = "plugin '" + first + "': " + error.what()});
    }
  }
  return results;
}

void RemoteRunner::Check(const CheckJob& job, const CheckedCallback& checked) {
  CheckJob rest = job;
  while (!rest.cases.empty()) {
    const size_t done = CheckSome(rest, checked);
    rest.cases.erase(rest.cases.begin(), rest.cases.begin() + static_cast<std::ptrdiff_t>(done));
  }
}

size_t RemoteRunner::CheckSome(const CheckJob& job, const CheckedCallback& checked) {
  WorkerProcess worker(
      {.job = job, .memory_limit_mib = memory_limit_mib_}, "the plugin",
      {.seconds = std::min(kCheckSeconds, timeout_seconds_), .message_bytes = kTextBytes},
      output_["check"]);
  size_t done = 0;
  while (done < job.cases.size()) {
    conformance::CheckResult result;
    try {
      const Message message = worker.Next();
      const auto* const told = std::get_if<CheckedMessage>(&message);
      if (told == nullptr) continue;
      worker.Believe([&] { RequirePossible(*told); });
      result = {.verdict = static_cast<conformance::Verdict>(told->verdict),
                .detail = told->detail};
      worker.Renew();
    } catch (const Error& error) {
      checked({.verdict = conformance::Verdict::kFailed, .detail = error.what()});
      return done + 1;
    }
    checked(result);
    ++done;
  }
  return done;
}

}  // namespace quantbench
