// Usercentrics, with its interface UC_UI.
(() => {
  // Our categories, and the slugs of the banner's whose services must all be granted for each.
  const map = { functional: ["functional"], analytics: ["analytics"], advertising: ["marketing"] };
  const tell = (granted) => {
    const told = granted.join();
    if (localStorage.getItem("consent-bridge") === told) { return; }
    const body = new URLSearchParams([["action", "save"], ...granted.map((id) => ["category", id])]);
    fetch("/privacy", { method: "POST", body, redirect: "manual" }).then((answer) => {
      if (answer.ok || answer.type === "opaqueredirect") { localStorage.setItem("consent-bridge", told); }
    });
  };
  const look = () => {
    // Where the law asks for no consent, everything is granted, and nobody has answered.
    if (UC_UI.isConsentRequired() || localStorage.getItem("uc_user_interaction") !== "true") { return; }
    const services = UC_UI.getServicesBaseInfo();
    const grants = (slug) => {
      const own = services.filter((service) => service.categorySlug === slug);
      return own.length > 0 && own.every((service) => service.consent.status === true);
    };
    tell(Object.keys(map).filter((id) => map[id].every(grants)));
  };
  const answers = ["ACCEPT_ALL", "DENY_ALL", "SAVE"];
  addEventListener("UC_UI_CMP_EVENT", ({ detail }) => { if (answers.includes(detail.type)) { setTimeout(look, 500); } });
  if (window.UC_UI?.isInitialized()) { look(); } else { addEventListener("UC_UI_INITIALIZED", look); }
})();
