const PAGES: readonly (readonly [path: string, says: string])[] = [
  ['metrics', 'metrics for Prometheus'],
  ['health', 'every health check, as JSON'],
  ['readyz', 'ready for work (200) or not (503)'],
  ['livez', 'alive (200) or in need of a restart (503)'],
];

/** The page for a person who opened the endpoint in a browser. Links are relative, and nothing is loaded. */
export function indexPage(title: string): string {
  const links = PAGES.map(([path, says]) => `<li><a href="${path}">/${path}</a>: ${says}</li>`).join('\n');
  const name = escaped(title);
  return `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${name}</title>\n<h1>${name}</h1>\n<ul>\n${links}\n</ul>\n</html>\n`;
}

function escaped(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
