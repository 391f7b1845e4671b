// Light and dark: as the system says, until the reader says otherwise.

const system = matchMedia("(prefers-color-scheme: dark)");

/** Applies the theme that was chosen, or the system's; follows the system. */
export function applyTheme() {
  document.documentElement.dataset.theme = chosenTheme() || (system.matches ? "dark" : "light");
  document.dispatchEvent(new Event("themechange"));
}

/** Switches between light and dark, and keeps the choice. */
export function switchTheme() {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("theme", next);
  } catch {
    // a browser that keeps nothing asks the system again next time
  }
  document.documentElement.dataset.theme = next;
  document.dispatchEvent(new Event("themechange"));
}

/** The value of a token of `base.css`, for drawing on a canvas; read anew after `themechange`. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function chosenTheme() {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null;
  }
}

system.addEventListener("change", applyTheme);
