// caller.js: the customer whose page was opened last in this tab; what one writes next is most likely about them.
const KEY = "kezhi:caller";
const CALL_MS = 30 * 60_000;

export const caller = {
  // A page that is nobody's ends the call.
  note: (main) => {
    if (!main.dataset.caller) return sessionStorage.removeItem(KEY);
    sessionStorage.setItem(KEY, JSON.stringify({ id: main.dataset.caller, at: Date.now() }));
  },
  last: () => {
    const { id, at } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
    return id && Date.now() - at < CALL_MS ? id : null;
  },
};
