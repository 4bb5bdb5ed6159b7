// SPDX-License-Identifier: Apache-2.0
// Lists that say which class each image of a flat folder has.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "dataset/class_names.h"

namespace quantbench {

struct LabelledName {
  std::string name;  // of a file, as it is called below `folder`
  int label = 0;
  std::string where;  // "file:line"
};

// Lines "name label", the label a number from 0 on or a class; tables of name, label and a box, as
// tiny-imagenet has them; .csv files of two columns; and Kaggle's LOC_val_solution.csv. A name may
// leave out the ending of its file, and the only folder in `folder`. Throws Error that names the
// line: an image that isn't there, what is no label, an image twice; and explains lists that can't
// be read, such as the ground truth of ILSVRC's development kit.
std::vector<LabelledName> ReadLabelList(const std::filesystem::path& list,
                                        const std::filesystem::path& folder,
                                        const ClassNames& classes);

}  // namespace quantbench
