"use strict";
/* What the pages do better with JavaScript. Each of them works without it: rows carry a link, forms post, popups are pages. */

const panel = () => document.getElementById("panel");
const on = (event, work) => document.addEventListener(event, work);

/* ---- Grid: one row is in the tab order; arrows move, Enter, Space and double click open the panel under the grid. */

const isRow = (element) => element instanceof HTMLElement && element.matches("tr[data-href]");
const rowOf = (element) => element.closest("tr[data-href]");
const isControl = (element) => element.closest("a, button, input, label, select, textarea") !== null;
const boxOf = (row) => row.querySelector("input[type=checkbox]");
const rowsOf = (row) => [...row.closest("table").querySelectorAll("tr[data-href]")];

function focusRow(row) {
  rowsOf(row).forEach((other) => { other.tabIndex = other === row ? 0 : -1; });
  row.focus();
}

function prepareGrids(root) {
  root.querySelectorAll("table").forEach((table) => {
    const rows = [...table.querySelectorAll("tr[data-href]")];
    const first = rows.find((row) => row.ariaSelected === "true") ?? rows[0];
    rows.forEach((row) => { row.tabIndex = row === first ? 0 : -1; });
  });
}

async function openPanel(row) {
  if (!panel()) { location.assign(row.dataset.href); return; }
  rowsOf(row).forEach((other) => other.setAttribute("aria-selected", other === row));
  focusRow(row);
  await htmx.ajax("GET", row.dataset.href, { target: "#panel", swap: "innerHTML" });
  panel().scrollIntoView({ block: "nearest" });
  panel().querySelector("h2")?.focus({ preventScroll: true });
}

function closePanel() {
  const row = document.querySelector("tr[data-href][aria-selected=true]");
  panel().replaceChildren();
  if (!row) return;
  row.setAttribute("aria-selected", "false");
  focusRow(row);
}

function markPicked(scope) {
  const rows = [...scope.querySelectorAll("tr[data-href]")].filter(boxOf);
  const picked = rows.filter((row) => boxOf(row).checked);
  rows.forEach((row) => row.classList.toggle("picked", boxOf(row).checked));
  const all = scope.querySelector("[data-select-all]");
  if (all) {
    all.checked = rows.length > 0 && picked.length === rows.length;
    all.indeterminate = picked.length > 0 && !all.checked;
  }
  const told = scope.querySelector("[data-picked]");
  if (told) {
    told.textContent = told.dataset.picked.replace("0", picked.length);
    told.hidden = picked.length === 0;
  }
}

/* A double click selects no word: its second click unticks what the first one ticked. */
on("mousedown", (event) => {
  if (event.detail > 1 && rowOf(event.target) && !isControl(event.target)) event.preventDefault();
});

on("dblclick", (event) => {
  const row = rowOf(event.target);
  if (row && !isControl(event.target)) openPanel(row);
});

on("click", (event) => {
  const row = rowOf(event.target);
  if (!row) return;
  const link = event.target.closest("a");
  if (link && link.getAttribute("href") === row.dataset.href && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    if (event.detail < 2) openPanel(row);
  } else if (!isControl(event.target) && boxOf(row) && getSelection().isCollapsed) {
    boxOf(row).click();
  }
});

on("change", (event) => {
  const scope = event.target.closest("[data-grid]");
  if (!scope) return;
  if (event.target.matches("[data-select-all]")) {
    scope.querySelectorAll("tr[data-href]").forEach((row) => { boxOf(row).checked = event.target.checked; });
  }
  markPicked(scope);
});

on("keydown", (event) => {
  if (event.key === "Escape" && panel()?.contains(event.target) && !event.target.closest("dialog")) closePanel();
  if (!isRow(event.target)) return;
  const rows = rowsOf(event.target);
  const place = rows.indexOf(event.target);
  const goal = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (goal !== undefined && rows[goal]) focusRow(rows[goal]);
  else if (event.key === "Enter" || event.key === " ") openPanel(event.target);
  else return;
  event.preventDefault();
});

/* ---- Forms: each is sent once until it is answered. The button keeps the focus, so it is aria-disabled. */

function setSent(form, sent) {
  if (sent) form.dataset.sent = "true"; else delete form.dataset.sent;
  const buttons = [...form.elements].filter((element) => element.type === "submit");
  buttons.forEach((button) => {
    if (sent) button.setAttribute("aria-disabled", "true"); else button.removeAttribute("aria-disabled");
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setSent(form, true);
}, { capture: true });

addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => setSent(form, false)));

/* ---- Fields: characters counted as the server counts them; a field that belongs to one choice is there only with it. */

function showCount(counter) {
  const length = [...document.getElementById(counter.dataset.counts).value.trim()].length;
  counter.textContent = `${length} / ${counter.dataset.least}`;
  counter.classList.toggle("enough", length >= Number(counter.dataset.least));
}

function showPart(part) {
  const chosen = document.getElementById(part.dataset.shownBy).value === part.dataset.shownWith;
  part.hidden = !chosen;
  part.querySelectorAll("textarea, input, select").forEach((field) => { field.disabled = !chosen; });
}

function prepareFields(root) {
  root.querySelectorAll("[data-counts]").forEach(showCount);
  root.querySelectorAll("[data-shown-by]").forEach(showPart);
}

on("input", (event) => {
  document.querySelectorAll(`[data-counts="${CSS.escape(event.target.id)}"]`).forEach(showCount);
});

on("change", (event) => {
  document.querySelectorAll(`[data-shown-by="${CSS.escape(event.target.id)}"]`).forEach(showPart);
});

/* ---- Popups: a question or a confirmation as the answer to a form is a dialog; data-next is where it leads. */

function goTo(address) {
  const to = new URL(address, location);
  const here = to.pathname === location.pathname && to.search === location.search;
  location.assign(to);
  if (here) location.reload();
}

function openPopup(dialog) {
  dialog.addEventListener("close", () => {
    if (dialog.dataset.next) goTo(dialog.dataset.next);
    dialog.remove();
  });
  dialog.showModal();
}

on("click", (event) => {
  if (event.target.closest("dialog [data-close-popup]")) {
    event.preventDefault();
    event.target.closest("dialog").close();
  }
  if (event.target.closest("[data-close-panel]")) closePanel();
  document.querySelectorAll("details.pick[open]").forEach((pick) => {
    if (!pick.contains(event.target)) pick.open = false;
  });
});

on("keydown", (event) => {
  const pick = event.key === "Escape" && event.target.closest("details.pick[open]");
  if (!pick) return;
  pick.open = false;
  pick.querySelector("summary").focus();
});

/* ---- htmx: an answer is a dialog, a panel, or a whole page (log-in, redirect), which is gone to; what fails is said. */

function say(text) {
  document.getElementById("live").textContent = text;
}

on("htmx:beforeRequest", () => say(""));

on("htmx:beforeSwap", (event) => {
  const { xhr, serverResponse } = event.detail;
  if (!/^\s*<!doctype/i.test(serverResponse)) return;
  event.detail.shouldSwap = false;
  if (xhr.status < 400) goTo(xhr.responseURL);
  else if (xhr.status === 403) location.reload();
});

on("htmx:afterSwap", (event) => {
  prepareFields(event.target);
  prepareGrids(event.target);
  const dialog = event.target.querySelector("dialog.popup");
  if (dialog) openPopup(dialog);
  else if (event.target.matches("#popup, #panel, #work")) document.querySelector("dialog.popup")?.close();
  event.target.querySelector("[aria-invalid=true]")?.focus();
});

on("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest("form");
  if (form) setSent(form, false);
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  on(failure, () => say(document.getElementById("live").dataset.failed));
}

prepareFields(document);
prepareGrids(document);
document.querySelectorAll("[data-with-script]").forEach((element) => { element.hidden = false; });
document.querySelectorAll("[data-grid]").forEach(markPicked);
if (panel()?.firstElementChild && !document.querySelector(".alert")) panel().scrollIntoView({ block: "nearest" });
