// Sourcepoint. After its own script has made the queue.
(() => {
  // Our categories, and the names of the custom purposes that must all be consented to for each.
  const map = { analytics: ["Analytics"], personalization: ["Personalization"], advertising: ["Advertising"] };
  const tell = (granted) => {
    const told = granted.join();
    if (localStorage.getItem("consent-bridge") === told) { return; }
    const body = new URLSearchParams([["action", "save"], ...granted.map((id) => ["category", id])]);
    fetch("/privacy", { method: "POST", body, redirect: "manual" }).then((answer) => {
      if (answer.ok || answer.type === "opaqueredirect") { localStorage.setItem("consent-bridge", told); }
    });
  };
  const look = () => {
    __tcfapi("getCustomVendorConsents", 2, (found, isFound) => {
      if (!isFound) { return; }
      const names = found.consentedPurposes.map((purpose) => purpose.name);
      tell(Object.keys(map).filter((id) => map[id].every((name) => names.includes(name))));
    });
  };
  window._sp_queue = window._sp_queue || [];
  // Ready on every page once the visitor has answered, and after each change; not where the law does not apply.
  _sp_queue.push(() => _sp_.addEventListener("onConsentReady", (type, uuid, string, info) => {
    if (type === "gdpr" && info?.applies) { look(); }
  }));
})();
