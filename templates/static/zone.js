/** The reader's time zone is marked, where nobody has chosen one: the browser knows it. */
const select = document.querySelector("select[name=time_zone]");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
const same = (name) => Intl.DateTimeFormat(undefined, { timeZone: name }).resolvedOptions().timeZone === here;

if (select.value === "UTC" && here !== "UTC") {
  const names = [...select.options].map((option) => option.value);
  select.value = names.includes(here) ? here : (names.find(same) ?? "UTC"); // browsers say Asia/Calcutta for Asia/Kolkata
}
