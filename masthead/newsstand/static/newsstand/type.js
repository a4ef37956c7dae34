// Type as its reader likes it. It is set before anything is drawn, since by a script that waits for
// the page, as `reader.js` does, all its lines would jump.
try {
  const type = JSON.parse(localStorage.getItem('type')) ?? {};
  for (const name of ['size', 'width', 'ground']) document.documentElement.dataset[name] = type[name] ?? '';
} catch { /* Nothing is remembered, and nothing breaks. */ }
