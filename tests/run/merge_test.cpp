// SPDX-License-Identifier: Apache-2.0
// Parts of a run, in any number and order, give the bytes of one run over all images.
#include "run/merge.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "part/part.h"
#include "run/small_scenario.h"
#include "support/error.h"

namespace quantbench {
namespace {

using testing::TinyScenario;

// Floats, and dynamic models in batches of two, which no cut may change.
Scenario ScenarioOfParts(const std::vector<Override>& changes = {}) {
  std::vector<Override> all{{"matrix.quantization", "dynamic"},
                            {"matrix.granularity", "per_channel"},
                            {"matrix.batch_size", "2"},
                            {"expect", "{fp32_top1_percent: 50, within: 50}"}};
  all.insert(all.end(), changes.begin(), changes.end());
  return TinyScenario(all);
}

class Parts {
 public:
  std::filesystem::path Folder(const std::string& name) const { return scratch_.path() / name; }

  Results Run(const std::string& name, const std::vector<Override>& changes = {},
              const PartSpec& part = {}) const {
    RunOptions options = testing::OptionsIn(scratch_);
    options.out = Folder(name);
    options.isolate = false;
    options.part = part;
    return RunScenario(ScenarioOfParts(changes), options);
  }
  // Folders of all parts.
  std::vector<std::filesystem::path> RunAll(int count, const std::string& prefix = "",
                                            int latency_on = 0,
                                            const std::vector<Override>& changes = {}) const {
    std::vector<std::filesystem::path> folders;
    for (int number = 1; number <= count; ++number) {
      const std::string name = prefix + std::to_string(number) + "-of-" + std::to_string(count);
      Run(name, changes, {.number = number, .count = count, .latency_on = latency_on, .range = {}});
      folders.push_back(Folder(name));
    }
    return folders;
  }
  Results Merge(const std::string& name, const std::vector<std::filesystem::path>& from,
                bool partial = false) const {
    return MergeParts({.out = Folder(name), .from = from, .partial = partial});
  }
  std::string Text(const std::string& name, const std::string& file = "results.csv") const {
    return ReadTextFile(Folder(name) / file);
  }

 private:
  testing::ScratchFolder scratch_;
};

std::filesystem::path PartIn(const std::filesystem::path& folder) {
  const auto parts = FinishedParts(folder);
  REQUIRE(parts.size() == 1);
  return parts.front();
}

// A whole run, and the same in two parts and in three.
struct Made {
  Parts parts;
  Results whole = parts.Run("whole");
  std::vector<std::filesystem::path> two = parts.RunAll(2), three = parts.RunAll(3);
};
const Made& MadeOnce() {
  static const Made made;
  return made;
}

TEST_CASE("any number of parts in any order gives the bytes of one run") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Made& made = MadeOnce();
  const Parts& parts = made.parts;
  for (const int count : {1, 2, 3, 5, 16}) {
    CAPTURE(count);
    std::vector<std::filesystem::path> folders = count == 2   ? made.two
                                                 : count == 3 ? made.three
                                                              : parts.RunAll(count);
    std::ranges::reverse(folders);
    std::ranges::rotate(folders, folders.begin() + count / 3);
    const std::string name = "merged " + std::to_string(count);
    const Results merged = parts.Merge(name, folders);
    CHECK(parts.Text(name) == parts.Text("whole"));
    for (const std::string file :
         {"predictions/reference-fp32.csv", "predictions/reference-int8-dynamic-per_channel-b2.csv",
          "models/int8-dynamic-per_channel.onnx"})
      CHECK(parts.Text(name, file) == parts.Text("whole", file));
    CHECK(merged.inputs.evaluation_images == made.whole.inputs.evaluation_images);
    CHECK(!std::filesystem::exists(PartsFolder(parts.Folder(name))));
  }
}

TEST_CASE("parts are joined as they arrive, and a table of some of them says so") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Parts& parts = MadeOnce().parts;
  const auto& folders = MadeOnce().three;
  const Results some = parts.Merge("some", {folders[2], folders[0]}, true);
  for (const Row& row : some.rows) {
    CHECK(row.status == Status::kPartial);
    CHECK(row.detail.find(" of 12 (part 2 of 3) missing") != std::string::npos);
  }
  CHECK(parts.Merge("more", {parts.Folder("some"), folders[1]}).rows.size() == 2);
  CHECK(parts.Text("more") == parts.Text("whole"));
  // In place, where the parts that are there stay until all are.
  parts.Merge("some", {parts.Folder("some"), folders[1]});
  CHECK(parts.Text("some") == parts.Text("whole"));
}

TEST_CASE("parts that don't belong together are named, and nothing is written") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Parts& parts = MadeOnce().parts;
  const auto& folders = MadeOnce().two;
  parts.Run("other", {{"dataset.preprocess.mean", "[0.5, 0.5, 0.5]"}},
            {.number = 2, .count = 2, .latency_on = 0, .range = {}});
  const auto damaged = [&](const std::string& name, const std::string& file) {
    std::filesystem::copy(folders[1], parts.Folder(name), std::filesystem::copy_options::recursive);
    const auto path = PartIn(parts.Folder(name)) / file;
    std::string text = ReadTextFile(path);
    text[text.size() / 2] ^= 1;
    WriteFileAtomically(path, text);
    return parts.Folder(name);
  };
  const auto unfinished = parts.Folder("unfinished");
  std::filesystem::copy(folders[1], unfinished, std::filesystem::copy_options::recursive);
  std::filesystem::remove(PartIn(unfinished) / kPartFile);
  const struct {
    std::vector<std::filesystem::path> from;
    std::string message;
  } cases[] = {
      {{folders[0]}, " of 12 (part 2 of 2) missing; --partial"},
      {{folders[0], folders[1], folders[0]}, "doubled: images 1 to "},
      {{folders[0], parts.Folder("other")}, "belongs to another run than"},
      {{folders[0], damaged("damaged part", "part.json")}, "part.json' is damaged"},
      {{folders[0], damaged("damaged unit", "reference-fp32.json")}, "reference-fp32.json' is"},
      {{folders[0], unfinished}, "isn't finished; run the same command again"},
      {{folders[0], parts.Folder("whole")}, "holds results of a whole run"},
      {{folders[0], parts.Folder("nowhere")}, "isn't a folder"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.message);
    CHECK_THROWS_WITH_AS(parts.Merge("merged", one.from), doctest::Contains(one.message.c_str()),
                         Error);
    CHECK(!std::filesystem::exists(parts.Folder("merged")));
  }
  CHECK_THROWS_WITH_AS(parts.Merge("1-of-2", folders), doctest::Contains("folder of a run"), Error);
}

TEST_CASE("what a scenario expects is asked of all images together") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Parts parts;
  const auto folders = parts.RunAll(
      2, "", 0, {{"expect", "{fp32_top1_percent: 0, within: 0}"}, {"matrix.precision", "fp32"}});
  CHECK_THROWS_WITH_AS(parts.Merge("merged", folders), doctest::Contains("expect: fp32 Top-1"),
                       Error);
  CHECK(!std::filesystem::exists(parts.Folder("merged")));
}

TEST_CASE("one part measures latency, and looks at no image") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Parts parts;
  const std::vector<Override> timed{
      {"latency", "{warmup_seconds: 0, min_seconds: 0.001, repetitions: 2}"},
      {"matrix.precision", "fp32"}};
  auto folders = parts.RunAll(3, "", 2, timed);
  const Results merged = parts.Merge("merged", folders);
  for (const Row& row : merged.rows) {
    CHECK(row.status == Status::kOk);
    CHECK(row.accuracy->images == 12);
    CHECK(row.latency.repetitions.size() == 2);
  }
  CHECK(ReadPart(PartIn(folders[1])).images.empty());
  CHECK(!ReadPart(PartIn(folders[0])).measures);
  folders.erase(folders.begin() + 1);
  CHECK_THROWS_WITH_AS(parts.Merge("without", folders), doctest::Contains("latency (part 2)"),
                       Error);
}

TEST_CASE("a part that was cut short goes on, and its files are made again where they are lost") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Parts& parts = MadeOnce().parts;
  const PartSpec second{.number = 2, .count = 2, .latency_on = 0, .range = {}};
  const auto& folders = MadeOnce().two;
  const std::filesystem::path part = PartIn(folders[1]);
  RunOptions options;
  options.out = folders[1];
  testing::ReopenJournal(options);
  std::filesystem::remove(UnitFile(part, "reference-fp32"));
  parts.Run("2-of-2", {}, second);
  parts.Merge("merged after all", folders);
  CHECK(parts.Text("merged after all") == parts.Text("whole"));
}

}  // namespace
}  // namespace quantbench
