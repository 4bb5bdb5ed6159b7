// SPDX-License-Identifier: Apache-2.0
// What is remembered of how long work took.
#include "stage/speeds.h"

#include <doctest/doctest.h>

#include "support/files.h"
#include "support/test_data.h"

namespace quantbench {

TEST_CASE("speeds: a time in proportion to the last one of about as many items") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  CHECK_FALSE(RecordedSpeeds(store).Seconds("crop", 10));
  RecordedSpeeds(store).Add("crop", 10, 9.0);
  RecordedSpeeds(store).Add("crop", 10, 1.0);  // the later one counts
  RecordedSpeeds(store).Add("crop", 1000, 50.0);
  RecordedSpeeds(store).Add("evaluate", 10, 2.0);
  RecordedSpeeds(store).Add("evaluate", 0, 2.0);  // tells nothing
  const RecordedSpeeds speeds(store);
  const struct {
    std::string work;
    int64_t items;
    double seconds;
  } cases[] = {
      {"crop", 10, 1.0},   {"crop", 20, 2.0},     {"crop", 90, 9.0},
      {"crop", 500, 25.0}, {"crop", 2000, 100.0}, {"evaluate", 1000, 200.0},
  };
  for (const auto& one : cases) {
    CAPTURE(one.work);
    CAPTURE(one.items);
    CHECK(speeds.Seconds(one.work, one.items).value_or(-1) == doctest::Approx(one.seconds));
  }
  CHECK_FALSE(speeds.Seconds("calibrate", 10));
}

TEST_CASE("speeds: damaged lines cost what they hold") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  RecordedSpeeds(store).Add("crop", 10, 1.0);
  const std::filesystem::path file = scratch.path() / "speeds.jsonl";
  std::string problem;
  CHECK(store.Find(kSpeeds, "", problem));
  WriteFileAtomically(file, "{\"work\": 3}\nno JSON\n" + ReadTextFile(file) + "{\"work\": \"cut o");
  CHECK_FALSE(store.Find(kSpeeds, "", problem));
  CHECK(problem != "");
  CHECK(RecordedSpeeds(store).Seconds("crop", 10).value_or(-1) == doctest::Approx(1.0));
}

TEST_CASE("speeds: a time that was changed doesn't count, one of before there were checks does") {
  const testing::ScratchFolder scratch;
  const Store store(scratch.path());
  RecordedSpeeds(store).Add("crop", 10, 1.5);
  const std::filesystem::path file = scratch.path() / "speeds.jsonl";
  std::string text = ReadTextFile(file);
  text.replace(text.find("1.5"), 3, "9.5");
  WriteFileAtomically(file, text + "{\"items\":10,\"seconds\":2.0,\"work\":\"old\"}\n" +
                                "{\"items\":0,\"seconds\":2.0,\"work\":\"none\"}\n");
  CHECK_FALSE(RecordedSpeeds(store).Seconds("crop", 10));
  CHECK(RecordedSpeeds(store).Seconds("old", 10).value_or(-1) == doctest::Approx(2.0));
  CHECK_FALSE(RecordedSpeeds(store).Seconds("none", 10));
  std::string problem;
  CHECK_FALSE(store.Find(kSpeeds, "", problem));
}

}  // namespace quantbench
