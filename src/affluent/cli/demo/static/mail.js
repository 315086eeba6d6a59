// Tells when a mail has come, without taking away what is being written; refuses a file that is too big.
const box = document.querySelector(".mail");
const news = document.querySelector(".news");
const writing = () => [...document.querySelectorAll("textarea")].some((one) => one.value !== one.defaultValue);

async function look() {
  const answer = await fetch("/demo/mail/newest").catch(() => null);
  if (!answer?.ok) return;
  const { id } = await answer.json();
  if (id === box.dataset.newest) return;
  if (location.pathname.endsWith("/new") || writing()) news.hidden = false;
  else location.reload();
}
setInterval(() => { if (!document.hidden) look(); }, 2000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

for (const file of document.querySelectorAll("input[type=file]")) {
  file.addEventListener("change", () => {
    const tooBig = [...file.files].some((one) => one.size > 20 * 1024 * 1024);
    file.setCustomValidity(tooBig ? file.dataset.tooBig : "");
    file.reportValidity();
  });
}
for (const form of document.querySelectorAll("form[data-mail]")) {
  form.addEventListener("submit", () => { form.querySelector("button").disabled = true; });
}
document.querySelector(".mail main .letter:last-of-type")?.scrollIntoView({ block: "nearest" });
