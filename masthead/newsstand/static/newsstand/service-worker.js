// Answers for the network where there is none, and only from what a reader has asked to keep.
const kept = async (request) => {
  for (const name of await caches.keys()) {
    if (!name.startsWith('kept ')) continue;
    const found = await (await caches.open(name)).match(request.url.split('#')[0], { ignoreVary: true });
    if (found) return found;
  }
  return null;
};

// Players ask for a part of a recording; what is kept is the whole.
const part = async (response, range) => {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range);
  if (!asked) return response;
  const whole = await response.blob();
  const from = Number(asked[1]);
  const to = Math.min(asked[2] ? Number(asked[2]) : Infinity, whole.size - 1);
  if (from > to) return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${whole.size}` } });
  return new Response(whole.slice(from, to + 1), { status: 206, headers: {
    'Content-Type': response.headers.get('Content-Type'),
    'Content-Range': `bytes ${from}-${to}/${whole.size}`, 'Content-Length': to - from + 1, 'Accept-Ranges': 'bytes' } });
};

// Somewhere else than at a kept page there is nothing to show: lead to the issue that is there.
const anIssue = async () => {
  for (const name of (await caches.keys()).filter((one) => one.startsWith('kept '))) {
    for (const request of await (await caches.open(name)).keys()) {
      if (request.url.endsWith('/read/')) return Response.redirect(request.url);
    }
  }
  return null;
};

const withoutNetwork = async (request, failure) => {
  const found = await kept(request);
  const range = request.headers.get('Range');
  if (found) return range ? part(found, range) : found;
  const issue = request.mode === 'navigate' ? await anIssue() : null;
  if (issue) return issue;
  throw failure;
};

addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(fetch(request).catch((failure) => withoutNetwork(request, failure)));
});
