// SPDX-License-Identifier: Apache-2.0
// Which classes each image was given, as a file that other tools can compare.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "dataset/image_index.h"
#include "record/accuracy.h"

namespace quantbench {

// CSV: image,label,top1,top2,top3,top4,top5; one line an image in evaluation order; classes are
// label numbers, empty where the network has fewer than five. Returns the hash of the file.
std::string WritePredictions(const Predictions& predictions, std::span<const ImageEntry> images,
                             const std::filesystem::path& file);

// CSV: label,class,description; one line a class. Where nothing names the classes, an older file
// goes.
inline constexpr char kClassNamesFile[] = "class_names.csv";  // in --out
void WriteClassNames(const ClassNames& classes, int64_t label_offset,
                     const std::filesystem::path& file);

}  // namespace quantbench
