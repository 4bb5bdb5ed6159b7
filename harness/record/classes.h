// SPDX-License-Identifier: Apache-2.0
// What a mean over images hides: single classes, which of them are confused, and images that are
// answered in another way.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "record/accuracy.h"
#include "record/field.h"

namespace quantbench {

// A class as the dataset names it. Where nothing names classes, both texts are empty.
struct ClassName {
  int64_t label = 0;        // the network's output
  std::string name;         // "n01443537", a folder's name
  std::string description;  // "goldfish"; the name where nothing else is known
};

template <>
struct Fields<ClassName> {
  static constexpr std::tuple kAll{Field("label", &ClassName::label),
                                   Field("class", &ClassName::name),
                                   Field("description", &ClassName::description)};
};

// Of the images of one class.
struct ClassAccuracy : ClassName {
  int64_t images = 0, top1_correct = 0, top5_correct = 0;
  int64_t predicted = 0;  // images of any class that were taken for this one, its own among them
  std::optional<double> top1_percent, top5_percent;
  std::optional<double> precision_percent;  // of `predicted`, those that are of this class
};

template <>
struct Fields<ClassAccuracy> {
  static constexpr std::tuple kAll{
      Base<ClassName>(),
      Field("images", &ClassAccuracy::images),
      Field("top1_correct", &ClassAccuracy::top1_correct),
      Field("top5_correct", &ClassAccuracy::top5_correct),
      Field("predicted", &ClassAccuracy::predicted),
      Field("top1_percent", &ClassAccuracy::top1_percent, {.decimals = 2}),
      Field("top5_percent", &ClassAccuracy::top5_percent, {.decimals = 2}),
      Field("precision_percent", &ClassAccuracy::precision_percent, {.decimals = 2})};
};

// Images of one class that were taken for another one.
struct Confusion : ClassName {
  ClassName taken_for;
  int64_t images = 0;
};

template <>
struct Fields<Confusion> {
  static constexpr std::tuple kAll{Base<ClassName>(), Field("taken_for", &Confusion::taken_for),
                                   Field("images", &Confusion::images)};
};

// How the same images are answered by two recipes.
struct Flips {
  int64_t images = 0;
  int64_t lost = 0, gained = 0;  // right in base alone, right in new alone
  int64_t other_class = 0;       // another best class, whether right or wrong
  double p = 1;                  // of lost and gained, by McNemar's exact test
  int64_t top5_lost = 0, top5_gained = 0;
  double top5_p = 1;
};

template <>
struct Fields<Flips> {
  static constexpr std::tuple kAll{Field("images", &Flips::images),
                                   Field("lost", &Flips::lost),
                                   Field("gained", &Flips::gained),
                                   Field("other_class", &Flips::other_class),
                                   Field("p", &Flips::p),
                                   Field("top5_lost", &Flips::top5_lost),
                                   Field("top5_gained", &Flips::top5_gained),
                                   Field("top5_p", &Flips::top5_p)};
};

// A class in two recipes.
struct ClassChange : ClassName {
  int64_t images = 0, base_correct = 0, new_correct = 0;  // Top-1
  int64_t lost = 0, gained = 0;
  int64_t base_top5_correct = 0, new_top5_correct = 0;
};

template <>
struct Fields<ClassChange> {
  static constexpr std::tuple kAll{Base<ClassName>(),
                                   Field("images", &ClassChange::images),
                                   Field("base_correct", &ClassChange::base_correct),
                                   Field("new_correct", &ClassChange::new_correct),
                                   Field("lost", &ClassChange::lost),
                                   Field("gained", &ClassChange::gained),
                                   Field("base_top5_correct", &ClassChange::base_top5_correct),
                                   Field("new_top5_correct", &ClassChange::new_top5_correct)};
};

// A confusion in two recipes.
struct ConfusionChange : ClassName {
  ClassName taken_for;
  int64_t base_images = 0, new_images = 0;
};

template <>
struct Fields<ConfusionChange> {
  static constexpr std::tuple kAll{Base<ClassName>(),
                                   Field("taken_for", &ConfusionChange::taken_for),
                                   Field("base_images", &ConfusionChange::base_images),
                                   Field("new_images", &ConfusionChange::new_images)};
};

// An image whose best class changed, or whose class left or entered the best five.
struct Flip {
  std::string image;
  std::string change;  // lost, gained, other, top5_lost, top5_gained
  int64_t label = 0;
  TopFive base{}, changed{};
};

template <>
struct Fields<Flip> {
  static constexpr std::tuple kAll{Field("image", &Flip::image), Field("change", &Flip::change),
                                   Field("label", &Flip::label), Field("base_top5", &Flip::base),
                                   Field("new_top5", &Flip::changed)};
};

// Cases that answered every image alike: batch sizes and threads of one recipe, and backends that
// agree.
struct AnswersOf {
  std::string name;  // "int8 minmax per_channel on reference, x86_vnni"
  std::vector<std::string> cases;
  std::string predictions_file;
  int64_t images = 0, top1_correct = 0, top5_correct = 0;
};

template <>
struct Fields<AnswersOf> {
  static constexpr std::tuple kAll{Field("name", &AnswersOf::name),
                                   Field("cases", &AnswersOf::cases),
                                   Field("predictions_file", &AnswersOf::predictions_file),
                                   Field("images", &AnswersOf::images),
                                   Field("top1_correct", &AnswersOf::top1_correct),
                                   Field("top5_correct", &AnswersOf::top5_correct)};
};

// What classes.json of a run tells of each of them.
struct AnswersSummary : AnswersOf {
  int64_t confused_pairs = 0;         // of classes, in all
  std::vector<Confusion> confusions;  // the most frequent of these
};

template <>
struct Fields<AnswersSummary> {
  static constexpr std::tuple kAll{Base<AnswersOf>(),
                                   Field("confused_pairs", &AnswersSummary::confused_pairs),
                                   Field("confusions", &AnswersSummary::confusions)};
};

struct FlipsBetween : Flips {
  int64_t base = 0, changed = 0;  // places in the list of answers, from 0 on
};

template <>
struct Fields<FlipsBetween> {
  static constexpr std::tuple kAll{Field("base", &FlipsBetween::base),
                                   Field("new", &FlipsBetween::changed), Base<Flips>()};
};

// classes.json: keys may be added without another schema.
struct ClassesOfRun {
  std::vector<AnswersSummary> answers;
  std::vector<FlipsBetween> flips;  // of every two, the earlier one as base

  static constexpr int kSchema = 1;
};

template <>
struct Fields<ClassesOfRun> {
  static constexpr std::tuple kAll{
      Computed<ClassesOfRun, int>("schema",
                                  [](const ClassesOfRun&) { return ClassesOfRun::kSchema; }),
      Field("answers", &ClassesOfRun::answers), Field("flips", &ClassesOfRun::flips)};
};

// Two of them set against each other.
struct ClassesOfPair {
  AnswersOf base, changed;
  Flips flips;
  std::vector<ClassChange> classes;
  std::vector<ConfusionChange> confusions;
  std::vector<Flip> images;
};

template <>
struct Fields<ClassesOfPair> {
  static constexpr std::tuple kAll{Field("base", &ClassesOfPair::base),
                                   Field("new", &ClassesOfPair::changed),
                                   Field("flips", &ClassesOfPair::flips),
                                   Field("classes", &ClassesOfPair::classes),
                                   Field("confusions", &ClassesOfPair::confusions),
                                   Field("images", &ClassesOfPair::images)};
};

}  // namespace quantbench
