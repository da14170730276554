// A page whose session ended can't connect any more, and what it shows must not stay. So where a
// connection is refused, ask whether we are still signed in; a server that is only away answers
// nothing, and NiceGUI goes on trying.
async function leaveIfSignedOut() {
  const answer = await fetch("/ui/session", { cache: "no-store" }).catch(() => null);
  if (answer?.status === 401) window.location.replace("/signin");
}

const waiting = setInterval(() => {
  if (!window.socket) return;
  clearInterval(waiting);
  window.socket.on("connect_error", leaveIfSignedOut);
}, 50);

// NiceGUI keeps what is clicked before its socket is there; the line says that it takes a moment.
const connecting = setInterval(() => {
  if (!window.did_handshake) return;
  clearInterval(connecting);
  document.documentElement.classList.remove("connecting");
}, 50);

// NiceGUI says in English that the connection is lost.
const lost = document.querySelectorAll("#popup span");
window.batonLost?.forEach((said, n) => (lost[n].textContent = said));

// The menu button of narrow screens.
function openMenu(button, open) {
  button?.setAttribute("aria-expanded", String(open));
}
document.addEventListener("click", ({ target }) => {
  const button = target.closest(".menu-button");
  if (button) openMenu(button, button.getAttribute("aria-expanded") !== "true");
});
document.addEventListener("keydown", ({ key }) => {
  const button = document.querySelector('.menu-button[aria-expanded="true"]');
  if (key !== "Escape" || !button) return;
  openMenu(button, false);
  button.focus();
});
