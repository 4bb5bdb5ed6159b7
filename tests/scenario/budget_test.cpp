// SPDX-License-Identifier: Apache-2.0
// Budgets: defaults, limits by glob, and every mistake with its place.
#include "scenario/budget.h"

#include <doctest/doctest.h>

#include "scenario/parse.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

Budget Load(const std::string& text) {
  const testing::ScratchFolder scratch;
  WriteFileAtomically(scratch.path() / "budget.yaml", text);
  return LoadBudget(scratch.path() / "budget.yaml");
}

TEST_CASE("what a budget doesn't name has a default") {
  const CaseLimits limits = Load("version: 1\n").For("any");
  CHECK(limits.top1_drop_pp == 0.5);
  CHECK(limits.latency_ratio == 1.10);
  CHECK(limits.size_ratio == 1.01);
  CHECK(limits.alpha == 0.01);
  CHECK(!limits.identical_outputs);
}

TEST_CASE("entries change the cases that they match, later ones win") {
  const Budget budget = Load(
      "version: 1\n"
      "latency_ratio: 1.2\n"
      "identical_outputs: on\n"
      "cases:\n"
      "  - {match: '*/int8/*', top1_drop_pp: 1}\n"
      "  - {match: 'x86*', top1_drop_pp: 2, identical_outputs: off}\n");
  CHECK(budget.For("r/fp32/b1").top1_drop_pp == 0.5);
  CHECK(budget.For("r/int8/b1").top1_drop_pp == 1);
  CHECK(budget.For("x86/int8/b1").top1_drop_pp == 2);
  CHECK(budget.For("x86/int8/b1").latency_ratio == 1.2);
  CHECK(budget.For("r/int8/b1").identical_outputs);
  CHECK(!budget.For("x86/int8/b1").identical_outputs);
}

TEST_CASE("mistakes are located") {
  const struct {
    const char* reason;
    const char* text;
    const char* message;
  } cases[] = {
      {"empty", "", "budget.yaml"},
      {"no version", "alpha: 0.1\n", "version: missing"},
      {"later version", "version: 2\n",
       "1:10: version: this quantbench reads budgets of version 1"},
      {"typo", "version: 1\nlatency_ration: 1.1\n",
       "2:1: latency_ration: unknown key; allowed: version"},
      {"a ratio below one forbids what is the same", "version: 1\nlatency_ratio: 0.9\n",
       "2:16: latency_ratio"},
      {"negative", "version: 1\ntop1_drop_pp: -1\n", "2:15: top1_drop_pp"},
      {"alpha of zero forgives everything", "version: 1\nalpha: 0\n", "2:8: alpha"},
      {"text", "version: 1\nsize_ratio: big\n", "2:13: size_ratio"},
      {"not a number", "version: 1\nsize_ratio: .nan\n", "2:13: size_ratio"},
      {"switch as a mapping", "version: 1\nidentical_outputs: {a: b}\n", "expected 'on' or 'off'"},
      {"an entry for nothing", "version: 1\ncases: [{alpha: 0.1}]\n", "cases[0].match: missing"},
      {"an entry that is none", "version: 1\ncases: [x]\n", "cases[0]"},
      {"twice", "version: 1\nalpha: 0.1\nalpha: 0.2\n", "3:1: alpha"},
      {"not YAML", "version: [\n", "budget.yaml:"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    CHECK_THROWS_WITH_AS(Load(one.text), doctest::Contains(one.message), ScenarioError);
  }
}

TEST_CASE("all mistakes of a budget come at once") {
  try {
    Load("version: 1\nalpha: 2\nsize_ratio: 0\nx: 1\n");
    FAIL("accepted");
  } catch (const ScenarioError& error) {
    CHECK(error.mistakes() == 3);
  }
}

}  // namespace
}  // namespace quantbench
