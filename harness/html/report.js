// Sorting, filtering, tooltips and the theme of report.html. The page is complete without it.
'use strict';
(() => {
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

  const table = byId('table');
  if (table === null) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const points = all('.point');
  const rowsOf = (point) => point.dataset.rows.split(' ').map((index) => byId(`case-${index}`));

  // Sorting: empty cells stay at the end, equal ones keep the order of the run.
  const headers = all('thead th', table);
  const sortBy = (column, descending) => {
    const numeric = headers[column].classList.contains('number');
    const keyOf = (row) => {
      const cell = row.cells[column];
      if (!numeric) return cell.dataset.text;
      return cell.dataset.value === '' ? null : Number(cell.dataset.value);
    };
    const isEmpty = (key) => key === null || key === '';
    const compare = (a, b) => {
      const x = keyOf(a), y = keyOf(b);
      if (isEmpty(x) || isEmpty(y)) return isEmpty(x) - isEmpty(y);
      const order = numeric ? x - y : x.localeCompare(y, 'en', { numeric: true });
      return descending ? -order : order;
    };
    body.append(...[...rows].sort(compare));
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

  // Filters: every word somewhere in the row, every choice met.
  const form = byId('filters');
  const words = byId('filter'), frontOnly = byId('front'), count = byId('count');
  const choices = all('select', form);
  const matches = (row) => {
    const text = row.textContent.toLowerCase();
    const wanted = words.value.toLowerCase().split(/\s+/).filter((word) => word !== '');
    if (!wanted.every((word) => text.includes(word))) return false;
    if (frontOnly.checked && row.dataset.front !== 'yes') return false;
    return choices.every((choice) => {
      const cell = [...row.cells].find((one) => one.dataset.key === choice.dataset.key);
      return choice.value === '' || `=${cell.dataset.text}` === choice.value;
    });
  };
  const applyFilters = () => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = !matches(row);
      if (!row.hidden) ++shown;
    }
    for (const point of points) point.classList.toggle('away', rowsOf(point).every((row) => row.hidden));
    count.textContent = shown === rows.length ? `${shown} cases` : `${shown} of ${rows.length} cases`;
  };
  form.hidden = false;
  form.addEventListener('input', applyFilters);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(applyFilters));
  applyFilters();

  // A point and its rows light up together.
  const tooltip = byId('tooltip');
  const place = (box) => {
    const { width, height } = tooltip.getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left + box.width / 2 - width / 2), innerWidth - width - 8);
    const above = box.top - height - 8;
    tooltip.style.left = `${left}px`;
    tooltip.style.top = `${above > 8 ? above : box.bottom + 8}px`;
  };
  const hint = (point) => {
    tooltip.textContent = point.getAttribute('aria-label');
    tooltip.hidden = false;
    place(point.getBoundingClientRect());
    for (const row of rowsOf(point)) row.classList.add('lit');
  };
  const unhint = (point) => {
    tooltip.hidden = true;
    for (const row of rowsOf(point)) row.classList.remove('lit');
  };
  for (const point of points) {
    point.addEventListener('pointerenter', () => hint(point));
    point.addEventListener('pointerleave', () => unhint(point));
    point.addEventListener('focus', () => hint(point));
    point.addEventListener('blur', () => unhint(point));
    point.addEventListener('click', (event) => {
      event.preventDefault();
      unhint(point);
      const row = rowsOf(point).find((one) => !one.hidden);
      if (row === undefined) return;
      row.scrollIntoView({ block: 'center' });
      row.focus();
    });
    for (const row of rowsOf(point)) {
      row.addEventListener('pointerenter', () => point.classList.add('lit'));
      row.addEventListener('pointerleave', () => point.classList.remove('lit'));
    }
  }
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') tooltip.hidden = true;
  });

  // One tab stop a chart; arrows go from point to point, from left to right.
  for (const chart of all('.chart')) {
    const x = (point) => point.getBoundingClientRect().left;
    const stops = all('.point', chart).sort((a, b) => x(a) - x(b));
    const stopAt = (index) => stops.forEach((stop, i) => stop.setAttribute('tabindex', i === index ? 0 : -1));
    stopAt(0);
    stops.forEach((stop, index) => stop.addEventListener('keydown', (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = (index + step + stops.length) % stops.length;
      stopAt(next);
      stops[next].focus();
    }));
  }
})();
