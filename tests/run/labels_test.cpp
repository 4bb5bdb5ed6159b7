// SPDX-License-Identifier: Apache-2.0
// Labels that a dataset's folders give, in whole runs: right as they were, refused, or doubted;
// never other figures in silence.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include "report/table.h"
#include "run/small_scenario.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using testing::OptionsIn;

constexpr int kClasses = 24;

std::string ClassId(int label) {
  const std::string number = std::to_string(label + 1);
  return "q" + std::string(8 - number.size(), '0') + number;
}

// The small default dataset as links, to be rearranged.
class Arranged {
 public:
  Arranged() {
    for (const char* split : {"train", "val"})
      for (int label = 0; label < kClasses; ++label) {
        fs::create_directories(Folder(split, label));
        for (const auto& file :
             fs::directory_iterator(testing::DefaultImages() / split / ClassId(label)))
          fs::create_symlink(file.path(), Folder(split, label) / file.path().filename());
      }
  }
  fs::path root() const { return scratch_.path() / "data"; }
  fs::path Folder(const std::string& split, int label) const {
    return root() / split / ClassId(label);
  }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(root() / name) << text;
  }
  void Rename(const std::function<std::string(int)>& name) const {
    for (const char* split : {"train", "val"})
      for (int label = 0; label < kClasses; ++label)
        fs::rename(Folder(split, label), root() / split / ("new " + name(label)));
    for (const char* split : {"train", "val"})
      for (int label = 0; label < kClasses; ++label)
        fs::rename(root() / split / ("new " + name(label)), root() / split / name(label));
  }
  Results Run(std::vector<Override> changes = {}) const {
    const Scenario scenario = [&] {
      changes.insert(changes.begin(),
                     {{"dataset.root", root().string()}, {"matrix.precision", "fp32"}});
      return testing::SmallScenario(changes);
    }();
    RunOptions options = OptionsIn(scratch_);
    options.restart = true;
    return RunScenario(scenario, options);
  }
  double Top1(const std::vector<Override>& changes = {}) const {
    return *Run(changes).rows.at(0).summary.top1_percent;
  }

 private:
  testing::ScratchFolder scratch_;
};

// Of the small dataset, whose synsets are known.
double ExpectedTop1() {
  static const double expected = [] {
    Arranged data;
    data.Write("synsets.txt", [] {
      std::string ids;
      for (int label = 0; label < kClasses; ++label) ids += ClassId(label) + "\n";
      return ids;
    }());
    return data.Top1();
  }();
  return expected;
}

TEST_CASE("arrangements of folders that say the same give the same accuracy") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const struct {
    std::string reason;
    std::function<void(const Arranged&)> arrange;
  } cases[] = {
      {"as they are", [](const Arranged&) {}},
      {"junk and an empty folder",
       [](const Arranged& data) {
         for (const char* name : {"__MACOSX", "@eaDir", ".hidden", "an_empty_one"})
           fs::create_directories(data.root() / "val" / name);
         data.Write("val/__MACOSX/x.jpg", "");
         data.Write("val/" + ClassId(3) + "/Thumbs.db", "");
       }},
      {"numbers from 0",
       [](const Arranged& data) { data.Rename([](int label) { return std::to_string(label); }); }},
      {"numbers from 1",
       [](const Arranged& data) {
         data.Rename([](int label) { return std::to_string(label + 1); });
       }},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const Arranged data;
    one.arrange(data);
    CHECK(data.Top1() == ExpectedTop1());
  }
}

TEST_CASE("a split without a class takes the order of the other") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Arranged data;
  fs::remove_all(data.Folder("val", 0));
  CHECK(data.Top1() > ExpectedTop1() - 10);
}

TEST_CASE("classes in any order, named by synsets, give the same accuracy") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Arranged data;
  data.Rename([](int label) { return "class " + std::to_string(label * 7 % kClasses); });
  std::string names;
  for (int label = 0; label < kClasses; ++label)
    names += "class " + std::to_string(label * 7 % kClasses) + "\n";
  data.Write("synsets.txt", names);
  CHECK(data.Top1() == ExpectedTop1());
}

TEST_CASE("arrangements that can't be the network's classes are refused, with what to write") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const struct {
    std::string reason;
    std::function<void(const Arranged&)> arrange;
    const char* message;
  } cases[] = {
      {"both splits lack a class",
       [](const Arranged& data) {
         for (const char* split : {"train", "val"}) fs::remove_all(data.Folder(split, 5));
       },
       "the model has 24 outputs, but the class folders of 'val' are 23 classes; where output 0 is "
       "a "
       "background class, write dataset.label_offset: 1; else write dataset.synsets: FILE"},
      {"a class is renamed in one split",
       [](const Arranged& data) {
         fs::rename(data.Folder("val", 5), data.root() / "val" / "a_new_one");
       },
       "24 class folders without"},
      {"a class twice",
       [](const Arranged& data) {
         fs::copy(data.Folder("val", 5), data.root() / "val" / "copy_of_5",
                  fs::copy_options::copy_symlinks | fs::copy_options::recursive);
       },
       "the model has 24 outputs, but the class folders of 'val' are 25 classes"},
      {"one folder for all",
       [](const Arranged& data) {
         fs::create_directories(data.root() / "all");
         for (int label = 0; label < kClasses; ++label)
           for (const auto& file : fs::directory_iterator(data.Folder("val", label)))
             fs::rename(file.path(), data.root() / "all" / file.path().filename());
         fs::remove_all(data.root() / "val");
         fs::create_directories(data.root() / "val");
         fs::rename(data.root() / "all", data.root() / "val" / "images");
       },
       "write dataset: {layout: flat, labels: FILE}"},
      {"a list that counts from 1",
       [](const Arranged& data) {
         std::string list;
         for (int label = 0; label < kClasses; ++label)
           for (const auto& file : fs::directory_iterator(data.Folder("val", label)))
             list += ClassId(label) + "/" + file.path().filename().string() + " " +
                     std::to_string(label + 1) + "\n";
         data.Write("val.txt", list);
       },
       "write dataset.label_offset: -1"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const Arranged data;
    one.arrange(data);
    const bool listed = fs::exists(data.root() / "val.txt");
    const std::string error = testing::ErrorOf([&] {
      data.Run({{"dataset.layout", listed ? "flat" : "imagenet"}});
    });
    CAPTURE(error);
    CHECK(error.find(one.message) != std::string::npos);
    CHECK(error.find('\n') == std::string::npos);
  }
}

TEST_CASE("labels in another order: chance is named in row, table and warnings") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Arranged data;
  std::string ids;
  for (int label = 0; label < kClasses; ++label) ids += ClassId((label + 12) % kClasses) + "\n";
  data.Write("synsets.txt", ids);
  const Results results = data.Run({{"matrix.precision", "[fp32, int8]"}});
  const std::string phrase = "chance alone explains a Top-1 of ";
  const Row& row = results.rows.at(0);
  CHECK(row.status == Status::kOk);
  CHECK(row.detail.starts_with(phrase));
  CHECK(results.rows.at(1).detail.empty());  // the quantised one has only what fp32 gave it
  CHECK(std::ranges::any_of(results.warnings, [&](const std::string& warning) {
    return warning.find(phrase) != std::string::npos;
  }));
  std::ostringstream table;
  WriteTable(results.rows, table, Marks::kNone);
  CHECK(table.str().find(row.case_id + ": chance alone") != std::string::npos);
}

TEST_CASE("one photograph: its accuracy says nothing, and that is said") {
  QUANTBENCH_REQUIRE_DEFAULT_IMAGES();
  const Arranged data;
  for (int label = 1; label < kClasses; ++label) fs::remove_all(data.Folder("val", label));
  auto file = fs::directory_iterator(data.Folder("val", 0));
  fs::remove(file->path());
  const Results results = data.Run();
  CHECK(results.rows.at(0).accuracy->images == 1);
  CHECK((results.rows.at(0).accuracy->top1_correct == 1 || !results.rows.at(0).detail.empty()));
}

}  // namespace
}  // namespace quantbench
