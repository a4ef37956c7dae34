// Choose what of an issue is heard, and in which order. Without this script each article plays by
// itself. What is chosen is kept in this browser; the bar plays it.
const rows = () => [...document.querySelectorAll('li[data-key]')];
for (const tools of document.querySelectorAll('.listen-tools[hidden]')) {
  const section = tools.closest('.queue');
  // One article is no section to choose.
  const whole = tools.parentElement === section;
  tools.hidden = whole && section.querySelectorAll('li[data-key]').length < 2;
}

for (const row of rows()) {
  const move = (by) => {
    const all = rows();
    const other = all[all.indexOf(row) + by];
    if (!other) return;
    const [first, second] = by < 0 ? [row, other] : [other, row];
    second.before(first);
    row.querySelector(by < 0 ? '[data-does="up"]' : '[data-does="down"]').focus();
  };
  row.querySelector('[data-does="up"]').addEventListener('click', () => move(-1));
  row.querySelector('[data-does="down"]').addEventListener('click', () => move(1));
}

for (const box of document.querySelectorAll('[data-does="section"]')) {
  box.addEventListener('change', () => {
    for (const inner of box.closest('.queue').querySelectorAll('li[data-key] input')) inner.checked = box.checked;
  });
}

document.querySelector('[data-does="play"]')?.addEventListener('click', () => {
  const chosen = rows().filter((row) => row.querySelector('input').checked).map(({ dataset }) => (
    { key: dataset.key, title: dataset.title, url: dataset.url, src: dataset.src }));
  try {
    localStorage.setItem('listening queue', JSON.stringify(chosen));
  } catch {
    return; // Nothing can be kept here; each article still plays by itself.
  }
  document.dispatchEvent(new CustomEvent('play-queue'));
});

// One at a time.
for (const row of rows()) {
  const audio = row.querySelector('audio');
  audio.addEventListener('play', () => document.dispatchEvent(new CustomEvent('listening', { detail: audio })));
  document.addEventListener('listening', ({ detail }) => { if (detail !== audio) audio.pause(); });
}
