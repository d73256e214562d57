// Forms work without this. With it, a button is pressed once, what is wrong is gone to at once,
// and the answer of a flow comes by itself.
(() => {
  const form = document.querySelector("form[data-once]");
  const button = form?.querySelector("button");
  form?.addEventListener("submit", () => {
    // After the browser has read the form: a button that is off sends nothing.
    setTimeout(() => {
      button.disabled = true;
    });
  });
  // Whoever comes back to the page finds the button on again.
  addEventListener("pageshow", () => {
    if (button) button.disabled = false;
  });
  document.querySelector("[aria-invalid]")?.focus();

  const WAIT = 1500;
  const look = async () => {
    const place = document.querySelector("#answer[data-again]");
    if (!place) return;
    try {
      const page = await (await fetch(location.href)).text();
      const found = new DOMParser().parseFromString(page, "text/html").querySelector("#answer");
      if (found && !found.hasAttribute("data-again")) {
        place.removeAttribute("data-again");
        place.replaceChildren(...found.childNodes);
        return;
      }
    } catch {
      // The line is away for a moment: the next look may succeed.
    }
    setTimeout(look, WAIT);
  };
  setTimeout(look, WAIT);
})();
