// SPDX-License-Identifier: Apache-2.0
// The page's part on single classes and images.
#pragma once

#include <optional>
#include <string>

#include "chart/markup.h"
#include "classes/answers.h"
#include "dataset/thumbnails.h"

namespace quantbench::html {

// What it is made of. Without thumbnails it says `no_photographs`, and lists images by their paths.
struct ImagesOfRun {
  const ClassResults& classes;
  std::optional<Thumbnails> thumbnails;
  std::string no_photographs;
};

void AddClasses(const ImagesOfRun& images, Markup& page);

}  // namespace quantbench::html
