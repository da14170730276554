// Times are said in the viewer's time zone. Where the CRM does not tell it, the browser does.
const body = document.body;
if (body.dataset.zone === "") {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const here = new URL(window.location.href);
  if (zone && here.searchParams.has("pass") && !here.searchParams.has("zone")) {
    here.searchParams.set("zone", zone);
    window.location.replace(here);
  }
}

// One click is one answer.
for (const form of document.forms) {
  form.addEventListener("submit", () => {
    requestAnimationFrame(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = true;
    });
  });
}
