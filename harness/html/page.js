// What all pages do: the theme, the tooltip, tables that sort. The pages are complete without it.
'use strict';
const quantbenchPage = (() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Theme: automatic, light, dark; remembered where the browser lets a file remember.
  const themes = ['automatic', 'light', 'dark'];
  const button = byId('theme');
  const recall = () => {
    try { return localStorage.getItem('quantbench-theme'); } catch { return null; }
  };
  const remember = (theme) => {
    try { localStorage.setItem('quantbench-theme', theme); } catch { /* stays until reload */ }
  };
  const show = (theme) => {
    if (theme === 'automatic') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${theme}`;
  };
  let theme = themes.includes(recall()) ? recall() : 'automatic';
  show(theme);
  button.hidden = false;
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    show(theme);
    remember(theme);
  });

  // The tooltip stands above a box, below it where there is no room, and never beyond the window.
  const tooltip = byId('tooltip');
  const showTooltip = (text, box) => {
    tooltip.textContent = text;
    tooltip.hidden = false;
    const { width, height } = tooltip.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8);
    const above = box.top - height - 8;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  const hideTooltip = () => { tooltip.hidden = true; };
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hideTooltip();
  });

  // Sorting: empty cells stay at the end, equal ones keep their order.
  const isEmpty = (key) => key === null || key === '';
  const compareKeys = (x, y, descending) => {
    if (isEmpty(x) || isEmpty(y)) return isEmpty(x) - isEmpty(y);
    const order = typeof x === 'number' ? x - y : x.localeCompare(y, 'en', { numeric: true });
    return descending ? -order : order;
  };
  const makeSortable = (table) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const headers = all('thead th', table);
    const sortBy = (column, descending) => {
      const numeric = headers[column].classList.contains('number');
      const keyOf = (row) => {
        const cell = row.cells[column];
        if (!numeric) return cell.dataset.text;
        return cell.dataset.value === '' ? null : Number(cell.dataset.value);
      };
      body.append(...[...rows].sort((a, b) => compareKeys(keyOf(a), keyOf(b), descending)));
      headers.forEach((header, index) => {
        if (index === column) header.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
        else header.removeAttribute('aria-sort');
      });
    };
    headers.forEach((header, column) => {
      const sorter = header.querySelector('button');
      sorter.disabled = false;
      sorter.addEventListener('click', () => {
        sortBy(column, header.getAttribute('aria-sort') === 'ascending');
      });
    });
  };

  // Every word, in any case, somewhere in the text.
  const hasWords = (text, words) =>
    words.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word));

  return { byId, all, showTooltip, hideTooltip, compareKeys, makeSortable, hasWords };
})();
