// SPDX-License-Identifier: Apache-2.0
// Two sets of answers for people and for programs.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "classes/answers.h"

namespace quantbench {

struct PairTables {
  bool classes = true, confusions = true, images = true;
  size_t limit = 10;  // rows of each table; 0: all
};

// Counts and tables that fit 100 columns. Where base and changed are the same, what differs between
// two is left out.
void WritePairText(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                   const PairTables& tables, std::ostream& stream);
// Everything: ClassesOfPair.
void WritePairJson(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                   std::ostream& stream);
// One table, whole: ClassChange, ConfusionChange or Flip. `tables` names the one.
void WritePairCsv(const ClassResults& results, const CaseAnswers& base, const CaseAnswers& changed,
                  const PairTables& tables, std::ostream& stream);

// "2400 images: Top-1 85.08% to 84.96% (-0.12 pp), 55 lost and 52 gained, p = 0.85 (McNemar
// exact); ..."
std::string FlipsText(const Flips& flips, const AnswersOf& base, const AnswersOf& changed);

}  // namespace quantbench
