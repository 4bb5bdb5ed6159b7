// Any two of the answers in place of the default pair: counts, tables and photographs.
(() => {
  const { byId, all } = quantbenchPage;
  const source = byId('classes-data');
  if (source === null) return;
  const data = JSON.parse(source.textContent);
  const form = byId('pair');
  const [baseChoice, newChoice] = all('select', form);
  const nameOf = (place) => (place === null ? 'no class' : data.classes[place]);

  const cell = (tag, text, className) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (className !== undefined) element.className = className;
    if (tag === 'th') element.scope = 'row';
    return element;
  };
  const fill = (table, rows) => {
    byId(table).tBodies[0].replaceChildren(...rows.map(([heading, texts, numbers]) => {
      const row = document.createElement('tr');
      row.append(cell('th', heading), ...texts.map((text) => cell('td', text)),
        ...numbers.map((number) => cell('td', number, 'number')));
      return row;
    }));
  };
  const signed = (count) => (count === 0 ? '\u00b10' : `${count < 0 ? '\u2212' : '+'}${Math.abs(count)}`);
  const kindOf = ([label, best], base, changed) => {
    if (best[base] === best[changed]) return -1;
    if (best[base] === label) return 0;
    return best[changed] === label ? 1 : 2;
  };

  const showClasses = (base, changed) => {
    const change = (place) => data.right[changed][place] - data.right[base][place];
    const places = data.images.map((_, place) => place).filter((place) => data.images[place] > 0);
    places.sort((a, b) => change(a) - change(b) || a - b);
    const percent = (right, place) => (100 * right[place] / data.images[place]).toFixed(1);
    fill('class-table', places.slice(0, data.rows).map((place) => [
      data.classes[place], [], [data.images[place], percent(data.right[base], place),
        percent(data.right[changed], place), signed(change(place))]]));
  };
  const showConfusions = (base, changed) => {
    const rows = data.confusions.filter(([, , counts]) => counts[base] + counts[changed] > 0);
    rows.sort((a, b) => b[2][changed] - a[2][changed] || b[2][base] - a[2][base]);
    fill('confusion-table', rows.slice(0, data.rows).map(([label, best, counts]) => [
      data.classes[label], [data.classes[best]], [counts[base], counts[changed]]]));
  };
  const showPhotographs = (base, changed) => {
    const groups = all('.kind');
    const members = groups.map(() => []);
    const rest = [];
    const photos = all('[data-photo]').sort((a, b) => a.dataset.photo - b.dataset.photo);
    for (const photo of photos) {
      const known = data.photos[photo.dataset.photo];
      const kind = kindOf(known, base, changed);
      photo.querySelector('.said').textContent =
        `${nameOf(known[1][base])} \u2192 ${nameOf(known[1][changed])}`;
      if (kind >= 0 && members[kind].length < data.ofAKind) members[kind].push(photo);
      else rest.push(photo);
    }
    groups.forEach((group, kind) => {
      const count = data.pairs[base][changed].kinds[kind];
      const shown = members[kind].length;
      group.querySelector('.photos').replaceChildren(...members[kind]);
      group.querySelector('.count').textContent =
        `${count} ${count === 1 ? 'image' : 'images'}${shown === count ? '' : `, ${shown} shown`}`;
    });
    byId('more-photos').replaceChildren(...rest);
  };
  const show = () => {
    const base = Number(baseChoice.value), changed = Number(newChoice.value);
    byId('pair-text').textContent = data.pairs[base][changed].text;
    showClasses(base, changed);
    showConfusions(base, changed);
    showPhotographs(base, changed);
  };
  byId('pair-names').hidden = true;
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('input', show);
  show();  // a reloaded page may have kept another choice
})();
