// Plays the sentences of a preview one after another, so that the whole is heard without waiting for it.
(() => {
  const button = document.getElementById("all");
  const told = document.getElementById("told");
  if (!button) return;
  const sounds = [...document.querySelectorAll("audio")];
  const words = button.textContent;
  let now = -1;

  const mark = (number, is) => sounds[number] && sounds[number].closest("li").classList.toggle("playing", is);
  const stop = () => {
    if (now >= 0) {
      mark(now, false);
      sounds[now].pause();
    }
    now = -1;
    button.textContent = words;
  };
  const play = (number) => {
    stop();
    if (number >= sounds.length) return;
    now = number;
    mark(now, true);
    button.textContent = button.dataset.stop;
    sounds[now].closest("li").scrollIntoView({ block: "nearest" });
    sounds[now].currentTime = 0;
    sounds[now].play().catch(() => {});
    // While this one is heard the next is made.
    if (sounds[number + 1]) sounds[number + 1].preload = "auto";
  };
  sounds.forEach((sound, number) => {
    sound.addEventListener("ended", () => { if (number === now) play(number + 1); });
    sound.addEventListener("error", () => {
      told.textContent = told.dataset.lost;
      if (number === now) stop();
    });
  });
  button.addEventListener("click", () => (now < 0 ? play(0) : stop()));
  button.hidden = false;
})();
