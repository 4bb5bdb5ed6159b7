// Filtering the table of report.html, and what its points tell.
(() => {
  const {byId, all, showTooltip, hideTooltip, makeSortable, hasWords} = quantbenchPage;
  const table = byId('table');
  if (table === null) return;
  makeSortable(table);
  const rows = [...table.tBodies[0].rows];
  const points = all('.point');
  const labels = all('text.label');
  const rowsOf = (point) => point.dataset.rows.split(' ').map((index) => byId(`case-${index}`));

  // Filters: every word somewhere in the row, every choice met.
  const form = byId('filters');
  const words = byId('filter'), frontOnly = byId('front'), count = byId('count');
  const choices = all('select', form);
  const matches = (row) => {
    if (!hasWords(row.textContent, words.value)) return false;
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
    for (const point of [...points, ...labels])
      point.classList.toggle('away', rowsOf(point).every((row) => row.hidden));
    count.textContent =
        shown === rows.length ? `${shown} cases` : `${shown} of ${rows.length} cases`;
  };
  form.hidden = false;
  form.addEventListener('input', applyFilters);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(applyFilters));
  applyFilters();

  // A point and its rows light up together.
  const hint = (point) => {
    showTooltip(point.getAttribute('aria-label'), point.getBoundingClientRect());
    for (const row of rowsOf(point)) row.classList.add('lit');
  };
  const unhint = (point) => {
    hideTooltip();
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
      row.scrollIntoView({block: 'center'});
      row.focus();
    });
    for (const row of rowsOf(point)) {
      row.addEventListener('pointerenter', () => point.classList.add('lit'));
      row.addEventListener('pointerleave', () => point.classList.remove('lit'));
    }
  }
  // One tab stop a chart; arrows go from point to point, from left to right.
  for (const chart of all('.chart')) {
    const x = (point) => point.getBoundingClientRect().left;
    const stops = all('.point', chart).sort((a, b) => x(a) - x(b));
    const stopAt = (index) =>
        stops.forEach((stop, i) => stop.setAttribute('tabindex', i === index ? 0 : -1));
    stopAt(0);
    stops.forEach((stop, index) => stop.addEventListener('keydown', (event) => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const next = (index + step + stops.length) % stops.length;
      stopAt(next);
      stops[next].focus();
    }));
  }
})();
