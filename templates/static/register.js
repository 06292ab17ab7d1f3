/** Registering: the reader's time zone is marked where nobody has chosen one, and a double click registers once. */

const select = document.querySelector("select[name=time_zone]");
const { form } = select;
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const same = (name) => Intl.DateTimeFormat(undefined, { timeZone: name }).resolvedOptions().timeZone === here;

if (select.value === "UTC" && here !== "UTC") {
  const names = [...select.options].map((option) => option.value);
  select.value = names.includes(here) ? here : (names.find(same) ?? "UTC"); // browsers say Asia/Calcutta for Asia/Kolkata
}

form.addEventListener("submit", (event) => {
  if (form.ariaBusy) event.preventDefault();
  form.ariaBusy = "true";
});
addEventListener("pageshow", () => (form.ariaBusy = null)); // come back to by the back button
