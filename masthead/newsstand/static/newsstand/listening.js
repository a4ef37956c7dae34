// What the browser's own player lacks: the sentence that is heard is marked, a click on another is
// heard; steps, speed, the place where somebody stopped. Without this script the player plays.
const player = document.querySelector('.listen');
const audio = player.querySelector('audio');
const copy = document.querySelector('.copy');
const { key, times, placeUrl } = player.dataset;
const title = player.dataset.title;
const calm = matchMedia('(prefers-reduced-motion: reduce)');

const store = (name, value) => {
  try {
    if (value === undefined) return JSON.parse(localStorage.getItem(name));
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify(value));
  } catch { /* Storage is closed: nothing is remembered. */ }
  return null;
};

// --- Steps, speed and the place, under the browser's own controls

player.append(player.querySelector('template').content.cloneNode(true));
const tool = (name) => player.querySelector(`[data-does="${name}"]`);
const step = (seconds) => { audio.currentTime = Math.max(0, audio.currentTime + seconds); };
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

const speed = tool('speed');
speed.value = store('listening speed') ?? '1';
if (!speed.value) speed.value = '1';
const atSpeed = () => { audio.defaultPlaybackRate = audio.playbackRate = Number(speed.value); };
atSpeed();
speed.addEventListener('change', () => { atSpeed(); store('listening speed', speed.value); });

let kept = 0;
let started = false;
const resume = tool('resume');
const offer = (at) => {
  kept = at;
  resume.hidden = started || kept <= 5 || kept >= 0.95 * Number(player.dataset.seconds);
  resume.textContent = resume.dataset.says.replace('{}', clock(kept));
};
resume.addEventListener('click', () => { audio.currentTime = kept; audio.play(); });
offer(store(`heard ${key}`)?.at || 0);
// The page is the same for everybody; where somebody who is signed in has stopped, perhaps on
// another device, is asked for apart.
const isSignedIn = document.cookie.split('; ').some((one) => /^(__Host-)?signed-in=/.test(one));
if (isSignedIn) {
  fetch(placeUrl).then((answer) => (answer.status === 200 ? answer.json() : null))
    .then((told) => { if (told) offer(told.at); }).catch(() => {});
}

let told = 0;
const keep = () => {
  const [at, of] = [audio.currentTime, audio.duration];
  if (!started || !of) return;
  store(`heard ${key}`, at < 0.95 * of ? { at } : null);
  if (isSignedIn && Math.abs(at - told) > 1) {
    told = at;
    fetch(placeUrl, { method: 'POST', keepalive: true, body: new URLSearchParams({ at, of }) }).catch(() => {});
  }
};
setInterval(() => { if (!audio.paused) keep(); }, 15000);
audio.addEventListener('pause', keep);

// --- The sentence that is heard

let sentences = [];
let follows = !calm.matches;
let shown = null;

function* pieces(block) {
  // The words as they were counted: no numbers of notes, and a break is one character.
  const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node.nodeType === Node.TEXT_NODE || node.nodeName === 'BR') return NodeFilter.FILTER_ACCEPT;
    return node.matches('.note-ref, .citation-ref') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  while (walk.nextNode()) yield walk.currentNode;
}
const letters = (node) => (node.nodeName === 'BR' ? ['\n'] : [...node.data]);

function rangeOf(sentence) {
  const block = document.getElementById(sentence.element);
  if (!block || sentence.end <= sentence.start) return null;
  const range = new Range();
  let before = 0;
  let open = false;
  for (const node of pieces(block)) {
    const all = letters(node);
    const after = before + all.length;
    const at = (place) => all.slice(0, place - before).join('').length;
    if (node.nodeName !== 'BR') {
      if (!open && sentence.start < after) { range.setStart(node, at(sentence.start)); open = true; }
      if (open && sentence.end <= after) { range.setEnd(node, at(sentence.end)); return range; }
    }
    before = after;
  }
  return null;
}

// Only this script marks anything, and validators of style sheets do not know ::highlight() yet.
if (globalThis.CSS?.highlights) {
  const marks = new CSSStyleSheet();
  marks.replaceSync('::highlight(heard){background-color:var(--lamp);color:var(--on-lamp)}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, marks];
}

function show(sentence) {
  shown = sentence;
  const range = sentence && rangeOf(sentence);
  document.querySelector('.being-heard')?.classList.remove('being-heard');
  if (globalThis.CSS?.highlights) {
    if (range) CSS.highlights.set('heard', new Highlight(range));
    else CSS.highlights.delete('heard');
  } else if (range) document.getElementById(sentence.element).classList.add('being-heard');
  if (!range || !follows) return;
  const { top, bottom } = range.getBoundingClientRect();
  if (top < innerHeight * 0.1 || bottom > innerHeight * 0.75) {
    scrollTo({ top: scrollY + top - innerHeight * 0.3, behavior: calm.matches ? 'auto' : 'smooth' });
  }
}

const following = tool('follow');
const follow = (yes) => { follows = yes; following.setAttribute('aria-pressed', yes); if (yes && shown) show(shown); };
follow(follows);
following.addEventListener('click', () => follow(!follows));
// Whoever scrolls wants to look elsewhere.
for (const does of ['wheel', 'touchmove']) {
  addEventListener(does, () => { if (follows && !audio.paused) follow(false); }, { passive: true });
}

const track = audio.textTracks[0];
audio.addEventListener('play', () => {
  if (started) return;
  started = true;
  resume.hidden = true;
  player.classList.add('started');
  if (!times) return;
  fetch(times).then((answer) => answer.json()).then((list) => {
    sentences = list;
    const byId = new Map(list.map((one) => [one.id, one]));
    track.mode = 'hidden';
    track.addEventListener('cuechange', () => show(byId.get(track.activeCues[0]?.id) ?? null));
    copy.classList.add('heard');
    for (const one of player.querySelectorAll('[data-needs="times"]')) one.hidden = false;
  }).catch(() => {});
});

copy.addEventListener('click', (event) => {
  if (!sentences.length || event.target.closest('a, button, summary, audio') || !getSelection().isCollapsed) return;
  const { clientX: x, clientY: y } = event;
  const found = document.caretPositionFromPoint?.(x, y) ?? document.caretRangeFromPoint?.(x, y);
  const caret = found && { node: found.offsetNode ?? found.startContainer, offset: found.offset ?? found.startOffset };
  const block = event.target.closest('[id^="b-"]');
  if (!caret || !block) return;
  let place = 0;
  for (const node of pieces(block)) {
    if (node === caret.node) { place += [...node.data.slice(0, caret.offset)].length; break; }
    place += letters(node).length;
  }
  const clicked = sentences.find((one) => one.element === block.id && one.start <= place && place <= one.end);
  if (clicked) { audio.currentTime = clicked.t0 + 0.01; audio.play(); follow(follows); }
});

const sentence = (by) => {
  const now = sentences.findLastIndex((one) => one.t0 <= audio.currentTime + 0.05);
  const back = by < 0 && audio.currentTime - (sentences[now]?.t0 ?? 0) > 1.5 ? 0 : by;
  audio.currentTime = (sentences[Math.min(Math.max(now + back, 0), sentences.length - 1)]?.t0 ?? 0) + 0.01;
};
const moves = { back: () => step(-15), on: () => step(15), previous: () => sentence(-1), next: () => sentence(1) };
for (const [name, move] of Object.entries(moves)) tool(name).addEventListener('click', move);

// --- The keys of the device, and the next page

const session = navigator.mediaSession;
audio.addEventListener('play', () => {
  document.dispatchEvent(new CustomEvent('listening', { detail: audio }));
  if (!session) return;
  session.metadata = new MediaMetadata({ title, artist: player.dataset.by, album: player.dataset.album,
    artwork: player.dataset.artwork ? [{ src: player.dataset.artwork }] : [] });
  session.setActionHandler('seekbackward', moves.back);
  session.setActionHandler('seekforward', moves.on);
  session.setActionHandler('previoustrack', times ? moves.previous : null);
  session.setActionHandler('nexttrack', times ? moves.next : null);
  session.setActionHandler('seekto', ({ seekTime }) => { audio.currentTime = seekTime; });
});
document.addEventListener('listening', ({ detail }) => { if (detail !== audio) audio.pause(); });

const item = () => ({ key, title, url: player.dataset.url, src: audio.currentSrc || audio.src });
addEventListener('pagehide', () => {
  keep();
  if (!audio.paused) sessionStorage.setItem('listening', JSON.stringify({ ...item(), at: audio.currentTime }));
});
audio.addEventListener('ended', () => { keep(); document.dispatchEvent(new CustomEvent('heard', { detail: key })); });
const left = (() => { try { return JSON.parse(sessionStorage.getItem('listening')); } catch { return null; } })();
if (left?.key === key) {
  sessionStorage.removeItem('listening');
  audio.currentTime = left.at;
  audio.play().catch(() => {});
}
