// Remember how far somebody has read an article in parts, and offer to go on there.
// The place is kept in this browser only, as the id of a block.
const copy = document.querySelector('.copy[data-article]');
const key = `place ${copy.dataset.article}`;
let kept = null;
try {
  kept = JSON.parse(localStorage.getItem(key));
} catch {
  // Storage that is closed to us, or not ours: nothing is remembered, and nothing breaks.
}
const blocks = [...copy.querySelectorAll('[id^="b-"]')];
const here = { part: copy.dataset.part, path: location.pathname };

if (kept && !location.hash && (kept.part !== here.part || document.getElementById(kept.block))) {
  const link = document.createElement('a');
  link.className = 'continue';
  link.href = `${kept.path}#${kept.block}`;
  link.textContent = copy.dataset.continue;
  document.body.append(link);
  link.addEventListener('click', () => link.remove());
  addEventListener('scroll', () => setTimeout(() => link.remove(), 8000), { once: true });
}

let waiting;
addEventListener('scroll', () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const above = blocks.filter((block) => block.getBoundingClientRect().top < innerHeight / 3);
    const block = above.at(-1);
    // The beginning is no place to come back to.
    try {
      if (block && above.length > 2) localStorage.setItem(key, JSON.stringify({ ...here, block: block.id }));
      else if (here.part === '1') localStorage.removeItem(key);
    } catch {
      // As above.
    }
  }, 300);
}, { passive: true });
