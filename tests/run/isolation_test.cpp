// SPDX-License-Identifier: Apache-2.0
// Plugins that end badly: each hurts its own rows alone, and the rows say how it ended.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "run/small_scenario.h"
#include "support/error.h"
#include "support/memory_use.h"
#include "support/sanitized.h"
#include "worker/runner.h"

namespace quantbench {
namespace {

using testing::FaultyBackend;
using testing::FaultyRow;
using testing::kSanitized;
using testing::OptionsIn;
using testing::SmallScenario;

const std::vector<FaultyRow> kFaults = {
    {"prepare_segv", Status::kCrashed, "while preparing the model: SIGSEGV", true},
    {"prepare_error", Status::kUnsupported, "lost the recipe"},
    {"run_segv", Status::kCrashed, "while evaluating images: SIGSEGV", true},
    {"run_ill", Status::kCrashed, "SIGILL", true},
    {"run_abort", Status::kCrashed, "SIGABRT", true},
    {"run_exit", Status::kCrashed, "it called exit(0)", true},
    {"run_nan", Status::kFailed, "the backend's scores hold NaN"},
    {"run_error", Status::kUnsupported, "lost the recipe"},
    {"run_leak", Status::kCrashed, "memory_limit_mb", true},
    {"run_wrong", Status::kOk, ""},
    {"run_print", Status::kOk, ""},
};

std::string Backends(const std::vector<std::string>& faults) {
  std::string list = "[reference";
  for (const std::string& fault : faults) list += ", " + FaultyBackend(fault);
  return list + "]";
}

std::map<std::string, Row> ByBackend(const Results& results) {
  std::map<std::string, Row> rows;
  for (const Row& row : results.rows) rows.emplace(row.backend, row);
  return rows;
}

TEST_CASE("a sweep over every fault completes, and healthy backends don't notice") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  std::vector<std::string> faults{"none"};
  for (const FaultyRow& one : kFaults) {
    // Its limit doesn't hold under sanitizers, whose shadow memory is private data as well.
    if (!kSanitized || one.fault != "run_leak") faults.push_back(one.fault);
  }
  const auto rows = ByBackend(RunScenario(SmallScenario({{"matrix.precision", "fp32"},
                                                         {"matrix.backend", Backends(faults)},
                                                         {"memory_limit_mb", "256"}}),
                                          OptionsIn(scratch, 4)));
  for (const std::string healthy : {"reference", "none"}) {
    CAPTURE(healthy);
    CHECK(rows.at(healthy).status == Status::kOk);
    CHECK(rows.at(healthy).accuracy->images == 48);
    CHECK(rows.at(healthy).accuracy->outputs_hash == rows.at("reference").accuracy->outputs_hash);
  }
  CHECK(rows.at("run_wrong").accuracy->outputs_hash != rows.at("reference").accuracy->outputs_hash);
  CHECK(rows.at("run_print").accuracy->outputs_hash == rows.at("reference").accuracy->outputs_hash);
  for (const FaultyRow& one : kFaults) {
    if (!rows.contains(one.fault)) continue;
    CAPTURE(one.fault);
    const Row& row = rows.at(one.fault);
    CAPTURE(row.detail);
    CHECK(row.status == one.status);
    if (one.status != Status::kOk) CHECK(!row.accuracy);
    if (!kSanitized || !one.changes_under_sanitizers)
      CHECK(row.detail.find(one.detail) != std::string::npos);
  }
}

TEST_CASE("a crash is traced to the node before it") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const auto rows = ByBackend(RunScenario(
      SmallScenario({{"matrix.precision", "fp32"}, {"matrix.backend", Backends({"run_abort"})}}),
      OptionsIn(scratch)));
  const std::string& detail = rows.at("run_abort").detail;
  CAPTURE(detail);
  // The linear layer crashes; before it the network flattens.
  CHECK(detail.find("the last node that it finished is '") != std::string::npos);
  CHECK(detail.find("flat") != std::string::npos);
}

TEST_CASE("a backend that hangs is ended after the timeout") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const auto rows = ByBackend(RunScenario(SmallScenario({{"matrix.precision", "fp32"},
                                                         {"matrix.backend", Backends({"run_hang"})},
                                                         {"timeout", "4"}}),
                                          OptionsIn(scratch)));
  CHECK(rows.at("reference").status == Status::kOk);
  CHECK(rows.at("run_hang").status == Status::kTimeout);
  CHECK(rows.at("run_hang")
            .detail.find("backend 'run_hang' gave no sign for 4 s while evaluating "
                         "images") != std::string::npos);
}

TEST_CASE(
    "a backend that crashed in evaluation isn't timed, and one that crashes in timing keeps its "
    "accuracy") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const std::vector<Override> changes{
      {"matrix.precision", "fp32"},
      {"matrix.backend", Backends({"run_abort"})},
      {"latency", "{warmup_seconds: 0, min_seconds: 0.01, repetitions: 2}"}};
  const testing::ScratchFolder scratch;
  auto rows = ByBackend(RunScenario(SmallScenario(changes), OptionsIn(scratch)));
  CHECK(rows.at("reference").status == Status::kOk);
  CHECK(rows.at("reference").latency.repetitions.size() == 2);
  CHECK(rows.at("run_abort").latency.repetitions.empty());

  const testing::ScratchFolder other;
  std::vector<Override> timing_alone = changes;
  timing_alone.push_back({"evaluation", "off"});
  rows = ByBackend(RunScenario(SmallScenario(timing_alone), OptionsIn(other)));
  CHECK(rows.at("reference").latency.repetitions.size() == 2);
  CHECK(rows.at("run_abort").status == Status::kCrashed);
  CHECK(rows.at("run_abort").detail.find("while measuring latency") != std::string::npos);
}

TEST_CASE("plugins that crash when they are looked into are refused, and the others found") {
  const std::filesystem::path folder = testing::BinaryDir() / "tests" / "faulty_plugins";
  const std::vector<std::filesystem::path> libraries{
      folder / "load_segv.so", folder / "none.so", folder / "probe_segv.so",
      folder / "probe_exit.so", folder / "run_abort.so"};
  const std::vector<ProbeResult> results = MakeRunner({})->Probe(libraries);
  REQUIRE(results.size() == 5);
  for (const size_t healthy : {size_t{1}, size_t{4}}) CHECK(results[healthy].info);
  CHECK(results[1].info->isas.at(0).name == "generic");
  for (const size_t crashed : {size_t{0}, size_t{2}, size_t{3}}) {
    CAPTURE(libraries[crashed]);
    CHECK(!results[crashed].info);
    CHECK(results[crashed].refusal.find(libraries[crashed].string()) != std::string::npos);
    CHECK(results[crashed].refusal.find("crashed") != std::string::npos);
  }
}

TEST_CASE("a named backend that crashes when it is looked into stops the run before it starts") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  CHECK_THROWS_WITH_AS(RunScenario(SmallScenario({{"matrix.backend", FaultyBackend("probe_segv")}}),
                                   OptionsIn(scratch)),
                       doctest::Contains("probe_segv.so': its process crashed"), Error);
}

TEST_CASE("without isolation the figures are the same, and memory is nobody's") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Scenario scenario =
      SmallScenario({{"latency", "{warmup_seconds: 0, min_seconds: 0.01, repetitions: 1}"}});
  std::string hashes[2];
  for (const bool isolate : {false, true}) {
    const testing::ScratchFolder scratch;
    RunOptions options = OptionsIn(scratch);
    options.isolate = isolate;
    for (const Row& row : RunScenario(scenario, options).rows) {
      hashes[isolate ? 1 : 0] += row.accuracy->outputs_hash + " ";
      ForEachField<Memory>([&](const auto& field, const auto& get) {
        CAPTURE(field.key);
        CHECK(get(row.memory)->has_value() == (isolate && OwnMemory().has_value()));
      });
    }
  }
  CHECK(hashes[0] == hashes[1]);
}

}  // namespace
}  // namespace quantbench
