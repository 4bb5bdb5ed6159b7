// SPDX-License-Identifier: Apache-2.0
// The frame that all pages share: head, styles, theme button, script.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chart/markup.h"

namespace quantbench::html {

// From the doctype to the open body, with a link that skips to the element `skip_to`. The page may
// load nothing. `style` comes after page.css.
void OpenPage(const std::string& title, const char* style, const char* skip_to, Markup& page);
// The tooltip, page.js and `script`; closes the body.
void ClosePage(const char* script, Markup& page);

// The heading with the button that changes the theme.
void AddTitle(const std::string& title, Markup& page);
// What the reader must be careful about; nothing where there is nothing.
void AddWarnings(const std::vector<std::string>& warnings, Markup& page);
// One of the figures of a `dl` of class "figures".
void AddFigureCard(const std::string& title, const std::string& value, const std::string& note,
                   Markup& page);

// A card with a heading and an explanation; closed by the caller. `width` is "" or "wide"; links
// lead to `id`.
void OpenFigure(std::string_view heading, std::string_view caption, Markup& page,
                const char* width = "", const std::string& id = {});
// A list item of a chart with its name, which leads to `href`, and figures in text; closed by the
// caller.
void OpenItem(const std::string& id, const std::string& href, const std::string& name,
              const std::string& value, Markup& page);
// A part of the page, for links to it.
struct PagePart {
  std::string id, title;
};
void AddNavigation(const std::vector<PagePart>& parts, Markup& page);

// A header cell whose button sorts; `numeric` cells are compared by their data-value.
void AddSortHeader(const std::string& title, const char* hint, bool numeric, Markup& page);

}  // namespace quantbench::html
