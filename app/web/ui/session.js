// Pages are put in order by day on the server, in the viewer's time zone.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) document.cookie = `baton_here=${zone}; path=/; max-age=31536000; samesite=lax`;

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
