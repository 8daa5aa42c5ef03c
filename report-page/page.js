"use strict";
// Everything here adds to a page that can be read without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // Tabs: one RAM variant, or all of them.
  const tabs = all("[role=tab]");
  const choose = (name) => {
    for (const tab of tabs) {
      const chosen = tab.dataset.variant === name;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    for (const part of all("section.variant")) part.hidden = name !== "" && part.dataset.variant !== name;
    for (const row of all("tr[data-variants]"))
      row.hidden = name !== "" && !row.dataset.variants.split(" ").includes(name);
    for (const finding of all(".finding"))
      finding.hidden = name !== "" && finding.dataset.variant !== "" && finding.dataset.variant !== name;
  };
  for (const list of all("[role=tablist]")) list.hidden = false;
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => choose(tab.dataset.variant));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      next.focus();
      choose(next.dataset.variant);
      event.preventDefault();
    });
  });
  if (tabs.length) choose("");

  // Maps: what is under the pointer or has the focus, and zoom.
  const address = (text) => Number(BigInt(text));
  for (const map of all("figure.map")) {
    const detail = map.querySelector(".detail");
    for (const part of all("[data-about]", map)) {
      const show = () => { detail.textContent = part.dataset.about; };
      part.addEventListener("mouseenter", show);
      part.addEventListener("focus", show);
      part.addEventListener("click", show);
    }

    const banks = all(".bank", map);
    const windows = new Map();
    const draw = (bank) => {
      const view = windows.get(bank);
      for (const piece of all(".strip > *", bank)) {
        if (piece.dataset.style === undefined) piece.dataset.style = piece.getAttribute("style") ?? "";
        if (!view) { piece.setAttribute("style", piece.dataset.style); continue; }
        const span = view.end - view.start;
        const from = Math.max(address(piece.dataset.start), view.start);
        const to = Math.min(address(piece.dataset.end), view.end);
        piece.style.left = `${((from - view.start) / span) * 100}%`;
        piece.style.width = to > from ? `${((to - from) / span) * 100}%` : "0";
        piece.style.display = to > from ? "" : "none";
      }
      const ends = all(".ends span", bank);
      const names = [view ? view.start : address(bank.dataset.start), view ? view.end : address(bank.dataset.end)];
      ends.forEach((end, index) => {
        end.dataset.text ??= end.textContent;
        end.textContent = view ? `0x${Math.round(names[index]).toString(16)}` : end.dataset.text;
      });
    };
    let last = banks[0];
    for (const bank of banks) {
      bank.addEventListener("focusin", () => { last = bank; });
      bank.addEventListener("mouseenter", () => { last = bank; });
    }
    let focused;
    map.addEventListener("focusin", (event) => { if (event.target.matches("[data-start]")) focused = event.target; });
    const zoom = (act) => {
      const bank = last;
      if (!bank) return;
      const whole = { start: address(bank.dataset.start), end: address(bank.dataset.end) };
      const view = windows.get(bank) ?? whole;
      const size = view.end - view.start;
      const inBank = focused && bank.contains(focused) && focused !== bank;
      const middle = act === "in" && inBank
        ? (address(focused.dataset.start) + address(focused.dataset.end)) / 2 : (view.start + view.end) / 2;
      const width = Math.min({ in: size / 4, out: size * 4 }[act] ?? size, whole.end - whole.start);
      const shift = { left: -size / 4, right: size / 4 }[act] ?? 0;
      const start = Math.min(Math.max(middle + shift - width / 2, whole.start), whole.end - width);
      if (act === "fit" || width >= whole.end - whole.start) windows.delete(bank);
      else windows.set(bank, { start, end: start + Math.max(width, 4096) });
      draw(bank);
    };
    for (const tools of all(".tools", map)) {
      tools.hidden = false;
      for (const button of all("button", tools)) button.addEventListener("click", () => zoom(button.dataset.act));
    }
    map.addEventListener("keydown", (event) => {
      const act = { "+": "in", "-": "out", "0": "fit", ArrowLeft: "left", ArrowRight: "right" }[event.key];
      if (!act || !event.target.closest(".strip")) return;
      zoom(act);
      event.preventDefault();
    });
  }
})();
