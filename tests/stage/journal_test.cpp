// SPDX-License-Identifier: Apache-2.0
// What a journal gives back after it was closed, cut, damaged, or written by another run.
#include "stage/journal.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <unistd.h>

#include <csignal>
#include <fstream>
#include <functional>
#include <sstream>

#include "support/files.h"
#include "support/lock_file.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

const RunIdentity kIdentity{{"scenario", "1"}, {"model", "2"}};

EvaluationEntry Evaluated(const std::string& name) {
  return {.name = name,
          .outcome =
              Evaluation{{.images = 8, .top1_correct = 5, .top5_correct = 7, .outputs_hash = "h"},
                         {.fallback_nodes = 3}},
          .from_cache = false,
          .seconds = 0.5};
}

// A journal with two entries in a folder.
std::filesystem::path Begin(const std::filesystem::path& folder) {
  Journal journal(folder, kIdentity, false);
  CHECK(journal.entries().empty());
  CHECK(journal.begun_anew() == "");
  journal.Append(Evaluated("a-fp32"));
  journal.Append(RepetitionEntry{
      .case_id = "a/fp32/b1/t1",
      .round = 1,
      .outcome = Failure{.status = Status::kCrashed, .detail = "SIGSEGV, \"quoted\""}});
  return folder / "journal.jsonl";
}

TEST_CASE("entries come back as they were") {
  const testing::ScratchFolder scratch;
  Begin(scratch.path());
  const Journal journal(scratch.path(), kIdentity, false);
  REQUIRE(journal.entries().size() == 2);
  const auto& evaluation = std::get<EvaluationEntry>(journal.entries()[0]);
  CHECK(evaluation.name == "a-fp32");
  CHECK(std::get<Evaluation>(evaluation.outcome).top5_correct == 7);
  CHECK(evaluation.seconds == 0.5);
  const auto& repetition = std::get<RepetitionEntry>(journal.entries()[1]);
  CHECK(repetition.round == 1);
  CHECK(std::get<Failure>(repetition.outcome).status == Status::kCrashed);
  CHECK(std::get<Failure>(repetition.outcome).detail == "SIGSEGV, \"quoted\"");
}

TEST_CASE("a last line that was cut off is dropped, and writing goes on behind the one before") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = Begin(scratch.path());
  const std::string whole = ReadTextFile(file);
  const size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  for (size_t cut = last; cut < whole.size(); cut += 7) {
    CAPTURE(cut);
    std::filesystem::resize_file(file, cut);
    {
      Journal journal(scratch.path(), kIdentity, false);
      CHECK(journal.entries().size() == 1);
      journal.Append(Evaluated("b-fp32"));
    }
    CHECK(Journal(scratch.path(), kIdentity, false).entries().size() == 2);
    WriteFileAtomically(file, whole);
  }
}

std::vector<std::string> LinesOf(const std::filesystem::path& file) {
  std::vector<std::string> lines;
  std::istringstream stream(ReadTextFile(file));
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST_CASE("from a line on that isn't as it was written, nothing is believed, and it is named") {
  const testing::ScratchFolder other;
  const std::vector<std::string> foreign = [&] {
    Journal journal(other.path(), kIdentity, false);
    journal.Append(Evaluated("b-fp32"));
    journal.Append(Evaluated("c-fp32"));
    return LinesOf(other.path() / "journal.jsonl");
  }();
  const auto replaced = [](const char* what, const char* by) {
    return [=](std::vector<std::string>& lines) {
      lines[1].replace(lines[1].find(what), std::string(what).size(), by);
    };
  };
  using Lines = std::vector<std::string>;
  const struct {
    const char* reason;
    std::function<void(Lines&)> damage;
    size_t line;  // that is named; those before it are kept
  } cases[] = {
      {"a figure", replaced("\"top1_correct\":5", "\"top1_correct\":7"), 2},
      {"a hash", replaced("\"outputs_hash\":\"h\"", "\"outputs_hash\":\"i\""), 2},
      {"a time", replaced("\"seconds\":0.5", "\"seconds\":0.6"), 2},
      {"a blank", replaced("\"seconds\":0.5", "\"seconds\": 0.5"), 2},
      {"its checksum", [](Lines& lines) { lines[1][lines[1].size() - 3] ^= 1; }, 2},
      {"no checksum", [](Lines& lines) { lines[1] = "{\"kind\":\"finished\"}"; }, 2},
      {"lines change places", [](Lines& lines) { std::swap(lines[1], lines[2]); }, 2},
      {"a line is gone", [](Lines& lines) { lines.erase(lines.begin() + 1); }, 2},
      {"a line twice", [](Lines& lines) { lines.insert(lines.begin() + 1, lines[1]); }, 3},
      {"a line of another journal", [&](Lines& lines) { lines[2] = foreign[2]; }, 3},
      {"a line inserted", [](Lines& lines) { lines.insert(lines.begin() + 2, "{}"); }, 3},
      {"no text at all", [](Lines& lines) { lines[2] = std::string(40, '\0'); }, 3},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const testing::ScratchFolder scratch;
    const std::filesystem::path file = Begin(scratch.path());
    std::vector<std::string> lines = LinesOf(file);
    one.damage(lines);
    WriteFileAtomically(file, Joined(lines));
    {
      Journal journal(scratch.path(), kIdentity, false);
      CHECK(journal.entries().size() == one.line - 2);
      CHECK(journal.damage().starts_with("line " + std::to_string(one.line) + " of '"));
      journal.Append(Evaluated("z-fp32"));
    }
    CHECK(ReadTextFile(scratch.path() / "journal.jsonl.old") == Joined(lines));
    const Journal again(scratch.path(), kIdentity, false);
    CHECK(again.entries().size() == one.line - 1);
    CHECK(again.damage() == "");
  }
}

TEST_CASE("every flipped bit of a journal is noticed") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = Begin(scratch.path());
  const std::string whole = ReadTextFile(file);
  for (size_t i = 0; i + 1 < whole.size(); ++i) {
    CAPTURE(i);
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << i % 8));
    WriteFileAtomically(file, flipped);
    const JournalContent content = ReadJournal(scratch.path(), kIdentity);
    CHECK((!content.damage.empty() || !content.why_not.empty()));
    CHECK(content.entries.size() < 2);
  }
}

TEST_CASE("a first line that isn't whole begins a new journal, with a word") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = Begin(scratch.path());
  std::string text = ReadTextFile(file);
  text.replace(text.find("\"model\":\"2\""), 11, "\"model\":\"3\"");
  WriteFileAtomically(file, text);
  const Journal journal(scratch.path(), {{"scenario", "1"}, {"model", "3"}}, false);
  CHECK(journal.entries().empty());
  CHECK(journal.begun_anew().find("line 1 of '") == 0);
}

TEST_CASE("a journal that can't be continued is kept aside, with a reason") {
  const struct {
    std::string reason;
    RunIdentity identity;
    bool restart;
    std::string said;
  } cases[] = {
      {"another model", {{"scenario", "1"}, {"model", "3"}}, false, "with another model"},
      {"one backend more",
       {{"scenario", "1"}, {"model", "2"}, {"backend x", "4"}},
       false,
       "another backend x"},
      {"one part less", {{"scenario", "1"}}, false, "another set of backends"},
      {"asked for", kIdentity, true, "--restart"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const testing::ScratchFolder scratch;
    const std::string before = ReadTextFile(Begin(scratch.path()));
    const Journal journal(scratch.path(), one.identity, one.restart);
    CHECK(journal.entries().empty());
    CHECK(journal.begun_anew().find(one.said) != std::string::npos);
    CHECK(ReadTextFile(scratch.path() / "journal.jsonl.old") == before);
  }
}

TEST_CASE("after a finished run the next one begins anew without a word") {
  const testing::ScratchFolder scratch;
  Begin(scratch.path());
  Journal(scratch.path(), kIdentity, false).Append(FinishedEntry{});
  const Journal journal(scratch.path(), kIdentity, false);
  CHECK(journal.entries().empty());
  CHECK(journal.begun_anew() == "");
}

TEST_CASE("what is no journal is kept aside") {
  for (const char* const text : {"", "\n", "hello\n", "{}\n", "{\"journal\": 99}\n", "[1]\n"}) {
    CAPTURE(text);
    const testing::ScratchFolder scratch;
    std::ofstream(scratch.path() / "journal.jsonl") << text;
    Journal journal(scratch.path(), kIdentity, false);
    CHECK(journal.entries().empty());
    journal.Append(Evaluated("a"));
    CHECK(Journal(scratch.path(), kIdentity, false).entries().size() == 1);
  }
}

// A full disk, as far as a process can make one: a limit on the size of files.
TEST_CASE("an entry that doesn't fit on the disk is an error and leaves the journal whole") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = Begin(scratch.path());
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  const rlimit small{.rlim_cur = std::filesystem::file_size(file) + 10, .rlim_max = limit.rlim_max};
  {
    Journal journal(scratch.path(), kIdentity, false);
    ::setrlimit(RLIMIT_FSIZE, &small);
    CHECK_THROWS_AS(journal.Append(Evaluated("b")), WriteError);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    journal.Append(Evaluated("c"));
  }
  std::signal(SIGXFSZ, previous);
  CHECK(Journal(scratch.path(), kIdentity, false).entries().size() == 3);
}

TEST_CASE("a folder is locked once, until its owner lets go") {
  const testing::ScratchFolder scratch;
  {
    const FolderLock lock(scratch.path());
    CHECK_THROWS_WITH_AS(FolderLock(scratch.path()),
                         doctest::Contains(("process " + std::to_string(::getpid())).c_str()),
                         Error);
  }
  const FolderLock again(scratch.path());
}

}  // namespace
}  // namespace quantbench
