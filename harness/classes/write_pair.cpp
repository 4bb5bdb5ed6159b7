// SPDX-License-Identifier: Apache-2.0
// Tables of two columns of counts.
#include "classes/write_pair.h"

#include <algorithm>
#include <ostream>

#include "classes/change.h"
#include "classes/csv_lines.h"
#include "compare/signed_text.h"
#include "record/json.h"
#include "report/text_table.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

constexpr size_t kPairWidth = 100;

double Percent(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string PercentText(int64_t part, int64_t whole) {
  return whole == 0 ? "" : FixedText(Percent(part, whole), 1);
}

std::string ChangeText(int64_t base, int64_t changed, int64_t images) {
  return FixedText(Percent(base, images), 2) + "% to " + FixedText(Percent(changed, images), 2) +
         "% (" + SignedText(Percent(changed, images) - Percent(base, images), 2) + " pp)";
}

class PairText {
 public:
  PairText(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
           size_t limit, std::ostream& stream)
      : results_(results), base_(base), changed_(changed), limit_(limit), stream_(stream) {}

  void AddHead() {
    if (IsAlone()) {
      Line(changed_.name + ": " + CountText(changed_.images, "image") + ", Top-1 " +
           FixedText(Percent(changed_.top1_correct, changed_.images), 2) + "%, Top-5 " +
           FixedText(Percent(changed_.top5_correct, changed_.images), 2) + "%");
      return;
    }
    Line("base: " + base_.name);
    Line("new:  " + changed_.name);
    Line(FlipsText(CountFlips(results_, base_, changed_), base_, changed_));
  }

  void AddClasses() {
    TextTable table{.columns = {{.title = "class", .shortens = true}, {"images", true}}};
    if (!IsAlone()) table.columns.push_back({"base %", true});
    table.columns.push_back({IsAlone() ? "Top-1 %" : "new %", true});
    if (!IsAlone()) table.columns.insert(table.columns.end(), {{"lost", true}, {"gained", true}});
    std::vector<ClassChange> classes = ChangesByClass(results_, base_, changed_);
    std::erase_if(classes, [](const ClassChange& one) { return one.images == 0; });
    if (IsAlone()) {  // nothing changed: the worst first
      std::ranges::stable_sort(
          classes, {}, [](const ClassChange& one) { return Percent(one.new_correct, one.images); });
    }
    const size_t shown = Shown(classes.size());
    for (size_t i = 0; i < shown; ++i) {
      const ClassChange& one = classes[i];
      std::vector<TableCell> row{{ClassResults::TextOf(one)}, {std::to_string(one.images)}};
      if (!IsAlone()) row.push_back({PercentText(one.base_correct, one.images)});
      row.push_back({PercentText(one.new_correct, one.images)});
      if (!IsAlone()) {
        row.push_back({std::to_string(one.lost)});
        row.push_back({std::to_string(one.gained)});
      }
      table.rows.push_back(std::move(row));
    }
    Write(IsAlone() ? "classes, the least accurate first" : "classes, what lost most first", shown,
          classes.size(), table);
  }

  void AddConfusions() {
    TextTable table{.columns = {{.title = "class", .shortens = true},
                                {.title = "taken for", .shortens = true}}};
    if (!IsAlone()) table.columns.push_back({"base", true});
    table.columns.push_back({IsAlone() ? "images" : "new", true});
    const std::vector<ConfusionChange> confusions = ConfusionsOfBoth(results_, base_, changed_);
    const size_t shown = Shown(confusions.size());
    for (size_t i = 0; i < shown; ++i) {
      const ConfusionChange& one = confusions[i];
      std::vector<TableCell> row{{ClassResults::TextOf(one)},
                                 {ClassResults::TextOf(one.taken_for)}};
      if (!IsAlone()) row.push_back({std::to_string(one.base_images)});
      row.push_back({std::to_string(one.new_images)});
      table.rows.push_back(std::move(row));
    }
    Write("confusions, the most frequent first", shown, confusions.size(), table);
  }

  void AddImages() {
    if (IsAlone()) return;
    TextTable table{.columns = {{"change"},
                                {.title = "image", .shortens = true},
                                {.title = "class", .shortens = true},
                                {.title = "base says", .shortens = true},
                                {.title = "new says", .shortens = true}}};
    const std::vector<FlipOf> flips = FlipsOf(results_, base_, changed_);
    const size_t shown = Shown(flips.size());
    for (size_t i = 0; i < shown; ++i) {
      const Flip one = ToFlip(results_, base_, changed_, flips[i]);
      table.rows.push_back({{one.change},
                            {one.image},
                            {results_.TextOf(static_cast<int>(one.label))},
                            {results_.TextOf(one.base[0])},
                            {results_.TextOf(one.changed[0])}});
    }
    Write("images that changed, one of each confusion in turn", shown, flips.size(), table);
  }

 private:
  bool IsAlone() const { return &base_ == &changed_; }
  size_t Shown(size_t count) const { return limit_ == 0 ? count : std::min(limit_, count); }
  void Line(const std::string& text) { WriteWrapped(text, kPairWidth, stream_); }

  void Write(const std::string& title, size_t shown, size_t count, const TextTable& table) {
    stream_ << '\n';
    Line(title + ": " +
         (shown == count
              ? "all " + std::to_string(count)
              : std::to_string(shown) + " of " + std::to_string(count) + " (--limit 0 shows all)"));
    if (shown > 0) table.WriteText(stream_, kPairWidth, /*color=*/false);
  }

  const ClassResults& results_;
  const CaseAnswers &base_, &changed_;
  size_t limit_;
  std::ostream& stream_;
};

}  // namespace

std::string FlipsText(const Flips& flips, const AnswersOf& base, const AnswersOf& changed) {
  const auto flipped = [](int64_t lost, int64_t gained, double p) {
    return ": " + std::to_string(lost) + " lost and " + std::to_string(gained) +
           " gained, p = " + SignificantText(p, 2);
  };
  return CountText(flips.images, "image") + ". Top-1 " +
         ChangeText(base.top1_correct, changed.top1_correct, flips.images) +
         flipped(flips.lost, flips.gained, flips.p) + "; Top-5 " +
         ChangeText(base.top5_correct, changed.top5_correct, flips.images) +
         flipped(flips.top5_lost, flips.top5_gained, flips.top5_p) + " (McNemar exact). " +
         std::to_string(flips.other_class) + " have another best class.";
}

void WritePairText(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                   const PairTables& tables, std::ostream& stream) {
  PairText text(results, base, changed, tables.limit, stream);
  text.AddHead();
  if (tables.classes) text.AddClasses();
  if (tables.confusions) text.AddConfusions();
  if (tables.images) text.AddImages();
}

void WritePairJson(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                   std::ostream& stream) {
  ClassesOfPair pair{.base = base,
                     .changed = changed,
                     .flips = CountFlips(results, base, changed),
                     .classes = ChangesByClass(results, base, changed),
                     .confusions = ConfusionsOfBoth(results, base, changed),
                     .images = {}};
  for (const FlipOf& flip : FlipsOf(results, base, changed))
    pair.images.push_back(ToFlip(results, base, changed, flip));
  stream << ToJson(pair).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void WritePairCsv(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                  const PairTables& tables, std::ostream& stream) {
  const auto write = [&]<class T>(const std::vector<T>& rows) {
    csv_lines::WriteTitles<T>(stream);
    for (const T& row : rows) csv_lines::Write(row, stream);
  };
  if (tables.classes) return write(ChangesByClass(results, base, changed));
  if (tables.confusions) return write(ConfusionsOfBoth(results, base, changed));
  std::vector<Flip> images;
  for (const FlipOf& flip : FlipsOf(results, base, changed))
    images.push_back(ToFlip(results, base, changed, flip));
  write(images);
}

}  // namespace quantbench
