// SPDX-License-Identifier: Apache-2.0
// Lines of JSON behind one identity line; append, fsync, and cut off again what failed half way.
#include "stage/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "record/json.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

constexpr int kVersion = 1;

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

}  // namespace

JournalContent ReadJournal(const std::filesystem::path& folder, const RunIdentity& identity) {
  const std::filesystem::path file = folder / "journal.jsonl";
  JournalContent content;
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return content;
  const std::string text = ReadTextFile(file);
  std::string difference;
  try {
    for (size_t begin = 0, end = 0; (end = text.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      const Json json = Json::parse(std::string_view(text).substr(begin, end - begin));
      if (begin > 0) {
        JournalEntry entry;
        Read(Located(json, Strictness::kLines), entry);
        content.entries.push_back(std::move(entry));
      } else if (json.at("journal") != kVersion) {
        return {.why_not = "it is of another version of quantbench"};
      } else {
        difference = Difference(json.at("identity").get<RunIdentity>(), identity);
      }
      content.good_bytes = end + 1;
    }
  } catch (const Json::exception&) {
    // Cut off, or damaged: what stands before it is good.
  } catch (const Error&) {
  }
  const bool finished =
      !content.entries.empty() && std::holds_alternative<FinishedEntry>(content.entries.back());
  if (finished || content.entries.empty()) return {};  // nothing is lost
  if (!difference.empty()) return {.why_not = "it belongs to a run with another " + difference};
  return content;
}

Journal::Journal(const std::filesystem::path& folder, const RunIdentity& identity, bool restart)
    : file_(folder / "journal.jsonl") {
  std::error_code ignored;
  JournalContent content = ReadJournal(folder, identity);
  begun_anew_ = content.why_not;
  size_t good = content.good_bytes;
  if (restart && good > 0) begun_anew_ = "--restart was given";
  if (restart) good = 0;
  if (good == 0) std::filesystem::rename(file_, file_.string() + ".old", ignored);
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(good)) != 0) {
    throw WriteError("can't write '" + file_.string() + "': " + std::strerror(errno));
  }
  if (good > 0) {
    entries_ = std::move(content.entries);
    return;
  }
  WriteLine(ToLine(Json{{"journal", kVersion}, {"identity", identity}}, /*replace=*/true));
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::Append(const JournalEntry& entry) {
  WriteLine(ToLine(ToJson(entry), /*replace=*/true));
}

void Journal::WriteLine(const std::string& line) {
  const off_t before = ::lseek(descriptor_, 0, SEEK_END);
  const std::string whole = line + '\n';
  for (std::string_view rest = whole; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      const int reason = errno;
      [[maybe_unused]] const int cut = ::ftruncate(descriptor_, before);
      throw WriteError("can't write '" + file_.string() + "': " + std::strerror(reason));
    }
    rest.remove_prefix(static_cast<size_t>(written));
  }
  if (::fsync(descriptor_) != 0)
    throw WriteError("can't write '" + file_.string() + "' to disk: " + std::strerror(errno));
}

}  // namespace quantbench
