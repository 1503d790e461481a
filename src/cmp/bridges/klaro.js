// klaro with storageMethod: "localStorage". After klaro's own script.
addEventListener("load", () => {
  // Our categories, and the services of the banner that must all be granted for each.
  const map = { analytics: ["analytics"], personalization: ["suggestions"], advertising: ["ads"] };
  const tell = (granted) => {
    const told = granted.join();
    if (localStorage.getItem("consent-bridge") === told) { return; }
    const body = new URLSearchParams([["action", "save"], ...granted.map((id) => ["category", id])]);
    fetch("/privacy", { method: "POST", body, redirect: "manual" }).then((answer) => {
      if (answer.ok || answer.type === "opaqueredirect") { localStorage.setItem("consent-bridge", told); }
    });
  };
  const manager = klaro.getManager();
  const look = () => {
    // Before an answer, and after a change of the configuration, nothing is confirmed.
    if (!manager.confirmed) { return; }
    tell(Object.keys(map).filter((id) => map[id].every((service) => manager.consents[service] === true)));
  };
  manager.watch({ update: (_, type) => { if (type === "saveConsents") { look(); } } });
  look();
});
