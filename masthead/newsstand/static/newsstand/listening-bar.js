// What was playing plays on when its reader goes to another page, and then the rest of the queue.
// The queue stands in this browser only: a list of { key, title, url, src }.
const template = document.getElementById('listening-bar');
const own = document.querySelector('.listen')?.dataset.key;
const read = (storage, name) => {
  try { return JSON.parse(storage.getItem(name)); } catch { return null; }
};
const write = (storage, name, value) => {
  try {
    if (value) storage.setItem(name, JSON.stringify(value));
    else storage.removeItem(name);
  } catch { /* Nothing is remembered, and nothing breaks. */ }
};

let bar = null;
let audio = null;
let playing = null;

const upcoming = (key) => {
  const queue = read(localStorage, 'listening queue') ?? [];
  const here = queue.findIndex((one) => one.key === key);
  return here < 0 ? null : queue[here + 1] ?? null;
};

function play(item, at = 0) {
  if (!bar) {
    document.body.append(template.content.cloneNode(true));
    bar = document.querySelector('.listening-bar');
    audio = bar.querySelector('audio');
    document.documentElement.classList.add('has-listening-bar');
    bar.querySelector('[data-does="close"]').addEventListener('click', close);
    bar.querySelector('[data-does="next"]').addEventListener('click', () => play(upcoming(playing.key)));
    audio.addEventListener('ended', () => {
      write(localStorage, `heard ${playing.key}`, null);
      const next = upcoming(playing.key);
      if (next) play(next);
      else close();
    });
    audio.addEventListener('play', () => {
      document.dispatchEvent(new CustomEvent('listening', { detail: audio }));
      if (!navigator.mediaSession) return;
      navigator.mediaSession.metadata = new MediaMetadata({ title: playing.title });
      navigator.mediaSession.setActionHandler('nexttrack', upcoming(playing.key) ? () => play(upcoming(playing.key)) : null);
    });
  }
  playing = item;
  const link = bar.querySelector('a');
  link.href = item.url;
  link.textContent = item.title;
  bar.querySelector('[data-does="next"]').hidden = !upcoming(item.key);
  audio.src = item.src;
  audio.defaultPlaybackRate = audio.playbackRate = Number(read(localStorage, 'listening speed')) || 1;
  audio.currentTime = at;
  audio.play().catch(() => {});
}

function close() {
  audio.pause();
  bar.remove();
  bar = audio = playing = null;
  document.documentElement.classList.remove('has-listening-bar');
}

document.addEventListener('listening', ({ detail }) => { if (audio && detail !== audio) audio.pause(); });
document.addEventListener('heard', ({ detail }) => { const next = upcoming(detail); if (next) play(next); });
document.addEventListener('play-queue', () => { const [first] = read(localStorage, 'listening queue') ?? []; if (first) play(first); });
addEventListener('pagehide', () => {
  if (!audio || audio.paused) return;
  write(sessionStorage, 'listening', { ...playing, at: audio.currentTime });
  write(localStorage, `heard ${playing.key}`, { at: audio.currentTime });
});

const left = read(sessionStorage, 'listening');
if (left && left.key !== own) {
  write(sessionStorage, 'listening', null);
  play(left, left.at);
}
