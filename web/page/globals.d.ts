// What the page's scripts share beyond imports.

interface Window {
  nncoreTheme: {toggle(): void};
}
