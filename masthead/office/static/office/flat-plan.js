// Dragging on the flat-plan. Everything that it does can be done with the forms beside each page.
(() => {
  const form = document.getElementById("plan-drop");
  let dragged = null;
  const sheetOf = (event) => event.target.closest(".plan-sheet");
  const fits = (target) => target && target !== dragged && (dragged.dataset.insertion
    ? Number(target.dataset.page) > 1
    : target.dataset.place);

  document.addEventListener("dragstart", (event) => {
    dragged = sheetOf(event);
    if (dragged) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", (event) => {
    const target = dragged && sheetOf(event);
    document.querySelectorAll(".plan-sheet--over").forEach((one) => one.classList.remove("plan-sheet--over"));
    if (!fits(target)) return;
    event.preventDefault();
    target.classList.add("plan-sheet--over");
  });
  document.addEventListener("drop", (event) => {
    const target = dragged && sheetOf(event);
    if (!fits(target)) return;
    event.preventDefault();
    if (dragged.dataset.insertion) {
      form.elements.act.value = "shift";
      form.elements.insertion.value = dragged.dataset.insertion;
      form.elements.page.value = target.dataset.page;
    } else {
      form.elements.act.value = "move";
      form.elements.place.value = dragged.dataset.place;
      form.elements.before.value = target.dataset.place;
    }
    form.submit();
  });
})();
