// SPDX-License-Identifier: Apache-2.0
// The one place where text becomes markup.
#include "chart/markup.h"

#include <cmath>
#include <stdexcept>

#include "support/number_text.h"
#include "support/printable.h"

namespace quantbench {
namespace {

void AppendEscaped(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

std::string EscapeMarkup(std::string_view text) {
  std::string out;
  AppendEscaped(PrintableLines(text), out);
  return out;
}

std::string MarkupNumber(double value) {
  if (!std::isfinite(value)) throw std::logic_error("a coordinate that isn't finite");
  return TrimmedText(value, 2);
}

void Markup::Tag(std::string_view element, Attributes attributes, std::string_view end) {
  out_.append("<").append(element);
  for (const Attribute& attribute : attributes) {
    out_.append(" ").append(attribute.name).append("=\"");
    out_.append(EscapeMarkup(attribute.value)).append("\"");
  }
  out_.append(end);
}

Markup& Markup::Open(std::string_view element, Attributes attributes) {
  Tag(element, attributes, ">");
  open_.emplace_back(element);
  return *this;
}

Markup& Markup::Close() {
  if (open_.empty()) throw std::logic_error("no element is open");
  out_.append("</").append(open_.back()).append(">\n");
  open_.pop_back();
  return *this;
}

Markup& Markup::Empty(std::string_view element, Attributes attributes) {
  Tag(element, attributes, "/>\n");
  return *this;
}

Markup& Markup::Text(std::string_view text) {
  out_ += EscapeMarkup(text);
  return *this;
}

Markup& Markup::Leaf(std::string_view element, Attributes attributes, std::string_view text) {
  return Open(element, attributes).Text(text).Close();
}

Markup& Markup::Raw(std::string_view markup) {
  out_ += markup;
  return *this;
}

const std::string& Markup::str() const {
  if (!open_.empty()) throw std::logic_error("<" + open_.back() + "> was not closed");
  return out_;
}

}  // namespace quantbench
