// Keeps what is being typed as a draft on the server, and says so. Without this, the button "Save draft" does the same.

const QUIET = 2000; // milliseconds without a key before the draft is saved
const AGAIN = 10000; // milliseconds before a failed attempt is repeated

export function keepDraft(form) {
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let sending = null;
  let left = false;

  const say = (words) => {
    if (state.textContent !== words) state.textContent = words;
  };
  const later = (wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };

  async function save() {
    clearTimeout(timer);
    timer = 0;
    if (left) return;
    const fields = new FormData(form);
    fields.set("draft", "yes");
    for (const input of form.querySelectorAll("input[type=file]")) fields.delete(input.name);
    sending?.abort();
    sending = new AbortController();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: fields,
        headers: { Accept: "application/json" },
        keepalive: true,
        signal: sending.signal,
      });
      if (answer.redirected) say("You are signed out. Post the update to sign in again: your text is kept.");
      else if (answer.ok) say((await answer.json()).saved);
      else if (answer.status === 422) say(`Draft not saved. ${(await answer.json()).problem}`);
      else throw new Error(answer.status);
    } catch (error) {
      if (error.name === "AbortError") return;
      say("Draft not saved: no connection. Keep this page open, it will be tried again.");
      later(AGAIN);
    }
  }

  form.addEventListener("input", () => later(QUIET));
  window.addEventListener("online", () => timer && save());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && timer && save());
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say("No connection. Nothing is lost: keep this page open, and press the button again when you are connected.");
      return;
    }
    left = true; // what is posted needs no draft
    clearTimeout(timer);
    sending?.abort();
  });
  window.addEventListener("pageshow", () => (left = false)); // back from the page after it
}
