// Small comforts only: every page works without this script.
document.addEventListener("DOMContentLoaded", () => {
  const menu = document.querySelector("button.menu");
  const nav = document.getElementById("nav");
  if (menu && nav) {
    menu.addEventListener("click", () => {
      const open = nav.classList.toggle("open");
      menu.setAttribute("aria-expanded", String(open));
    });
  }
  for (const form of document.querySelectorAll("form[data-confirm]")) {
    form.addEventListener("submit", (event) => {
      if (!window.confirm(form.dataset.confirm)) event.preventDefault();
    });
  }
  // A form is sent once, however often its button is clicked.
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  // Suggestions while typing, from the public index.
  for (const input of document.querySelectorAll("input[data-suggest]")) {
    const list = document.createElement("datalist");
    list.id = `${input.id}-suggestions`;
    input.after(list);
    input.setAttribute("list", list.id);
    let timer = 0;
    input.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(async () => {
        const text = input.value.trim();
        if (!text) return;
        const response = await fetch(`/v1/suggestions?q=${encodeURIComponent(text)}`);
        if (!response.ok) return;
        const found = await response.json();
        list.replaceChildren(...[...found.words, ...found.titles].map((text) => new Option(text, text)));
      }, 150);
    });
  }
  // Rows of a repeated group (technical indicators): copy the last one, emptied.
  for (const button of document.querySelectorAll("button[data-add-row]")) {
    button.addEventListener("click", () => {
      const body = document.querySelector(button.dataset.addRow);
      const copy = body.lastElementChild.cloneNode(true);
      for (const field of copy.querySelectorAll("input, select")) field.value = field.tagName === "SELECT" ? field.options[0].value : "";
      body.append(copy);
      copy.querySelector("input, select").focus();
    });
  }
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
});
