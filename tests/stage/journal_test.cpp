// SPDX-License-Identifier: Apache-2.0
// What a journal gives back after it was closed, cut, damaged, or written by another run.
#include "stage/journal.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <unistd.h>

#include <csignal>
#include <fstream>

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

TEST_CASE("from a damaged line on, nothing is believed") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = Begin(scratch.path());
  std::string text = ReadTextFile(file);
  text.insert(text.find('\n') + 1, "{\"kind\": \"evaluation\", \"name\": 7}\n");
  WriteFileAtomically(file, text);
  CHECK(Journal(scratch.path(), kIdentity, false).entries().empty());
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
