// Keeps the entrance up to date: who is where, how much waits, how fast the simulated people live.
const crew = document.querySelector(".crew");
const paces = document.querySelector(".paces");
const how = document.querySelector(".how");
const asleep = document.querySelector(".asleep");
const number = new Intl.NumberFormat(document.documentElement.lang);

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function show({ running, pace, counts, seats }) {
  for (const cell of document.querySelectorAll("[data-count]")) put(cell, number.format(counts[cell.dataset.count]));
  for (const line of document.querySelectorAll("[data-seat]")) {
    const seat = seats[line.dataset.seat] ?? { state: "offline", held: 0 };
    line.className = `state ${seat.state}`;
    put(line, crew.dataset[seat.state] + (seat.state === "contact" ? `\u00a0(${seat.held})` : ""));
  }
  for (const button of paces.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.value === pace));
    if (button.value === pace) put(how, button.dataset.how);
  }
  asleep.hidden = running;
}

async function look() {
  const answer = await fetch("/demo/now").catch(() => null);
  if (answer?.ok) show(await answer.json());
}

paces.addEventListener("submit", async (event) => {
  event.preventDefault();
  await fetch("/demo/pace", { method: "POST", body: new URLSearchParams({ pace: event.submitter.value }) }).catch(() => null);
  await look();
});
setInterval(() => { if (!document.hidden) look(); }, 2000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
// A page that comes back from the browser's memory shows what was, until it has looked again.
addEventListener("pageshow", look);
