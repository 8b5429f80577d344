// Keeps a WebSocket open for one person and tells listeners what changed.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 5000;

/** Connects until `stop()`; `onPush` gets every pushed object, `onLink(up, again)` each change of the connection. */
export function follow(as, onPush, onLink) {
  let socket = null;
  let wait = FIRST_WAIT;
  let timer = 0;
  let stopped = false;
  let before = false;

  function connect() {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    socket = new WebSocket(`${scheme}//${location.host}/_page/live?as=${encodeURIComponent(as)}`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
      onLink(true, before);
      before = true;
    });
    socket.addEventListener("message", (event) => {
      let push;
      try {
        push = JSON.parse(event.data);
      } catch {
        return;
      }
      onPush(push);
    });
    socket.addEventListener("close", () => {
      if (stopped) return;
      if (before) onLink(false, true);
      // Jitter keeps two panes of one window from knocking at the same instant.
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  }

  connect();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
      socket?.close();
    },
  };
}
