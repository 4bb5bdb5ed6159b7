// SPDX-License-Identifier: Apache-2.0
// What the page holds of single images, and that it stays bounded.
#include "html/classes.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "classes/sample_run.h"
#include "html/base64.h"
#include "html/class_data.h"
#include "html/photographs.h"
#include "support/contains.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::SampleRun;

TEST_CASE("base64: the examples of RFC 4648") {
  const struct {
    const char *bytes, *text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};
  for (const auto& one : cases) CHECK(html::Base64(one.bytes) == one.text);
}

TEST_CASE("the section: counts, escaped names, and why there are no photographs") {
  const SampleRun run;
  const ClassResults results(run.Load());
  Markup page;
  html::AddClasses({.classes = results, .thumbnails = {}, .no_photographs = "No crops."}, page);
  const std::string& text = page.str();
  CHECK(Contains(text, "No crops. "));
  CHECK(Contains(text, "2 lost and 1 gained"));
  CHECK(Contains(text, "&lt;b&gt;bear&lt;/b&gt;"));
  CHECK(!Contains(text, "<b>"));
  CHECK(!Contains(text, "<img"));
  CHECK(Contains(text, "<span class=\"path\">a/1.jpg</span>"));
  const size_t begin = text.find("application/json"), end = text.find("</script>");
  REQUIRE(begin != std::string::npos);
  CHECK(text.substr(begin, end - begin).find('<') == std::string::npos);
}

TEST_CASE("many recipes, each wrong on other images: the first pair in full, a share for others") {
  SampleRun run;
  constexpr int kImages = 3000, kClasses = 1000, kRecipes = 20;
  for (int recipe = 0; recipe < kRecipes; ++recipe) {
    std::string csv = "image,label,top1\r\n";
    for (int i = 0; i < kImages; ++i) {
      const int label = i % kClasses;
      csv += std::to_string(i) + "," + std::to_string(label) + "," +
             std::to_string((label + (i % kRecipes == recipe ? 1 + i % 7 : 0)) % kClasses) + "\r\n";
    }
    const std::string name = "many" + std::to_string(recipe);
    run.Write(name + ".csv", csv);
    run.AddRow(name, "backend" + std::to_string(recipe), "int8", name + ".csv");
  }
  run.rows.erase(run.rows.begin(), run.rows.begin() + 4);
  run.rows[0].precision = "fp32";
  const ClassResults results(run.Load());
  REQUIRE(results.answers().size() == kRecipes);
  const std::vector<size_t> answers = html::AnswersOnPage(results);
  CHECK(answers.size() == html::kMostAnswers);
  CHECK(answers[0] == 0);
  const std::vector<size_t> images = html::ImagesOnPage(results, answers);
  CHECK(images.size() == html::kMostPhotographs);
  CHECK(html::ImagesOnPage(results, answers) == images);
  Markup page;
  html::AddClasses({.classes = results, .thumbnails = {}, .no_photographs = ""}, page);
  CHECK(page.str().size() < 400'000);
  CHECK(Contains(page.str(), "12 of 20 different predictions"));
  CHECK(Contains(page.str(), "150 images, 12 shown"));
}

}  // namespace
}  // namespace quantbench
