// SPDX-License-Identifier: Apache-2.0
// Plugins that break the rules around their numbers: each hurts its own rows alone, no wait lasts,
// and the rows say what was done.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "run/small_scenario.h"
#include "support/sanitized.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

using testing::FaultyBackend;
using testing::FaultyRow;
using testing::kSanitized;
using testing::OptionsIn;
using testing::TinyScenario;

std::map<std::string, Row> RunAll(const std::vector<FaultyRow>& faults,
                                  std::vector<Override> changes) {
  std::string list = "[reference";
  std::set<std::string> names;
  for (const FaultyRow& one : faults) {
    if (names.insert(one.fault).second) list += ", " + FaultyBackend(one.fault);
  }
  changes.push_back({"matrix.backend", list + "]"});
  const testing::ScratchFolder scratch;
  std::map<std::string, Row> rows;
  for (const Row& row : RunScenario(TinyScenario(changes), OptionsIn(scratch)).rows)
    rows.emplace(row.backend, row);
  return rows;
}

void CheckAll(const std::vector<FaultyRow>& faults, const std::map<std::string, Row>& rows) {
  CHECK(rows.at("reference").status == Status::kOk);
  CHECK(rows.at("reference").detail.find("the backend") == std::string::npos);
  for (const FaultyRow& one : faults) {
    CAPTURE(one.fault);
    const Row& row = rows.at(one.fault);
    CAPTURE(row.detail);
    if (kSanitized && one.changes_under_sanitizers) continue;
    CHECK(row.status == one.status);
    CHECK(row.detail.find(one.detail) != std::string::npos);
  }
}

TEST_CASE(
    "what is written too little, too much or differently each time is a failure that says so") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::vector<FaultyRow> faults{
      {"writes_nothing", Status::kFailed, "left value 0 of 24 of its output unwritten"},
      {"writes_once", Status::kFailed, "unwritten"},
      {"writes_behind", Status::kFailed, "wrote 4 bytes behind the end of its output"},
      {"writes_before", Status::kFailed, "wrote 4 bytes before the beginning of its output"},
      {"writes_past_error", Status::kFailed, "wrote past the buffer of its error text"},
      {"writes_input", Status::kCrashed, "SIGSEGV", true},
      {"random", Status::kFailed, "isn't deterministic: image '"},
      {"depends_on_batch", Status::kFailed, "depends on the batch size: image '"},
  };
  CheckAll(faults, RunAll(faults, {{"matrix.precision", "int8"}}));
}

TEST_CASE("what a plugin does beside its work is put back, ended, and said") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::vector<FaultyRow> faults{
      {"changes_state", Status::kOk, "changed the handler of SIGUSR1"},
      {"changes_state", Status::kOk, "the rounding mode"},
      {"changes_state", Status::kOk, "the locale"},
      {"changes_state", Status::kOk, "the working directory"},
      {"changes_state", Status::kOk, "the umask"},
      {"leaves_process", Status::kOk, "behind; ended"},
      {"leaves_thread", Status::kOk, "the backend keeps 1 thread ("},
      {"prints_much", Status::kOk, ""},
  };
  const auto rows = RunAll(faults, {{"matrix.precision", "fp32"}});
  CheckAll(faults, rows);
  for (const auto& [backend, row] : rows) {
    CAPTURE(backend);
    if (backend == "changes_state") continue;  // rounds in its own way
    CHECK(row.accuracy->outputs_hash == rows.at("reference").accuracy->outputs_hash);
  }
}

TEST_CASE("a timed backend that writes nothing, or past its output, has no latency") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::vector<FaultyRow> faults{
      {"writes_nothing", Status::kFailed, "left scores of image 1 of a batch of 2 unwritten"},
      {"writes_once", Status::kFailed, "left scores of image 1 of a batch of 2 unwritten"},
      {"writes_behind", Status::kFailed, "wrote 4 bytes behind the end of its output"},
      {"writes_input", Status::kCrashed, "SIGSEGV", true},
      {"changes_state", Status::kOk, "the rounding mode"},
      {"leaves_thread", Status::kOk, "the backend keeps 1 thread"},
  };
  CheckAll(faults, RunAll(faults, {{"matrix.precision", "fp32"},
                                   {"matrix.batch_size", "2"},
                                   {"evaluation", "off"},
                                   {"latency",
                                    "{warmup_seconds: 0, min_seconds: 0.01, "
                                    "repetitions: 1}"}}));
}

TEST_CASE("a worker that hangs up, lies or talks without end is ended, and its row says why") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::vector<FaultyRow> faults{
      {"hangs_up", Status::kCrashed, "closed its connection to quantbench while evaluating images"},
      {"answers_empty", Status::kCrashed, "with the classes of 0, and there are 12"},
      {"says_garbage", Status::kCrashed, "answered what can't be true"},
      {"says_without_end", Status::kCrashed, "it is longer than"},
      {"says_nested", Status::kCrashed, "nested too deeply"},
      {"repeats_progress", Status::kTimeout, "while evaluating images"},
      {"floods_progress", Status::kCrashed, "messages without end"},
      {"floods_steps", Status::kCrashed, "messages without end"},
      {"forks_and_crashes", Status::kCrashed, "SIGSEGV", true},
  };
  CheckAll(faults, RunAll(faults, {{"matrix.precision", "fp32"}, {"timeout", "4"}}));
}

TEST_CASE("a plugin that lies when it is looked into is refused alone") {
  const std::filesystem::path folder = testing::BinaryDir() / "tests" / "faulty_plugins";
  const std::vector<std::filesystem::path> libraries{
      folder / "none.so", folder / "probe_garbage.so", folder / "probe_impossible.so",
      folder / "probe_hangs_up.so", folder / "run_abort.so"};
  const std::vector<ProbeResult> results = MakeRunner({})->Probe(libraries);
  REQUIRE(results.size() == libraries.size());
  const char* const refusals[] = {"", "answered what can't be true", "answered what can't be true",
                                  "closed its connection", ""};
  for (size_t i = 0; i < results.size(); ++i) {
    CAPTURE(libraries[i]);
    CAPTURE(results[i].refusal);
    CHECK(results[i].info.has_value() == results[i].refusal.empty());
    CHECK(results[i].refusal.find(refusals[i]) != std::string::npos);
    if (!results[i].info) CHECK(results[i].refusal.starts_with("plugin '" + libraries[i].string()));
  }
}

TEST_CASE("a case of `check` that crashes has failed, and those behind it are done") {
  const std::filesystem::path library =
      testing::BinaryDir() / "tests" / "faulty_plugins" / "run_abort.so";
  const CheckJob job{.library = library,
                     .isa = "generic",
                     .cases = {"int8/b1/t1/linear/3_to_10", "errors/unknown_isa"}};
  std::vector<conformance::CheckResult> results;
  MakeRunner({})->Check(job, [&](const auto& result) { results.push_back(result); });
  REQUIRE(results.size() == 2);
  CHECK(results[0].verdict == conformance::Verdict::kFailed);
  CHECK(results[0].detail.find("crashed while int8/b1/t1/linear/3_to_10: SIGABRT") !=
        std::string::npos);
  CHECK(results[1].verdict == conformance::Verdict::kPassed);
}

}  // namespace
}  // namespace quantbench
