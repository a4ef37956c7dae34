// An issue on a screen: type as its reader likes it, the way back to where they stopped, and an
// issue kept for a journey without a network. Without this script it is read all the same.
const root = document.documentElement;
const { tag, issue, digest } = document.querySelector('[data-tag]').dataset;
const tool = (name) => document.querySelector(`[data-does="${name}"]`);
const front = new URL(document.querySelector('[data-front]')?.getAttribute('href') ?? location.pathname, location.href).href;
const DAYS = 24 * 60 * 60 * 1000;

const store = (name, value) => {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(name));
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch { /* Nothing is remembered, and nothing breaks. */ }
  return null;
};

// --- Type

// What was chosen before, `type.js` has set already.
for (const choice of document.querySelectorAll('.type-tools select')) {
  choice.value = root.dataset[choice.name] ?? '';
  choice.addEventListener('change', () => {
    root.dataset[choice.name] = choice.value;
    const { size, width, ground } = root.dataset;
    store('type', { size, width, ground });
  });
}
document.querySelector('.type-tools')?.removeAttribute('hidden');

// --- Where the reader is

const here = document.querySelector('.reader-bar[data-number]');
if (here) store(`place ${issue}`, { url: location.pathname, title: document.querySelector('h1').textContent });
const back = tool('resume');
const place = store(`place ${issue}`);
if (back && place) {
  back.href = place.url;
  back.textContent = back.dataset.says.replace('{}', place.title);
  back.hidden = false;
}
addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.closest('input, select, textarea, audio')) return;
  const ways = root.dir === 'rtl' ? { ArrowLeft: 'next', ArrowRight: 'prev' } : { ArrowRight: 'next', ArrowLeft: 'prev' };
  if (ways[event.key]) document.querySelector(`.reader-ways a[rel="${ways[event.key]}"]`)?.click();
});

// --- Kept for when there is no network

const mine = `kept ${tag} `;
const name = `${mine}${issue}`;
const possible = 'serviceWorker' in navigator && 'caches' in globalThis;

async function forget(which) {
  for (const one of await caches.keys()) if (which(one)) await caches.delete(one);
}

// What belongs to another reader, or was kept long ago, goes; whoever is offline is shown their own.
async function tidy() {
  await forget((one) => one.startsWith('kept ') && !one.startsWith(mine));
  const record = store(name);
  if (record && Date.now() - record.at > 30 * DAYS) await remove();
  else if (record && digest && record.digest !== digest && navigator.onLine) await keep(record.sound);
}

async function remove() {
  await forget((one) => one.startsWith(name));
  store(name, null);
  shown();
}

// Of each picture one size is kept, fit for most screens, and the page asks for that one.
function oneSize(page) {
  for (const other of page.querySelectorAll('picture source')) other.remove();
  for (const image of page.querySelectorAll('img[srcset]')) {
    const sizes = image.getAttribute('srcset').split(',').map((one) => one.trim().split(/\s+/)).map(([url, width]) => [parseInt(width, 10) || 0, url]);
    sizes.sort(([one], [other]) => one - other);
    image.setAttribute('src', (sizes.find(([width]) => width >= 1000) ?? sizes.at(-1))[1]);
    image.removeAttribute('srcset');
    image.removeAttribute('sizes');
    image.removeAttribute('loading');
  }
}

function needs(page, sound) {
  const found = [...page.querySelectorAll('img[src], script[src]')].map((one) => one.getAttribute('src'));
  found.push(...[...page.querySelectorAll('link[rel="icon"], link[rel="stylesheet"], link[rel="manifest"]')].map((one) => one.getAttribute('href')));
  for (const style of page.querySelectorAll('style')) found.push(...[...style.textContent.matchAll(/url\(["']?(\/[^"')]+)/g)].map(([, url]) => url));
  if (sound) {
    for (const player of page.querySelectorAll('.listen')) {
      found.push(...[player.querySelector('audio')?.getAttribute('src'), player.querySelector('track')?.getAttribute('src'), player.dataset.times]);
    }
  }
  return found.filter(Boolean);
}

async function get(url) {
  const answer = await fetch(url, { cache: 'no-cache' });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

async function keep(sound) {
  const status = tool('status');
  const bar = tool('progress');
  const tell = (text) => { if (status) status.textContent = text; };
  const making = `${name} ${Date.now()}`;
  const pages = [front];
  const files = new Set();
  let size = 0;
  try {
    await navigator.serviceWorker.register('/service-worker.js');
    const cache = await caches.open(`making ${making}`);
    if (bar) bar.hidden = false;
    for (let number = 0; number < pages.length; number += 1) {
      const answer = await get(pages[number]);
      if (answer.redirected) throw new Error(pages[number]);
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (page.querySelector('[data-tag]')?.dataset.tag !== tag) throw new Error('Another reader.');
      oneSize(page);
      for (const link of page.querySelectorAll('a[data-keep]')) {
        const url = new URL(link.getAttribute('href'), pages[number]).href;
        if (!pages.includes(url)) pages.push(url);
      }
      for (const url of needs(page, sound)) files.add(new URL(url, pages[number]).href);
      const headers = new Headers(answer.headers);
      for (const one of ['Content-Encoding', 'Content-Length', 'Set-Cookie']) headers.delete(one);
      const text = `<!doctype html>\n${page.documentElement.outerHTML}`;
      size += text.length;
      await cache.put(pages[number], new Response(text, { headers }));
    }
    let done = 0;
    for (const url of files) {
      if (new URL(url).origin !== location.origin) continue;
      const answer = await get(url);
      const body = await answer.blob();
      size += body.size;
      await cache.put(url, new Response(body, { headers: { 'Content-Type': answer.headers.get('Content-Type') ?? '' } }));
      done += 1;
      if (bar) bar.value = done / files.size;
    }
    // Whole, or not at all: only now it gets the name under which it is looked for.
    const whole = await caches.open(making);
    for (const request of await cache.keys()) await whole.put(request, await cache.match(request));
    await caches.delete(`making ${making}`);
    await forget((one) => one.startsWith(name) && one !== making);
    store(name, { digest, sound, size, at: Date.now() });
    navigator.storage?.persist?.();
    shown();
  } catch (failure) {
    await caches.delete(`making ${making}`);
    await caches.delete(making);
    tell(status?.dataset.failed ?? '');
  }
  if (bar) bar.hidden = true;
}

function shown() {
  const record = store(name);
  const status = tool('status');
  if (!status) return;
  tool('keep').hidden = Boolean(record);
  for (const one of document.querySelectorAll('[data-when="not kept"]')) one.hidden = Boolean(record);
  tool('remove').hidden = !record;
  status.textContent = record ? status.dataset.kept.replace('{}', (record.size / 1e6).toFixed(1)) : '';
}

if (possible) {
  document.querySelector('.keep-tools')?.removeAttribute('hidden');
  tool('keep')?.addEventListener('click', () => keep(Boolean(tool('sound')?.checked)));
  tool('remove')?.addEventListener('click', remove);
  shown();
  tidy();
}
