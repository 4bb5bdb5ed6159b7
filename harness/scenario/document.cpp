// SPDX-License-Identifier: Apache-2.0
// Builds the tree from yaml-cpp's events: its own nodes lose duplicate keys and places.
#include "scenario/document.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <string_view>
#include <utility>

#include "support/number_text.h"
#include "support/utf8.h"

namespace quantbench::yaml {
namespace {

constexpr size_t kMaxDepth = 32;     // a scenario needs 5
constexpr size_t kMaxNodes = 20000;  // aliases multiply: nine levels of ten make a billion

// Leaves yaml-cpp's parser from inside an event.
struct Stop {
  Place place;
  std::string message;
};

Place ToPlace(const Source& source, const YAML::Mark& mark) {
  return {.source = &source, .line = std::max(mark.line, 0), .column = std::max(mark.column, 0)};
}

// yaml-cpp 0.7 takes a quoted text that never ends for one that ends with the file.
bool QuoteIsClosed(std::string_view text, size_t opening) {
  if (opening >= text.size()) return true;
  const char quote = text[opening];
  if (quote != '\'' && quote != '"') return true;
  for (size_t i = opening + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      // '' inside single quotes stands for one of them; two halves are as good here.
      return true;
    }
  }
  return false;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const Source& source) : source_(source) {}

  int documents() const { return documents_; }
  Node TakeRoot() { return std::move(root_); }
  // The innermost [ or { that is still open, to explain a syntax error.
  std::optional<Place> OpenBracket() const {
    for (auto frame = open_.rbegin(); frame != open_.rend(); ++frame) {
      if (frame->flow) return frame->node.place;
    }
    return std::nullopt;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Stop{ToPlace(source_, mark), "a second YAML document starts here; a scenario is one"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // The mark of a value that isn't there is that of the next token: point at its key instead.
    const bool has_key = !open_.empty() && open_.back().key;
    Place place = has_key ? open_.back().key->place : ToPlace(source_, mark);
    Finish(NewNode(Node::Kind::kNothing, place), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = NewNode(Node::Kind::kText, ToPlace(source_, mark));
    RefuseTag(tag, node.place);
    node.text = value;
    node.quoted = tag == "!";
    if (node.quoted && !QuoteIsClosed(source_.text, Offset(node.place))) {
      throw Stop{node.place, "YAML syntax error: this quote is never closed"};
    }
    Finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const Place place = ToPlace(source_, mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Stop{place, "an alias can't stand inside its own anchor"};
    CountNodes(found->second.size, place);
    Node copy = found->second.node;
    copy.place = copy.owner_place = place;
    Attach(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    Start(Node::Kind::kList, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { End(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    Start(Node::Kind::kMapping, mark, tag, anchor, style);
  }
  void OnMapEnd() override { End(); }

 private:
  struct Key {
    std::string text;
    Place place;
  };
  struct Frame {
    Node node;
    YAML::anchor_t anchor = 0;
    bool flow = false;
    size_t first_node = 0;   // value of nodes_ when it started
    std::optional<Key> key;  // of a mapping: read, its value not yet
  };
  struct Anchored {
    Node node;
    size_t size = 0;
  };

  void CountNodes(size_t count, const Place& place) {
    nodes_ += count;
    if (nodes_ > kMaxNodes) {
      throw Stop{place, "more than " + CountText(kMaxNodes, "value") +
                            ", aliases expanded: this isn't a scenario"};
    }
  }

  Node NewNode(Node::Kind kind, const Place& place) {
    CountNodes(1, place);
    Node node;
    node.kind = kind;
    node.place = place;
    node.owner_place = place;
    return node;
  }

  static void RefuseTag(const std::string& tag, const Place& place) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Stop{place, "YAML tags (!...) have no meaning in a scenario; remove it"};
  }

  void Start(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
             YAML::EmitterStyle::value style) {
    Node node = NewNode(kind, ToPlace(source_, mark));
    RefuseTag(tag, node.place);
    if (open_.size() == kMaxDepth) {
      throw Stop{node.place, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
    }
    open_.push_back({.node = std::move(node),
                     .anchor = anchor,
                     .flow = style == YAML::EmitterStyle::Flow,
                     .first_node = nodes_ - 1,
                     .key = std::nullopt});
  }

  void End() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    if (frame.anchor != 0) {
      anchors_[frame.anchor] = {.node = frame.node, .size = nodes_ - frame.first_node};
    }
    Attach(std::move(frame.node));
  }

  void Finish(Node node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = {.node = node, .size = 1};
    Attach(std::move(node));
  }

  // Hands a complete node to the list or mapping that it stands in.
  void Attach(Node node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& parent = open_.back();
    if (parent.node.kind == Node::Kind::kList) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.key) {
      if (node.kind != Node::Kind::kText) {
        throw Stop{node.place, "a key must be a plain word, found " + Describe(node)};
      }
      parent.key = Key{.text = std::move(node.text), .place = node.place};
    } else {
      node.owner_place = parent.key->place;
      parent.node.entries.push_back({.key = std::move(parent.key->text),
                                     .place = parent.key->place,
                                     .value = std::move(node)});
      parent.key.reset();
    }
  }

  const Source& source_;
  int documents_ = 0;
  size_t nodes_ = 0;
  Node root_;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
};

std::string SyntaxError(const std::string& reason, const Source& source, const Place& place,
                        const std::optional<Place>& bracket) {
  std::string text = "YAML syntax error: " + reason;
  const size_t offset = Offset(place);
  if (offset > 0 && source.text.substr(offset - 1, 2) == "${") {
    return text + "; inside [ ] or { } quote what holds a variable: \"${NAME}\"";
  }
  if (bracket && reason.find("flow") != std::string::npos) {
    text +=
        "; the bracket opened at line " + std::to_string(bracket->line + 1) + " is still open here";
  }
  return text;
}

// Adds a mistake and returns true where the text isn't UTF-8.
bool IsBinary(const Source& source, Mistakes& mistakes) {
  const std::optional<size_t> offset = FindBinary(source.text);
  if (!offset) return false;
  const std::string_view before = std::string_view(source.text).substr(0, *offset);
  const size_t line_end = before.rfind('\n');
  const Place place{.source = &source,
                    .line = static_cast<int>(std::count(before.begin(), before.end(), '\n')),
                    .column = static_cast<int>(
                        before.size() - (line_end == std::string_view::npos ? 0 : line_end + 1))};
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(source.text[*offset]);
  mistakes.Add(place, "",
               std::string("not a text file in UTF-8: byte 0x") + kDigits[byte >> 4] +
                   kDigits[byte & 15] + "; expected a YAML scenario");
  return true;
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::Find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).Find(key)); }

std::string Describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNothing:
      return "nothing";
    case Node::Kind::kText:
      return (node.quoted ? "the quoted text " : "") + Quoted(node.text);
    case Node::Kind::kList:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "";
}

std::optional<Node> ParseYaml(const Source& source, Mistakes& mistakes) {
  if (IsBinary(source, mistakes)) return std::nullopt;
  std::istringstream stream(source.text);
  TreeBuilder builder(source);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    Node root = builder.TakeRoot();
    if (root.place.source == nullptr) root.place = root.owner_place = {.source = &source};
    return root;
  } catch (const Stop& stop) {
    mistakes.Add(stop.place, "", stop.message);
  } catch (const YAML::DeepRecursion& error) {
    mistakes.Add(ToPlace(source, error.mark), "",
                 "nested deeper than " + std::to_string(kMaxDepth) + " levels");
  } catch (const YAML::ParserException& error) {
    const Place place = ToPlace(source, error.mark);
    mistakes.Add(place, "", SyntaxError(error.msg, source, place, builder.OpenBracket()));
  }
  return std::nullopt;
}

void AssignPaths(Node& node, const std::string& path) {
  node.path = path;
  for (size_t i = 0; i < node.items.size(); ++i) {
    AssignPaths(node.items[i], path + "[" + std::to_string(i) + "]");
  }
  for (Entry& entry : node.entries) {
    AssignPaths(entry.value, path.empty() ? entry.key : path + "." + entry.key);
  }
}

}  // namespace quantbench::yaml
