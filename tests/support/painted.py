"""Pages in a real browser that are acted upon only once they can hear it.

A document has its elements before it is shown: a click before its first frame is drawn is
dropped by the browser, without a word, and one while its stylesheets come in may hit what was
there before. A page of NiceGUI moreover hears nothing before its handshake.
"""

from playwright.sync_api import FrameLocator, Page

PAINTED, UNPAINTED = "html[data-painted]", "html:not([data-painted])"
# In every document of the page and its frames. What is drawn says so two frames later.
MARKS = """
addEventListener("load", () => {
  const nicegui = document.getElementById("app");
  const drawn = () => performance.getEntriesByName("first-contentful-paint").length > 0;
  const mark = () => { document.documentElement.dataset.painted = ""; };
  const look = () => {
    if (drawn() && (window.did_handshake || !nicegui)) {
      requestAnimationFrame(() => requestAnimationFrame(mark));
    } else {
      setTimeout(look, 10);
    }
  };
  look();
});
"""


def only_painted(page: Page, shown: Page | FrameLocator) -> None:
    """From now on all actions and expectations on the page wait until what is `shown`, the page
    itself or a frame of it, is loaded, drawn and listening, however often it is replaced.

    What holds nothing but a frame draws nothing, and neither does what was refused.
    """
    page.add_init_script(MARKS)
    page.add_locator_handler(shown.locator(UNPAINTED), lambda: None)
