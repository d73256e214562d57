// The chat page. What was said is kept in this tab only, with a token for each answer; the server
// makes the answers into safe HTML.
(() => {
  const form = document.querySelector("#say");
  const talk = document.querySelector("#talk");
  const text = document.querySelector("#text");
  const files = document.querySelector("#files");
  const chosen = document.querySelector("#chosen");
  const send = document.querySelector("#send");
  const stop = document.querySelector("#stop");
  const fresh = document.querySelector("#new");
  const problem = document.querySelector("#problem");
  const csrf = form.querySelector("[name=csrfmiddlewaretoken]").value;
  const words = form.dataset;
  const here = location.pathname;
  const place = `segue-chat:${here}`;
  const PATIENCE = [300, 500, 800, 1200, 2000];
  let working = null;

  const random = () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) =>
      n.toString(16).padStart(2, "0"),
    ).join("");
  const begun = () => ({ session: random(), turns: [] });
  const load = () => {
    try {
      const kept = JSON.parse(sessionStorage.getItem(place));
      return kept?.session && Array.isArray(kept.turns) ? kept : begun();
    } catch {
      return begun();
    }
  };
  let chat = load();
  const keep = () => {
    try {
      sessionStorage.setItem(place, JSON.stringify(chat));
    } catch {
      // A tab that may keep nothing still chats; only a reload begins anew.
    }
  };

  const say = (sentence) => {
    problem.hidden = !sentence;
    problem.textContent = sentence ?? "";
  };
  const unseen = (sentence) => {
    const made = document.createElement("span");
    made.className = "unseen";
    made.textContent = `${sentence} `;
    return made;
  };
  const add = (...kinds) => {
    const made = document.createElement("div");
    made.className = ["turn", ...kinds].join(" ");
    talk.append(made);
    talk.scrollTop = talk.scrollHeight;
    return made;
  };
  const mine = (turn) => {
    const made = add("mine");
    made.append(unseen(words.you), turn.text);
    if (turn.files.length > 0) {
      const names = document.createElement("span");
      names.className = "names";
      names.textContent = turn.files.join(", ");
      made.append(names);
    }
    talk.scrollTop = talk.scrollHeight;
    return made;
  };

  const busy = (turn) => {
    working = turn;
    send.hidden = turn !== null;
    stop.hidden = turn === null;
    stop.disabled = false;
    fresh.hidden = chat.turns.length === 0;
  };

  const show = (box, { became, html }) => {
    box.className = "turn theirs";
    if (became === "answered" && html) {
      box.innerHTML = html;
      box.prepend(unseen(words.answer));
    } else {
      const kind = became === "answered" ? "nothing" : became;
      box.classList.add("state");
      box.classList.toggle("wrong", kind === "failed");
      box.textContent = words[kind];
    }
    talk.scrollTop = talk.scrollHeight;
  };

  const address = (turn) => `${here}answers/${turn.token}/`;
  const ask = async (turn, method = "GET") => {
    const headers = method === "POST" ? { "X-CSRFToken": csrf } : {};
    const answer = await fetch(address(turn), { method, headers });
    if (answer.status === 404) return { became: "gone", html: "" };
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  // Its words as they come, in plain letters; they may get lost, and the answer replaces them.
  const listen = (turn, box) => {
    const source = new EventSource(`${address(turn)}words/`);
    let take = "";
    let said = "";
    source.addEventListener("words", (event) => {
      const more = JSON.parse(event.data);
      if (more.take !== take) said = more.at > 0 ? "… " : "";
      take = more.take;
      said += more.words;
      box.className = "turn theirs coming";
      box.textContent = said;
      talk.scrollTop = talk.scrollHeight;
    });
    const ended = new Promise((done) => {
      source.addEventListener("end", () => {
        source.close();
        done();
      });
      source.addEventListener("error", () => source.close());
    });
    return { ended, close: () => source.close() };
  };

  const follow = async (turn, session) => {
    const box = add("theirs", "state", "working");
    box.textContent = words.working;
    box.setAttribute("aria-busy", "true"); // read aloud when it is whole, not word by word
    busy(turn);
    let heard = null;
    let woken = false; // once: what it hears last is that there is an answer
    for (let look = 0; chat.session === session; look += 1) {
      try {
        const found = await ask(turn);
        if (chat.session !== session) break;
        if (found.became !== "working") {
          show(box, found);
          break;
        }
        heard ??= listen(turn, box);
      } catch {
        // The line is away for a moment: the next look may succeed.
      }
      const pause = new Promise((done) => {
        setTimeout(done, PATIENCE[Math.min(look, PATIENCE.length - 1)]);
      });
      const end = heard && !woken ? heard.ended : pause;
      await Promise.race([pause, end.then(() => (woken = end !== pause))]);
    }
    heard?.close();
    box.removeAttribute("aria-busy");
    if (working === turn) busy(null);
  };

  const tooLarge = () =>
    Array.from(files?.files ?? []).some((file) => file.size > Number(words.most));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const picked = Array.from(files?.files ?? []);
    if (working || send.disabled || (!text.value.trim() && picked.length === 0)) return;
    if (tooLarge()) return say(words.large);
    const turn = { text: text.value.trim(), files: picked.map((file) => file.name), token: "" };
    const body = new FormData(form);
    body.set("session", chat.session);
    body.set("once", random());
    say("");
    send.disabled = true;
    try {
      const answer = await fetch(`${here}say/`, { method: "POST", body });
      const said = await answer.json();
      if (!answer.ok) return say(said.message);
      turn.token = said.token;
    } catch {
      return say(words.away);
    } finally {
      send.disabled = false;
    }
    chat.turns.push(turn);
    keep();
    form.reset();
    grow();
    name();
    mine(turn);
    await follow(turn, chat.session);
    text.focus();
  });

  stop.addEventListener("click", async () => {
    const turn = working;
    if (!turn) return;
    stop.disabled = true;
    try {
      await ask(turn, "POST");
    } catch {
      stop.disabled = false;
      say(words.away);
    }
  });

  fresh.addEventListener("click", () => {
    chat = begun();
    keep();
    for (const turn of Array.from(talk.children).slice(1)) turn.remove();
    say("");
    busy(null);
    text.focus();
  });

  text.addEventListener("keydown", (event) => {
    // While letters are being composed, Enter chooses one of them.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });

  const grow = () => {
    text.rows = Math.min(8, text.value.split("\n").length);
  };
  text.addEventListener("input", grow);
  const name = () => {
    if (chosen) {
      chosen.textContent = Array.from(files.files, (file) => file.name).join(", ");
      say(tooLarge() ? words.large : "");
    }
  };
  files?.addEventListener("change", name);

  const restore = async () => {
    const session = chat.session;
    for (const turn of chat.turns) {
      if (chat.session !== session) return;
      mine(turn);
      await follow(turn, session);
    }
  };

  form.hidden = false;
  busy(null);
  text.focus();
  void restore();
})();
