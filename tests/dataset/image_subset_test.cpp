// SPDX-License-Identifier: Apache-2.0
// Subsets: which images, in which order, and what can't be had.
#include "dataset/image_subset.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::ErrorOf;
using Paths = std::vector<std::string>;

// Two classes: a/0 a/1 a/2 a/3, b/0 b/1.
std::vector<ImageEntry> SixImages() {
  std::vector<ImageEntry> images;
  for (const char* path : {"a/0", "a/1", "a/2", "a/3", "b/0", "b/1"})
    images.push_back({.path = path, .label = path[0] - 'a'});
  return images;
}

Paths PathsOf(const SubsetSpec& subset) {
  Paths paths;
  for (const ImageEntry& image : CutSubset(SixImages(), {"a", "b"}, subset))
    paths.push_back(image.path);
  return paths;
}

SubsetSpec Subset(int64_t images, int64_t per_class, int64_t random, uint64_t seed = 0) {
  SubsetSpec subset;
  subset.split = "val";
  subset.images = images;
  subset.per_class = per_class;
  subset.random = random;
  subset.seed = seed;
  return subset;
}

TEST_CASE("subsets by number") {
  struct Case {
    std::string reason;
    SubsetSpec subset;
    Paths paths;
  };
  const Case cases[] = {
      {"nothing said: all", Subset(0, 0, 0), {"a/0", "a/1", "a/2", "a/3", "b/0", "b/1"}},
      {"the first ones", Subset(3, 0, 0), {"a/0", "a/1", "a/2"}},
      {"exactly all", Subset(6, 0, 0), {"a/0", "a/1", "a/2", "a/3", "b/0", "b/1"}},
      {"of each class", Subset(0, 2, 0), {"a/0", "a/1", "b/0", "b/1"}},
      {"at random, as many as there are",
       Subset(0, 0, 6, 5),
       {"a/0", "a/1", "a/2", "a/3", "b/0", "b/1"}},
      {"at random: these for ever, as results depend on them",
       Subset(0, 0, 3, 1234),
       {"a/1", "a/2", "b/0"}},
  };
  for (const Case& cut : cases) {
    CAPTURE(cut.reason);
    CHECK(PathsOf(cut.subset) == cut.paths);
  }
}

TEST_CASE("two parts share no image, have all, and as many of each class") {
  SubsetSpec search = Subset(0, 0, 0), proof = Subset(0, 0, 0);
  search.part = ImagePart::kSearch;
  proof.part = ImagePart::kProof;
  const Paths one = PathsOf(search), other = PathsOf(proof);
  // These for ever, as results depend on them.
  std::string text;
  for (const std::string& path : one) text += path + ' ';
  CHECK(text == "a/1 a/2 b/0 ");
  Paths all = one;
  all.insert(all.end(), other.begin(), other.end());
  std::sort(all.begin(), all.end());
  CHECK(all == PathsOf(Subset(0, 0, 0)));
  CHECK(std::count_if(one.begin(), one.end(), [](const auto& path) { return path[0] == 'a'; }) ==
        2);
  search.per_class = 1;  // the part of the subset, not the subset of the part
  CHECK(PathsOf(search) == Paths{"a/0"});
  proof.images = 1;
  CHECK(Contains(ErrorOf([&] { PathsOf(proof); }), "can't be divided"));
}

TEST_CASE("random subsets: file order, no image twice, all possible") {
  std::set<Paths> seen;
  for (uint64_t seed = 0; seed < 500; ++seed) {
    const Paths paths = PathsOf(Subset(0, 0, 3, seed));
    CHECK(std::is_sorted(paths.begin(), paths.end()));
    CHECK(std::set<std::string>(paths.begin(), paths.end()).size() == 3);
    seen.insert(paths);
  }
  CHECK(seen.size() == 20);  // 6 choose 3
}

TEST_CASE("a list gives images and order") {
  const testing::ScratchFolder scratch;
  SubsetSpec subset = Subset(0, 0, 0);
  subset.list = scratch.path() / "list.txt";
  testing::WriteFile(subset.list, "b/1\r\n\n  a/3\n");
  CHECK(PathsOf(subset) == Paths{"b/1", "a/3"});

  testing::WriteFile(subset.list, "b/1\nc/9\n");
  CHECK(
      Contains(ErrorOf([&] { PathsOf(subset); }),
               "list.txt:2: no image 'c/9' in split 'val'; expected paths relative to its folder, "
               "for instance 'a/0'"));
  testing::WriteFile(subset.list, "b/1\nb/1\n");
  CHECK(Contains(ErrorOf([&] { PathsOf(subset); }), "list.txt:2: 'b/1' is listed a second time"));
}

TEST_CASE("what can't be had is an error with the numbers") {
  struct Case {
    std::string reason;
    SubsetSpec subset;
    const char* message;
  };
  const Case cases[] = {
      {"more than there are", Subset(7, 0, 0), "split 'val' has 6 images, images asks for 7"},
      {"more at random", Subset(0, 0, 7), "split 'val' has 6 images, random asks for 7"},
      {"more of a class", Subset(0, 3, 0), "class 'b' has 2 images, per_class asks for 3"},
      {"two ways at once", Subset(3, 1, 0), "images, per_class are given; expected one of"},
      {"negative", Subset(-1, 0, 0), "images is -1"},
  };
  for (const Case& wrong : cases) {
    CAPTURE(wrong.reason);
    CHECK(Contains(ErrorOf([&] { PathsOf(wrong.subset); }), wrong.message));
  }
}

}  // namespace
}  // namespace quantbench
