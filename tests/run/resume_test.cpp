// SPDX-License-Identifier: Apache-2.0
// Runs that were stopped go on, runs that are repeated repeat nothing, and damage is found.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "run/small_scenario.h"
#include "support/error.h"
#include "support/files.h"
#include "support/lock_file.h"

namespace quantbench {
namespace {

using testing::OptionsIn;
using testing::TinyScenario;

std::vector<std::string> Lines(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::istringstream stream(ReadTextFile(file));
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

int64_t Count(const std::vector<std::string>& lines, const std::string& part) {
  return std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(part) != std::string::npos;
  });
}

std::vector<std::filesystem::path> FilesOf(const std::filesystem::path& folder,
                                           const std::string& extension) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == extension) files.push_back(entry.path());
  }
  return files;
}

TEST_CASE("a run that was cut after any line of its journal ends as an undisturbed one") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  const std::string csv = ReadTextFile(options.out / "results.csv");
  const std::vector<std::string> journal = Lines(options.out / "journal.jsonl");
  REQUIRE(Count(journal, "\"evaluation\"") == 3);
  for (size_t kept = 0; kept < journal.size(); ++kept) {
    CAPTURE(kept);
    {
      std::ofstream cut(options.out / "journal.jsonl", std::ios::binary | std::ios::trunc);
      for (size_t i = 0; i < kept; ++i) cut << journal[i] << '\n';
      cut << journal[kept].substr(0, journal[kept].size() / 2);  // torn by a kill
    }
    RunScenario(TinyScenario(), options);
    CHECK(ReadTextFile(options.out / "results.csv") == csv);
    const std::vector<std::string> now = Lines(options.out / "journal.jsonl");
    CHECK(Count(now, "\"evaluation\"") == 3);
    CHECK(Count(now, "\"finished\"") == 1);
  }
}

TEST_CASE("what the journal has isn't done again, even with an empty cache") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  testing::ReopenJournal(options);
  std::filesystem::remove_all(options.cache / "predictions");
  RunScenario(TinyScenario(), options);
  CHECK(Count(Lines(options.out / "journal.jsonl"), "\"started\"") == 3);
  CHECK(!std::filesystem::exists(options.cache / "predictions"));
}

TEST_CASE("an edited line of the journal is measured again, and so are its predictions") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  const std::string csv = ReadTextFile(options.out / "results.csv");
  std::string text = testing::ReopenJournal(options);
  const std::string count = "\"top1_correct\":";
  text.insert(text.find(count) + count.size(), "1");
  WriteFileAtomically(options.out / "journal.jsonl", text);
  const Results results = RunScenario(TinyScenario(), options);
  CHECK(ReadTextFile(options.out / "results.csv") == csv);
  CHECK(std::any_of(results.warnings.begin(), results.warnings.end(), [](const std::string& one) {
    return one.starts_with("journal: line 3 of '");
  }));
}

TEST_CASE("predictions that were emptied, edited or removed are written again") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  const std::filesystem::path file = options.out / "predictions" / "reference-fp32.csv";
  const std::string csv = ReadTextFile(file), results = ReadTextFile(options.out / "results.csv");
  for (const std::string& damaged : {std::string(), csv + "x", csv.substr(0, csv.size() / 2)}) {
    for (const bool is_cached : {true, false}) {
      CAPTURE(damaged.size());
      testing::ReopenJournal(options);
      if (!is_cached) std::filesystem::remove_all(options.cache / "predictions");
      std::filesystem::remove(file);
      if (damaged != csv + "x") std::ofstream(file) << damaged;
      RunScenario(TinyScenario(), options);
      CHECK(ReadTextFile(file) == csv);
      CHECK(ReadTextFile(options.out / "results.csv") == results);
    }
  }
}

// The backend itself removes the cache as it prepares the model.
TEST_CASE("a cache that is removed under a run is made again where it is needed") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const struct {
    const char* reason;
    std::vector<Override> changes;
  } cases[] = {
      {"while images are evaluated", {}},
      {"while latency is measured",
       {{"evaluation", "off"},
        {"latency", "{warmup_seconds: 0, min_seconds: 0.01, repetitions: 2}"}}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const testing::ScratchFolder scratch;
    const RunOptions options = OptionsIn(scratch);
    std::vector<Override> changes{
        {"matrix.backend", "[" + testing::FaultyBackend("prepare_clear") + ", reference]"}};
    changes.insert(changes.end(), one.changes.begin(), one.changes.end());
    std::filesystem::create_directories(options.cache);
    std::ofstream(options.cache / "clear-me") << "";
    ::setenv("QUANTBENCH_TEST_CLEARS", options.cache.c_str(), 1);
    const Results results = RunScenario(TinyScenario(changes), options);
    ::unsetenv("QUANTBENCH_TEST_CLEARS");
    CHECK(!std::filesystem::exists(options.cache / "clear-me"));
    REQUIRE(results.rows.size() == 6);
    for (const Row& row : results.rows) CHECK_MESSAGE(row.status == Status::kOk, row.detail);
    CHECK(
        std::any_of(results.warnings.begin(), results.warnings.end(), [](const std::string& text) {
          return text.find("was removed under the run; it is written again") != std::string::npos;
        }));
  }
}

TEST_CASE("repetitions of latency that the journal has are kept to the bit") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const Scenario scenario =
      TinyScenario({{"matrix.precision", "fp32"},
                    {"evaluation", "off"},
                    {"latency", "{warmup_seconds: 0, min_seconds: 0.01, repetitions: 3}"}});
  const Results first = RunScenario(scenario, options);
  std::vector<std::string> journal = Lines(options.out / "journal.jsonl");
  REQUIRE(journal.size() == 1 + 3 + 1);
  WriteFileAtomically(options.out / "journal.jsonl",
                      journal[0] + '\n' + journal[1] + '\n' + journal[2] + '\n');
  const Results second = RunScenario(scenario, options);
  REQUIRE(second.rows.at(0).latency.repetitions.size() == 3);
  const auto& before = first.rows.at(0).latency.samples_ms;
  const auto& after = second.rows.at(0).latency.samples_ms;
  const auto kept = static_cast<size_t>(first.rows.at(0).latency.repetitions[0].samples +
                                        first.rows.at(0).latency.repetitions[1].samples);
  REQUIRE(after.size() >= kept);
  CHECK(std::equal(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(kept),
                   after.begin()));
  CHECK(std::any_of(second.warnings.begin(), second.warnings.end(), [](const std::string& text) {
    return text.find("2 repetitions are from before") != std::string::npos;
  }));
}

TEST_CASE("another run in the same folder begins anew and keeps the old journal aside") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const std::vector<Override> fp32{{"matrix.precision", "fp32"}};
  RunScenario(TinyScenario(fp32), options);
  const std::string text = testing::ReopenJournal(options);
  const Results results = RunScenario(TinyScenario(), options);
  CHECK(results.rows.size() == 3);
  CHECK(ReadTextFile(options.out / "journal.jsonl.old") == text);
  CHECK(std::any_of(results.warnings.begin(), results.warnings.end(), [](const std::string& one) {
    return one.find("belongs to a run with another") != std::string::npos;
  }));
}

TEST_CASE("a second run takes models and predictions from the cache, wherever its results go") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  RunOptions options = OptionsIn(scratch);
  const Results first = RunScenario(TinyScenario(), options);
  CHECK(first.stages.size() == 2 + 1 + 1 + 3);  // crops twice, calibration, models, evaluations
  options.out = scratch.path() / "elsewhere";
  const Results second = RunScenario(TinyScenario(), options);
  CHECK(second.stages.empty());
  for (const char* const name :
       {"results.csv", "models/fp32.onnx", "models/int8-static-minmax-per_tensor.onnx",
        "predictions/reference-fp32.csv"}) {
    CAPTURE(name);
    CHECK(ReadTextFile(scratch.path() / "out" / name) == ReadTextFile(options.out / name));
  }
}

TEST_CASE("what decides a prediction decides whether it is taken from the cache") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const auto evaluated = [&](const std::vector<Override>& changes) {
    int64_t count = 0;
    for (const StageTime& stage : RunScenario(TinyScenario(changes), options).stages)
      count += stage.stage.starts_with("evaluate") ? 1 : 0;
    return count;
  };
  const Override fp32{"matrix.precision", "fp32"};
  CHECK(evaluated({fp32}) == 1);
  const struct {
    std::string reason;
    Override change;
    int64_t evaluations;
  } cases[] = {
      {"only the name of the results", {"name", "other"}, 0},
      {"a batch size that static models don't see", {"matrix.batch_size", "2"}, 0},
      {"other normalisation", {"dataset.preprocess.mean", "[0.5, 0.5, 0.5]"}, 1},
      {"other images", {"dataset.evaluation.images", "13"}, 1},
      {"another plugin with the same arithmetic",
       {"matrix.backend", testing::FaultyBackend("none")},
       1},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK(evaluated({fp32, one.change}) == one.evaluations);
  }
}

TEST_CASE("damaged cache entries are found and made anew") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  RunScenario(TinyScenario(), options);
  const std::string csv = ReadTextFile(options.out / "results.csv");
  const struct {
    std::string folder, extension;
  } kinds[] = {
      {"models", ".model"}, {"models", ".onnx"}, {"models", ".sealed"}, {"predictions", ".json"}};
  for (const auto& kind : kinds) {
    CAPTURE(kind.extension);
    const auto files = FilesOf(options.cache / kind.folder, kind.extension);
    REQUIRE(files.size() == 3);
    for (const std::filesystem::path& file : files) {
      std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
      stream.seekp(static_cast<std::streamoff>(std::filesystem::file_size(file) / 2));
      stream << '#';
    }
    RunScenario(TinyScenario(), options);
    CHECK(ReadTextFile(options.out / "results.csv") == csv);
    for (const std::string& warning : RunScenario(TinyScenario(), options).warnings)
      CHECK(warning.find("made anew") == std::string::npos);
  }
}

TEST_CASE("two runs can't share a folder of results") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const testing::ScratchFolder scratch;
  const RunOptions options = OptionsIn(scratch);
  const FolderLock other(options.out);
  CHECK_THROWS_WITH_AS(RunScenario(TinyScenario(), options),
                       doctest::Contains("is in use by another quantbench"), Error);
}

}  // namespace
}  // namespace quantbench
