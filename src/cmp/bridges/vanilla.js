// vanilla-cookieconsent with useLocalStorage: true.
(() => {
  // Our categories, and those of the banner that must all be granted for each.
  const map = { analytics: ["analytics"], personalization: ["suggestions"], advertising: ["ads"] };
  const tell = (granted) => {
    const told = granted.join();
    if (localStorage.getItem("consent-bridge") === told) { return; }
    const body = new URLSearchParams([["action", "save"], ...granted.map((id) => ["category", id])]);
    fetch("/privacy", { method: "POST", body, redirect: "manual" }).then((answer) => {
      if (answer.ok || answer.type === "opaqueredirect") { localStorage.setItem("consent-bridge", told); }
    });
  };
  // Told on every page once the visitor has answered, and on each change.
  for (const event of ["cc:onConsent", "cc:onChange"]) {
    addEventListener(event, ({ detail }) => {
      const { categories } = detail.cookie;
      tell(Object.keys(map).filter((id) => map[id].every((category) => categories.includes(category))));
    });
  }
})();
