// SPDX-License-Identifier: Apache-2.0
// Crops of real photographs are torchvision's, to the byte.
#include <doctest/doctest.h>

#include <algorithm>
#include <span>

#include "dataset/crops.h"
#include "support/npy.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

TEST_CASE("the photographs' crops in the file are the reference's") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  DatasetSpec dataset;
  dataset.root = testing::SharedData() / "imagenet-mini";
  SubsetSpec subset;
  subset.split = "val";
  subset.list = testing::SharedData() / "reference" / "images.txt";
  CropRequest request;
  request.index = IndexImages(dataset, subset);
  const testing::ScratchFolder scratch;
  ThreadPool pool(2);
  Store store(scratch.path());
  const Crops crops = LoadCrops(request, store, pool, {});
  const auto reference =
      testing::ReadNpy<uint8_t>(testing::SharedData() / "reference" / "crops_uint8_nhwc.npy");
  REQUIRE(crops.count() == 40);
  for (int64_t i = 0; i < 40; ++i)
    CHECK(std::ranges::equal(crops.pixels(i),
                             std::span(reference.values)
                                 .subspan(static_cast<size_t>(i) * 224 * 224 * 3, 224 * 224 * 3)));
}

}  // namespace
}  // namespace quantbench
