// SPDX-License-Identifier: Apache-2.0
// Lines of JSON behind one identity line, chained by checksums; append, fsync, and cut off again
// what failed half way.
#include "stage/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "record/json.h"
#include "support/error.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr int kVersion = 2;
constexpr std::string_view kCheck = ",\"check\":\"", kEnd = "\"}";
constexpr size_t kCheckDigits = 16;

// Of a line without its last member, behind the one with that check.
std::string CheckOf(std::string_view before, std::string_view body) {
  return Checksum64Hex(std::string(before) + std::string(body));
}

// Whether a line is what was written behind the one with the check `before`; then its own.
bool CheckIsRight(std::string_view line, std::string_view before, std::string& check) {
  const size_t tail = kCheck.size() + kCheckDigits + kEnd.size();
  if (line.size() < tail) return false;
  const std::string_view body = line.substr(0, line.size() - tail);
  std::string right = CheckOf(before, body);
  if (line.substr(body.size()) != std::string(kCheck).append(right).append(kEnd)) return false;
  check = std::move(right);
  return true;
}

// A line of a journal of another version, which may know no checks.
bool IsOfOtherVersion(std::string_view line) {
  const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("journal")) return false;
  const Json& version = json["journal"];
  return version.is_number_integer() && version != kVersion;
}

// What differs, in words; empty where nothing does.
std::string Difference(const RunIdentity& before, const RunIdentity& now) {
  std::string names;
  for (const auto& [name, value] : now) {
    const auto other = before.find(name);
    if (other == before.end() || other->second != value)
      names += (names.empty() ? "" : ", ") + name;
  }
  if (names.empty() && before.size() != now.size()) return "another set of backends";
  return names;
}

// Adds what a line that is whole says.
void ReadLine(std::string_view line, bool is_first, const RunIdentity& identity,
              JournalContent& content, std::string& difference) {
  const Json json = ParseJson(line);
  const Located root(json, Strictness::kLines);
  if (is_first) {
    RunIdentity before;
    const Located members = root.Child("identity");
    for (const auto& [name, value] : members.json().items())
      quantbench::Read(members.Child(name), before[name]);
    difference = Difference(before, identity);
    return;
  }
  JournalEntry entry;
  Read(root, entry);
  content.entries.push_back(std::move(entry));
}

}  // namespace

JournalContent ReadJournal(const std::filesystem::path& folder, const RunIdentity& identity) {
  const std::filesystem::path file = folder / "journal.jsonl";
  JournalContent content;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return content;
  const std::string text = ReadTextFile(file);
  std::string difference;
  size_t number = 1;
  for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
       begin = end + 1, ++number) {
    const std::string_view line = std::string_view(text).substr(begin, end - begin);
    const std::string place = "line " + std::to_string(number) + " of '" + file.string() + "' ";
    if (begin == 0 && IsOfOtherVersion(line))
      return {.why_not = "it is of another version of quantbench"};
    if (!CheckIsRight(line, content.last_check, content.last_check)) {
      content.damage = place + "isn't what was written there";
      break;
    }
    try {
      ReadLine(line, begin == 0, identity, content, difference);
    } catch (const Error& error) {
      content.damage = place + "can't be read: " + error.what();
      break;
    }
    content.good_bytes = end + 1;
  }
  if (!content.damage.empty() && content.good_bytes == 0) return {.why_not = content.damage};
  const bool finished =
      !content.entries.empty() && std::holds_alternative<FinishedEntry>(content.entries.back());
  const bool nothing = content.entries.empty() && content.damage.empty();
  if (finished || nothing) return {};  // nothing is lost
  if (!difference.empty()) return {.why_not = "it belongs to a run with another " + difference};
  return content;
}

std::string WithCheck(std::string object, std::string& last_check) {
  object.pop_back();
  last_check = CheckOf(last_check, object);
  return object.append(kCheck).append(last_check).append(kEnd);
}

Journal::Journal(const std::filesystem::path& folder, const RunIdentity& identity, bool restart)
    : file_(folder / "journal.jsonl") {
  JournalContent content = ReadJournal(folder, identity);
  begun_anew_ = content.why_not;
  size_t good = content.good_bytes;
  if (restart && good > 0) begun_anew_ = "--restart was given";
  if (restart) good = 0;
  const std::filesystem::path old = file_.string() + ".old";
  std::error_code ignored;
  if (good == 0) {
    std::filesystem::rename(file_, old, ignored);
  } else if (!content.damage.empty()) {
    damage_ = content.damage;
    WriteFileAtomically(old, ReadTextFile(file_));
  }
  descriptor_ = OpenToWrite(file_, O_WRONLY | O_CREAT);
  if (::ftruncate(descriptor_.get(), static_cast<off_t>(good)) != 0)
    throw WriteError("can't write '" + file_.string() + "': " + std::strerror(errno));
  if (good > 0) {
    entries_ = std::move(content.entries);
    last_check_ = content.last_check;
    return;
  }
  WriteLine(ToLine(Json{{"journal", kVersion}, {"identity", identity}}, /*replace=*/true));
}

void Journal::Append(const JournalEntry& entry) {
  WriteLine(ToLine(ToJson(entry), /*replace=*/true));
}

void Journal::WriteLine(const std::string& line) {
  const off_t before = ::lseek(descriptor_.get(), 0, SEEK_END);
  std::string check = last_check_;
  const std::string whole = WithCheck(line, check) + '\n';
  if (const int reason = WriteAll(descriptor_.get(), std::as_bytes(std::span(whole)))) {
    [[maybe_unused]] const int cut = ::ftruncate(descriptor_.get(), before);
    throw WriteError("can't write '" + file_.string() + "': " + std::strerror(reason));
  }
  last_check_ = check;
  if (::fsync(descriptor_.get()) != 0)
    throw WriteError("can't write '" + file_.string() + "' to disk: " + std::strerror(errno));
}

}  // namespace quantbench
