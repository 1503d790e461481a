// Silktide Consent Manager, which has no cookie and no event for other scripts.
(() => {
  // Our categories, and the ids of the banner's cookie types that must all be granted for each.
  const map = { analytics: ["analytics"], personalization: ["suggestions"], advertising: ["ads"] };
  const tell = (granted) => {
    const told = granted.join();
    if (localStorage.getItem("consent-bridge") === told) { return; }
    const body = new URLSearchParams([["action", "save"], ...granted.map((id) => ["category", id])]);
    fetch("/privacy", { method: "POST", body, redirect: "manual" }).then((answer) => {
      if (answer.ok || answer.type === "opaqueredirect") { localStorage.setItem("consent-bridge", told); }
    });
  };
  const look = () => {
    const choice = (type) => localStorage.getItem(`silktideCookieChoice_${type}`);
    // Before an answer there is no choice of any.
    if (Object.values(map).flat().some((type) => choice(type) === null)) { return; }
    tell(Object.keys(map).filter((id) => map[id].every((type) => choice(type) === "true")));
  };
  addEventListener("click", () => setTimeout(look, 100));
  look();
})();
