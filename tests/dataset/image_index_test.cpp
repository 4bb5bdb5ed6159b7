// SPDX-License-Identifier: Apache-2.0
// Listing images: layouts, labels, order, and what is wrong with a dataset.
#include "dataset/image_index.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ErrorOf;

// A dataset of empty files: listing opens no image.
class Dataset {
 public:
  explicit Dataset(const std::vector<std::string>& files) {
    for (const std::string& file : files) Write(file, "");
  }
  void Write(const std::string& file, const std::string& content) const {
    fs::create_directories((root() / file).parent_path());
    std::ofstream(root() / file, std::ios::binary) << content;
  }
  const fs::path& root() const { return scratch_.path(); }
  DatasetSpec spec() const {
    DatasetSpec spec;
    spec.root = root();
    return spec;
  }

 private:
  testing::ScratchFolder scratch_;
};

using Entries = std::vector<std::pair<std::string, int>>;

Entries EntriesOf(const ImageIndex& index) {
  Entries entries;
  for (const ImageEntry& image : index.images) entries.emplace_back(image.path, image.label);
  return entries;
}

SubsetSpec Split(const std::string& name) {
  SubsetSpec subset;
  subset.split = name;
  return subset;
}

TEST_CASE("class folders: sorted, labels from the synsets file") {
  const Dataset dataset({"val/n03/b.JPEG", "val/n03/a.JPEG", "val/n03/B.JPEG", "val/n01/z.png",
                         "val/n01/.hidden", "val/.git/x", "val/readme.md", "val/n01/notes.txt"});
  dataset.Write("synsets.txt",
                "\xef\xbb\xbfn01 tench, Tinca tinca\r\n\r\nn02\tgoldfish\r\nn03\r\n");
  const ImageIndex index = IndexImages(dataset.spec(), Split("val"));
  CHECK(index.folder == dataset.root() / "val");
  CHECK(index.classes.ids() == std::vector<std::string>{"n01", "n02", "n03"});
  CHECK(EntriesOf(index) == Entries{{"n01/notes.txt", 0},  // no image, as decoding will say
                                    {"n01/z.png", 0},
                                    {"n03/B.JPEG", 2},
                                    {"n03/a.JPEG", 2},
                                    {"n03/b.JPEG", 2}});
}

TEST_CASE("class folders without a synsets file: sorted folders are the classes") {
  const Dataset dataset({"val/dog/1.jpg", "val/cat/1.jpg"});
  const ImageIndex index = IndexImages(dataset.spec(), Split("val"));
  CHECK(index.classes.ids() == std::vector<std::string>{"cat", "dog"});
  CHECK(EntriesOf(index) == Entries{{"cat/1.jpg", 0}, {"dog/1.jpg", 1}});
}

TEST_CASE("a folder where an image is expected is listed, for decoding to report") {
  const Dataset dataset({"val/n01/a.jpg", "val/n01/b/inner.jpg"});
  CHECK(EntriesOf(IndexImages(dataset.spec(), Split("val"))) ==
        Entries{{"n01/a.jpg", 0}, {"n01/b", 0}});
}

TEST_CASE("flat layout: a list gives the labels, as numbers or class ids") {
  const Dataset dataset({"val/b c.jpg", "val/a.jpg", "val/unlisted.jpg"});
  dataset.Write("val.txt", "b c.jpg   7\na.jpg 3\n");
  CHECK(EntriesOf(IndexImages(dataset.spec(), Split("val"))) ==
        Entries{{"a.jpg", 3}, {"b c.jpg", 7}});

  dataset.Write("synsets.txt", "n01\nn02\n");
  dataset.Write("other.txt", "a.jpg n02\nb c.jpg 0\n");
  DatasetSpec spec = dataset.spec();
  spec.labels = dataset.root() / "other.txt";
  CHECK(EntriesOf(IndexImages(spec, Split("val"))) == Entries{{"a.jpg", 1}, {"b c.jpg", 0}});
}

TEST_CASE("a label file that is named wins over class folders, and so does the layout") {
  const Dataset dataset({"val/n01/a.jpg", "val/n02/b.jpg"});
  dataset.Write("val.txt", "n01/a.jpg 5\n");
  DatasetSpec spec = dataset.spec();
  CHECK(EntriesOf(IndexImages(spec, Split("val"))).size() == 2);
  spec.layout = "flat";
  CHECK(EntriesOf(IndexImages(spec, Split("val"))) == Entries{{"n01/a.jpg", 5}});
  spec.layout = "imagenet";
  spec.labels = dataset.root() / "val.txt";
  CHECK(EntriesOf(IndexImages(spec, Split("val"))) == Entries{{"n01/a.jpg", 5}});
  spec.layout = "folders";
  CHECK(EntriesOf(IndexImages(spec, Split("val"))).size() == 2);
}

TEST_CASE("numbers are labelled in their order, and it is said") {
  std::vector<std::string> files;
  for (int i = 0; i < 12; ++i) files.push_back("val/" + std::to_string(i) + "/a.jpg");
  const Dataset dataset(files);
  const ImageIndex index = IndexImages(dataset.spec(), Split("val"));
  for (const ImageEntry& image : index.images)
    CHECK(image.path == std::to_string(image.label) + "/a.jpg");
  CHECK(Contains(index.classes.note(), "'0' to '11' are labelled in the order of their numbers"));
  const Dataset padded({"val/00/a.jpg", "val/01/a.jpg", "val/10/a.jpg"});
  CHECK(IndexImages(padded.spec(), Split("val")).classes.note().empty());
}

TEST_CASE("what can be no class and no image is left out and counted") {
  const Dataset dataset({"val/cat/a.jpg", "val/cat/Thumbs.db", "val/cat/desktop.ini",
                         "val/cat/.DS_Store", "val/cat/._a.jpg", "val/cat/@eaDir/a.jpg",
                         "val/dog/b.jpg", "val/__MACOSX/c.jpg", "val/@eaDir/d.jpg",
                         "val/.ipynb_checkpoints/e.jpg", "val/Thumbs.db"});
  fs::create_directories(dataset.root() / "val" / "ant");
  dataset.Write("val/bee/.hidden", "");
  const ImageIndex index = IndexImages(dataset.spec(), Split("val"));
  CHECK(EntriesOf(index) == Entries{{"cat/a.jpg", 0}, {"dog/b.jpg", 1}});
  CHECK(index.left_out.files == 5);
  CHECK(index.left_out.folders == 6);
  CHECK(Contains(index.left_out.Text(), "5 files and 6 folders ("));
}

TEST_CASE("a split that lacks classes takes them from the one that has all") {
  const Dataset dataset({"val/a/1.jpg", "val/c/1.jpg", "train/a/1.jpg", "train/b/1.jpg",
                         "train/c/1.jpg", "other/a/1.jpg", "other/z/1.jpg"});
  const ImageIndex alone = IndexImages(dataset.spec(), Split("val"));
  CHECK(EntriesOf(alone) == Entries{{"a/1.jpg", 0}, {"c/1.jpg", 1}});
  const ImageIndex index = IndexImages(dataset.spec(), Split("val"), {"train", "val", "none"});
  CHECK(EntriesOf(index) == Entries{{"a/1.jpg", 0}, {"c/1.jpg", 2}});
  CHECK(index.classes.source() == "the class folders of 'train'");
  const std::string error = ErrorOf([&] { IndexImages(dataset.spec(), Split("val"), {"other"}); });
  CHECK(Contains(error, "2 class folders without 'z'"));
  CHECK(Contains(error, "Write dataset.synsets: FILE"));
}

TEST_CASE("names with blanks are whole lines of the synsets file") {
  const Dataset dataset(
      {"val/golden retriever/a.jpg", "val/golden eagle/b.jpg", "val/tench/c.jpg"});
  dataset.Write("synsets.txt", "tench\ngolden retriever\ngolden eagle\n");
  const Entries expected{
      {"golden eagle/b.jpg", 2}, {"golden retriever/a.jpg", 1}, {"tench/c.jpg", 0}};
  CHECK(EntriesOf(IndexImages(dataset.spec(), Split("val"))) == expected);
  dataset.Write("synsets.txt", "tench\ngolden retriever\nking penguin\neagle, golden\n");
  CHECK(Contains(ErrorOf([&] { IndexImages(dataset.spec(), Split("val")); }),
                 "golden eagle' is not in the synsets file"));
}

TEST_CASE("label_offset is added to every label") {
  const Dataset dataset({"val/cat/1.jpg", "val/dog/1.jpg"});
  DatasetSpec spec = dataset.spec();
  spec.label_offset = 1;
  CHECK(EntriesOf(IndexImages(spec, Split("val"))) == Entries{{"cat/1.jpg", 1}, {"dog/1.jpg", 2}});
}

TEST_CASE("what is wrong with a dataset, the error names") {
  struct Case {
    std::string reason;
    std::vector<std::pair<std::string, std::string>> files;
    std::function<void(DatasetSpec&)> change;
    const char* message;
  };
  const auto as_it_is = [](DatasetSpec&) {};
  const Case cases[] = {
      {"no such split",
       {{"train/n01/a.jpg", ""}, {"test/n01/a.jpg", ""}},
       as_it_is,
       "' has no folder 'val'\n  expected  "},
      {"no such root", {}, [](DatasetSpec& spec) { spec.root /= "nowhere"; }, "nowhere'"},
      {"a root that is a file",
       {{"val", ""}},
       [](DatasetSpec& spec) { spec.root /= "val"; },
       "val' is a file, not a folder"},
      {"a root one level too deep",
       {{"val/n01/a.jpg", ""}, {"train/n01/a.jpg", ""}},
       [](DatasetSpec& spec) { spec.root /= "train"; },
       "has one: make that dataset.root"},
      {"a root one level too high",
       {{"images/val/n01/a.jpg", ""}},
       as_it_is,
       "images' has one: make that dataset.root"},
      {"another name for the split",
       {{"validation/n01/a.jpg", ""}},
       as_it_is,
       "(did you mean 'validation'?)"},
      {"unknown layout",
       {{"val/n01/a.jpg", ""}},
       [](DatasetSpec& spec) { spec.layout = "coco"; },
       "dataset.layout 'coco' is unknown; expected imagenet"},
      {"neither class folders nor a list", {{"val/a.jpg", ""}}, as_it_is, "has no class folders"},
      {"a class that the synsets file doesn't know",
       {{"val/n09/a.jpg", ""}, {"synsets.txt", "n01\nn02\n"}},
       as_it_is,
       "n09' is not in the synsets file, which names 2 classes from 'n01' to 'n02'"},
      {"a class twice",
       {{"val/n01/a.jpg", ""}, {"synsets.txt", "n01\nn01 again\n"}},
       as_it_is,
       "synsets.txt:2: class 'n01' a second time"},
      {"an empty synsets file",
       {{"val/n01/a.jpg", ""}, {"synsets.txt", " \n"}},
       as_it_is,
       "has no line"},
      {"a synsets file that isn't there",
       {{"val/n01/a.jpg", ""}},
       [](DatasetSpec& spec) { spec.synsets = spec.root / "none.txt"; },
       "synsets file: can't open"},
      {"no image in any class", {{"val/n01/.hidden", ""}}, as_it_is, "no image in"},
      {"an image outside of the classes",
       {{"val/n01/a.jpg", ""}, {"val/lost.JPG", ""}},
       as_it_is,
       "lost.JPG' lies beside the class folders"},
      {"a list that names a missing image",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg 0\nb.jpg 0"}},
       as_it_is,
       "val.txt:2: no image 'b.jpg'"},
      {"a label that isn't a number",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg cat\n"}},
       as_it_is,
       "val.txt:1: label 'cat' isn't a number from 0 on (class ids need a synsets file)"},
      {"a negative label",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg -1\n"}},
       as_it_is,
       "label '-1' isn't a number from 0 on"},
      {"a label beyond int",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg 99999999999\n"}},
       as_it_is,
       "label '99999999999' isn't a number"},
      {"a label with a tail",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg 1x\n"}},
       as_it_is,
       "label '1x' isn't a number"},
      {"a label beyond the classes",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg 2\n"}, {"synsets.txt", "n01\nn02\n"}},
       as_it_is,
       "label 2, but the synsets file names 2 classes"},
      {"no label",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg\n"}},
       as_it_is,
       "val.txt:1: 'a.jpg' has no label"},
      {"one folder for all images",
       {{"val/images/a.jpg", ""}, {"val/val_annotations.txt", "a.jpg\tn01\t0\t0\t1\t1\n"}},
       as_it_is,
       "val' has one folder, 'images', which isn't a class; where it holds the images of all "
       "classes, "
       "write dataset: {layout: flat, labels: "},
      {"the same with synsets",
       {{"val/JPEGImages/a.jpg", ""}, {"synsets.txt", "n01\nn02\n"}},
       as_it_is,
       "'JPEGImages', which isn't a class"},
      {"a list in UTF-16",
       {{"val/a.jpg", ""},
        {"val.txt", std::string("\xff\xfe"
                                "a\0.\0",
                                6)}},
       as_it_is,
       "is UTF-16 or no text at all; save it as UTF-8"},
      {"synsets in UTF-16 without a mark",
       {{"val/n01/a.jpg", ""},
        {"synsets.txt", std::string("n\0"
                                    "0\0"
                                    "1\0",
                                    6)}},
       as_it_is,
       "synsets.txt' is UTF-16"},
      {"an image listed twice",
       {{"val/a.jpg", ""}, {"val.txt", "a.jpg 0\na.jpg 1\n"}},
       as_it_is,
       "val.txt:2: image 'a.jpg' is listed a second time"},
  };
  for (const Case& wrong : cases) {
    CAPTURE(wrong.reason);
    const Dataset dataset({});
    for (const auto& [file, content] : wrong.files) dataset.Write(file, content);
    DatasetSpec spec = dataset.spec();
    wrong.change(spec);
    const std::string error = ErrorOf([&] { IndexImages(spec, Split("val")); });
    CAPTURE(error);
    CHECK(Contains(error, wrong.message));
  }
}

TEST_CASE("the mini ImageNet: labels are positions in synset order") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  DatasetSpec spec;
  spec.root = testing::SharedData() / "imagenet-mini";
  const ImageIndex val = IndexImages(spec, Split("val"));
  CHECK(val.images.size() == 450);
  CHECK(val.classes.size() == 1000);
  for (const ImageEntry& image : val.images)
    CHECK(val.classes.ids()[static_cast<size_t>(image.label)] == image.path.substr(0, 9));
  CHECK(IndexImages(spec, Split("train")).images.size() == 150);
}

}  // namespace
}  // namespace quantbench
