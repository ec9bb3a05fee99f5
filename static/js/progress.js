// Asks every two seconds how far something is, until it is over. Without this, the link "Check again" does the same.

const EVERY = 2000; // milliseconds

export function follow(part) {
  const later = () => setTimeout(ask, EVERY);

  async function ask() {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-progress]");
      if (answer.ok && !fresh) return; // signed out
      if (answer.ok && part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
      if (answer.ok) document.title = page.title;
      if (answer.ok && fresh.dataset.progress === "over") return;
    } catch {
      // No connection: it is asked again.
    }
    later();
  }

  if (part.dataset.progress !== "over") later();
}
