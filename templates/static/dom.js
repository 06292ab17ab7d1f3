/** Elements made of what was given. Texts become text nodes: nothing that was typed, sent or answered is ever markup. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** POST to a page of the lab, JSON both ways; throws an Error with the site's own words. The page has a CSRF token in it. */
export async function post(path, fields) {
  const token = cookie(document.documentElement.dataset.csrf) ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(fields) });
  } catch {
    throw new Error("The site does not answer. Is it still running?");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(body.detail ?? `The site answered ${answer.status}.`);
  return body;
}

/** A sign-in in another tab gives a new CSRF token; the cookie has it, the page still has the old one. */
function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}
