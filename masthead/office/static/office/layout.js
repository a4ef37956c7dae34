// Shows an article's pages as its choices change. Nothing is kept until the form is sent.
(() => {
  const form = document.getElementById("layout");
  const picture = document.getElementById("layout-look");
  const said = document.getElementById("layout-said");
  let asked = null;

  const look = async () => {
    if (asked) asked.abort();
    asked = new AbortController();
    const mine = asked;
    said.textContent = said.dataset.waiting;
    try {
      const answer = await fetch(picture.dataset.address, { method: "POST", body: new FormData(form), signal: mine.signal });
      if (!answer.ok) {
        said.textContent = await answer.text();
        return;
      }
      URL.revokeObjectURL(picture.src);
      picture.src = URL.createObjectURL(await answer.blob());
      picture.hidden = false;
      said.textContent = "";
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = said.dataset.lost;
    }
  };
  form.addEventListener("change", look);
  look();
})();
