// SPDX-License-Identifier: Apache-2.0
// The crops stage: what is cached, what is made anew, and what happens to unreadable images.
#include "dataset/crops.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "dataset/resize.h"
#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ErrorOf;
using testing::Pattern;
using testing::Ppm;

// Ten small images in a folder, and a cache folder beside it.
class Stage {
 public:
  Stage() {
    request.index.folder = scratch_.path() / "val";
    request.preprocess.resize = 12;
    request.preprocess.crop = 8;
    for (int i = 0; i < 10; ++i) {
      const std::string name = "n0" + std::to_string(i) + "/image.ppm";
      Write(name, Ppm(Pattern(20 + i, 30 - i, i)));
      request.index.images.push_back({.path = name, .label = i * 3});
    }
  }
  void Write(const std::string& name, const std::string& content) const {
    testing::WriteFile(request.index.folder / name, content);
  }
  Crops Load(int threads = 2, const ProgressCallback& progress = {}) const {
    ThreadPool pool(threads);
    Store store(cache());
    return LoadCrops(request, store, pool, progress);
  }
  fs::path cache() const { return scratch_.path() / "cache"; }
  fs::path file(const Crops& crops) const { return cache() / ("crops-" + crops.key() + ".bin"); }
  // Names in the cache folder that are neither finished files of the stage nor the store's locks.
  std::vector<std::string> Leftovers() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(cache())) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("crops-") && !name.starts_with("fingerprints-") && name != ".in-use")
        names.push_back(name);
    }
    return names;
  }

  CropRequest request;

 private:
  testing::ScratchFolder scratch_;
};

TEST_CASE("crops are those of each image, with its label and path, from the cache too") {
  const Stage stage;
  for (const bool cached : {false, true}) {
    const Crops crops = stage.Load();
    CHECK(crops.from_cache() == cached);
    CHECK(crops.rebuilt_reason().empty());
    CHECK(crops.unreadable().empty());
    CHECK(crops.size() == 8);
    REQUIRE(crops.count() == 10);
    for (int i = 0; i < 10; ++i) {
      const RgbImage expected = CenterCropped(Pattern(20 + i, 30 - i, i), stage.request.preprocess);
      CHECK(std::ranges::equal(crops.pixels(i), expected.pixels));
      CHECK(crops.label(i) == i * 3);
      CHECK(crops.path(i) == stage.request.index.images[static_cast<size_t>(i)].path);
    }
  }
  CHECK(stage.Leftovers().empty());
}

// White, as BMP, whose header tells its size.
std::string WhiteBmp(int side) {
  const auto little = [](int64_t value, int width) {
    std::string bytes;
    for (int i = 0; i < width; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
    return bytes;
  };
  const int64_t pixels = int64_t{3} * side * side;  // rows of a multiple of four bytes
  return "BM" + little(54 + pixels, 4) + little(0, 4) + little(54, 4) + little(40, 4) +
         little(side, 4) + little(side, 4) + little(1, 2) + little(24, 2) + little(0, 4) +
         little(pixels, 4) + std::string(16, '\0') +
         std::string(static_cast<size_t>(pixels), '\xff');
}

TEST_CASE("an image that takes more memory than there may be taken is unreadable, and says so") {
  Stage stage;
  stage.Write("n05/image.ppm", WhiteBmp(1600));
  stage.request.memory_limit_mib = 14;
  CHECK(Contains(ErrorOf([&] { stage.Load(); }),
                 "n05/image.ppm: decoding it takes 14 MiB, memory_limit_mb is 14"));
  stage.request.memory_limit_mib = 16;  // each alone in it, also those whose size nobody knows
  const Crops crops = stage.Load(4);
  CHECK(std::ranges::all_of(crops.pixels(5), [](uint8_t value) { return value == 255; }));
  stage.request.memory_limit_mib = 0;
  CHECK(stage.Load().from_cache());
}

TEST_CASE("crops can be rectangles") {
  Stage stage;
  stage.request.preprocess.crop = {8, 5};
  for (const bool cached : {false, true}) {
    const Crops crops = stage.Load();
    CHECK(crops.from_cache() == cached);
    CHECK(crops.size() == PixelSize(8, 5));
    for (int i = 0; i < 10; ++i)
      CHECK(std::ranges::equal(
          crops.pixels(i),
          CenterCropped(Pattern(20 + i, 30 - i, i), stage.request.preprocess).pixels));
  }
}

TEST_CASE("progress counts every image once") {
  const Stage stage;
  std::atomic<int> calls = 0;
  std::atomic<int64_t> sum = 0;
  stage.Load(2, [&](int64_t done, int64_t total) {
    ++calls;
    sum += done;
    if (total != 10) calls = -1000;
  });
  CHECK(calls == 10);
  CHECK(sum == 55);
}

TEST_CASE("the file is the same for any number of threads") {
  for (const CropTransform transform :
       {CropTransform::kCenterCrop, CropTransform::kRandomResizedCrop}) {
    std::string first;
    for (const int threads : {1, 2, 5}) {
      Stage stage;
      stage.request.transform = transform;
      stage.request.max_unreadable = 1;
      stage.Write("n04/image.ppm", "no image");
      const std::string content = ReadTextFile(stage.file(stage.Load(threads)));
      if (first.empty()) first = content;
      CHECK(content == first);
    }
  }
}

TEST_CASE("the hash changes with everything that changes the pixels, and with nothing else") {
  struct Case {
    std::string reason;
    std::function<void(Stage&)> change;
    bool other_hash;
  };
  const Case cases[] = {
      {"nothing", [](Stage&) {}, false},
      {"mean and std come later", [](Stage& stage) { stage.request.preprocess.mean[0] = 0; },
       false},
      {"a centre crop has no seed", [](Stage& stage) { stage.request.seed = 5; }, false},
      {"how many may be unreadable", [](Stage& stage) { stage.request.max_unreadable = 3; }, false},
      {"time of last change alone",
       [](Stage& stage) { stage.Write("n03/image.ppm", Ppm(Pattern(23, 27, 3))); }, false},
      {"resize", [](Stage& stage) { stage.request.preprocess.resize = 13; }, true},
      {"crop", [](Stage& stage) { stage.request.preprocess.crop = 7; }, true},
      {"a rectangle",
       [](Stage& stage) {
         stage.request.preprocess.crop = {8, 6};
       },
       true},
      {"fit", [](Stage& stage) { stage.request.preprocess.fit = Fit::kPad; }, true},
      {"order of channels comes later",
       [](Stage& stage) { stage.request.preprocess.channel_order = ChannelOrder::kBgr; }, false},
      {"method",
       [](Stage& stage) { stage.request.preprocess.resize_method = ResizeMethod::kOpencvArea; },
       true},
      {"transform",
       [](Stage& stage) { stage.request.transform = CropTransform::kRandomResizedCrop; }, true},
      {"a label", [](Stage& stage) { stage.request.index.images[4].label = 77; }, true},
      {"one image less", [](Stage& stage) { stage.request.index.images.pop_back(); }, true},
      {"order",
       [](Stage& stage) {
         std::swap(stage.request.index.images[0], stage.request.index.images[1]);
       },
       true},
      {"an image's content, its size unchanged",
       [](Stage& stage) { stage.Write("n03/image.ppm", Ppm(Pattern(23, 27, 99))); }, true},
  };
  for (const Case& changed : cases) {
    CAPTURE(changed.reason);
    Stage stage;
    const std::string before = stage.Load().key();
    changed.change(stage);
    const Crops after = stage.Load();
    CHECK((after.key() != before) == changed.other_hash);
    CHECK(after.from_cache() != changed.other_hash);
  }
}

TEST_CASE(
    "results of different builds can be compared: the hash of images knows nothing of the code") {
  const Stage stage;
  ThreadPool pool(1);
  Store store(stage.cache());
  CHECK(NameCrops(stage.request, store, pool).images_hash == "72d08bea490b31a54eb63d0662b3afd4");
}

TEST_CASE("random crops depend on the seed and the position") {
  Stage stage;
  stage.request.transform = CropTransform::kRandomResizedCrop;
  stage.Write("n01/image.ppm", Ppm(Pattern(20, 30, 0)));  // the same image as n00
  stage.request.seed = 1;
  const Crops one = stage.Load();
  stage.request.seed = 2;
  const Crops two = stage.Load();
  CHECK(one.key() != two.key());
  CHECK_FALSE(std::ranges::equal(one.pixels(0), two.pixels(0)));
  CHECK_FALSE(std::ranges::equal(one.pixels(0), one.pixels(1)));
}

TEST_CASE("a damaged cache file is made anew, saying why") {
  struct Case {
    std::string reason;
    std::function<void(std::string&)> damage;
    const char* message;
  };
  const auto flip = [](size_t at) {
    return [at](std::string& bytes) { bytes[at] = static_cast<char>(bytes[at] ^ 1); };
  };
  const Case cases[] = {
      {"emptied", [](std::string& bytes) { bytes.clear(); }, "is too short"},
      {"cut in the header", [](std::string& bytes) { bytes.resize(40); }, "is too short"},
      {"cut after the header", [](std::string& bytes) { bytes.resize(100); }, "is truncated"},
      {"cut in the pixels", [](std::string& bytes) { bytes.resize(4500); }, "is truncated"},
      {"last byte missing", [](std::string& bytes) { bytes.pop_back(); }, "is truncated"},
      {"a byte too many", [](std::string& bytes) { bytes += 'x'; }, "is truncated or too long"},
      {"magic", flip(0), "is not a crops file"},
      {"version", flip(8), "another format version"},
      {"crop size in the header", flip(12), "damaged header"},
      {"count in the header", flip(16), "damaged header"},
      {"key in the header", flip(41), "damaged header"},
      {"first pixel", flip(4096), "damaged pixels"},
      {"last pixel", flip(4096 + 10 * 8 * 8 * 3 - 1), "damaged pixels"},
      {"table", flip(4096 + 10 * 8 * 8 * 3 + 9), "damaged table"},
  };
  for (const Case& damaged : cases) {
    CAPTURE(damaged.reason);
    const Stage stage;
    const fs::path file = stage.file(stage.Load());
    const std::string good = ReadTextFile(file);
    std::string bad = good;
    damaged.damage(bad);
    testing::WriteFile(file, bad);
    const Crops again = stage.Load();
    CHECK_FALSE(again.from_cache());
    CHECK(Contains(again.rebuilt_reason(), damaged.message));
    CHECK(ReadTextFile(file) == good);
    CHECK(stage.Load().from_cache());
  }
}

TEST_CASE("a file of other crops under this name is not taken") {
  Stage stage;
  const fs::path file = stage.file(stage.Load());
  stage.request.index.images[0].label = 5;
  const fs::path other = stage.file(stage.Load());
  fs::copy_file(other, file, fs::copy_options::overwrite_existing);
  stage.request.index.images[0].label = 0;
  CHECK(Contains(stage.Load().rebuilt_reason(), "holds the crops of other images"));
}

TEST_CASE("unreadable images: too many is an error that lists them in order") {
  Stage stage;
  stage.Write("n07/image.ppm", "no image");
  stage.Write("n02/image.ppm", "");
  fs::remove(stage.request.index.folder / "n05/image.ppm");
  const std::string error = ErrorOf([&] { stage.Load(); });
  CAPTURE(error);
  CHECK(Contains(error, "3 of 10 images in"));
  CHECK(Contains(error,
                 "can't be read, 0 may be (dataset.max_unreadable):\n"
                 "  n02/image.ppm: empty file\n"
                 "  n05/image.ppm: No such file or directory\n"
                 "  n07/image.ppm: not an image"));
  CHECK(stage.Leftovers().empty());

  SUBCASE("a few that are allowed are left out, and named, also from the cache") {
    stage.request.max_unreadable = 3;
    for (const bool cached : {false, true}) {
      const Crops crops = stage.Load();
      CHECK(crops.from_cache() == cached);
      REQUIRE(crops.count() == 7);
      REQUIRE(crops.unreadable().size() == 3);
      CHECK(crops.unreadable()[0] == "n02/image.ppm: empty file");
      CHECK(crops.path(2) == "n03/image.ppm");
      CHECK(crops.label(6) == 27);
      CHECK(std::ranges::equal(crops.pixels(6),
                               CenterCropped(Pattern(29, 21, 9), stage.request.preprocess).pixels));
    }
    stage.request.max_unreadable = 2;  // the cache doesn't hide them from a stricter scenario
    CHECK(Contains(ErrorOf([&] { stage.Load(); }), "3 of 10 images"));
  }
  SUBCASE("one that is mended counts again") {
    stage.request.max_unreadable = 3;
    stage.Load();
    stage.Write("n02/image.ppm", Ppm(Pattern(9, 9)));
    CHECK(stage.Load().count() == 8);
  }
}

TEST_CASE("a long list of unreadable images is cut after ten") {
  Stage stage;
  for (int i = 0; i < 12; ++i)
    stage.request.index.images.push_back({.path = "missing" + std::to_string(i), .label = 0});
  const std::string error = ErrorOf([&] { stage.Load(); });
  CHECK(Contains(error, "12 of 22 images"));
  CHECK(Contains(error, "missing9: "));
  CHECK_FALSE(Contains(error, "missing10"));
  CHECK(Contains(error, "and 2 more"));
}

TEST_CASE("no readable image is an error even if all may be unreadable") {
  Stage stage;
  stage.request.index.images = {{.path = "missing", .label = 0}};
  stage.request.max_unreadable = 5;
  CHECK(Contains(ErrorOf([&] { stage.Load(); }), "1 of 1 image"));
}

TEST_CASE("two builders at once both get the crops") {
  const Stage stage;
  std::vector<Crops> crops(2);
  std::vector<std::thread> builders;
  for (Crops& made : crops) builders.emplace_back([&] { made = stage.Load(1); });
  for (std::thread& builder : builders) builder.join();
  for (const Crops& made : crops) {
    REQUIRE(made.count() == 10);
    CHECK(std::ranges::equal(made.pixels(9), crops[0].pixels(9)));
  }
  CHECK(stage.Leftovers().empty());
}

TEST_CASE("what a killed builder left is removed by the next") {
  const Stage stage;
  testing::WriteFile(stage.cache() / ".partial-crops-1-0", "half a file");
  stage.Load();
  CHECK(stage.Leftovers().empty());
}

TEST_CASE("a cache folder that can't be made is an error") {
  const Stage stage;
  testing::WriteFile(stage.cache(), "a file, not a folder");
  CHECK(Contains(ErrorOf([&] { stage.Load(); }), "can't create"));
}

// A limit on file sizes stands for a full disk: both fail the write of a page that isn't there.
TEST_CASE("no space for the crops is an error, and nothing is left behind") {
  const Stage stage;
  fs::create_directories(stage.cache());
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = 5000;
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
  const std::string error = ErrorOf([&] { stage.Load(); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  CHECK(Contains(error, "can't reserve 0 MiB for '"));
  CHECK(Contains(error, "File too large"));
  CHECK(stage.Leftovers().empty());
  CHECK_FALSE(stage.Load().from_cache());
}

}  // namespace
}  // namespace quantbench
