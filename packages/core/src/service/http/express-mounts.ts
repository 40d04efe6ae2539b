/*
 * Where the routers of Express 4 are mounted. It keeps no pattern of that, only what it made of it: a regular expression and the names of its parameters, from which the
 * pattern is read back. What can not be read is left to the caller.
 */

/** What stands in a router of Express 4. */
interface Layer {
  readonly regexp?: RegExp;
  readonly keys?: readonly { readonly name?: unknown }[];
  readonly route?: object;
  /** A router has a stack of its own. */
  readonly handle?: { readonly stack?: readonly Layer[] };
}

interface App {
  readonly _router?: { readonly stack?: readonly Layer[] };
  readonly parent?: App;
  /** The pattern, or several, under which a mounted application was put. */
  readonly mountpath?: unknown;
}

/** One way to a route: what each router on it matches, and the pattern of all. */
interface Way {
  readonly steps: readonly RegExp[];
  readonly pattern: string;
}

/** Deeper than any application, and more layers than any has: what is a circle ends. */
const DEEPEST = 10;
const MOST_LAYERS = 5_000;
/** Routers that are mounted in more places are looked up anew. */
const MOST_WAYS = 20;

/** The ways that were found, so that routers are searched once for a route and not once for a request. */
const found = new WeakMap<object, Way[]>();

/** The pattern under which the router of this route is mounted, as far as `baseUrl` came by it; undefined when it can not be told. May throw, over what is no application. */
export function mountOf(app: unknown, route: object, baseUrl: string): string | undefined {
  const known = found.get(route)?.find((way) => leadsTo(way, baseUrl));
  if (known !== undefined) return known.pattern;
  const way = wayIn(app as App, route, baseUrl);
  if (way === undefined) return undefined;
  const ways = found.get(route) ?? [];
  if (ways.length < MOST_WAYS) found.set(route, [...ways, way]);
  return way.pattern;
}

function leadsTo({ steps }: Way, baseUrl: string): boolean {
  let rest = baseUrl;
  for (const step of steps) {
    const matched = prefixOf(step, rest);
    if (matched === undefined) return false;
    rest = rest.slice(matched.length);
  }
  return rest === '';
}

function wayIn(app: App, route: object, baseUrl: string): Way | undefined {
  const { stack } = app._router ?? {};
  // Of an application in an application the outer part is not looked for.
  if (stack === undefined || app.parent !== undefined) return undefined;
  let left = MOST_LAYERS;
  function search(layers: readonly Layer[], rest: string, depth: number): Way | undefined {
    if (rest === '' && layers.some((layer) => layer.route === route)) return { steps: [], pattern: '' };
    if (depth >= DEEPEST) return undefined;
    for (const { regexp, keys = [], handle } of layers) {
      if (left-- <= 0) return undefined;
      const inner = handle?.stack;
      if (regexp === undefined || !Array.isArray(inner)) continue;
      const matched = prefixOf(regexp, rest);
      if (matched === undefined) continue;
      const way = search(inner, rest.slice(matched.length), depth + 1);
      if (way === undefined) continue;
      const pattern = matched === '' ? '' : patternOf(regexp, keys, matched);
      return pattern === undefined
        ? undefined
        : { steps: [regexp, ...way.steps], pattern: pattern + way.pattern };
    }
    return undefined;
  }
  return search(stack, baseUrl, 0);
}

/** What a router takes from the front of a path, without the slash that it leaves to what follows. */
function prefixOf(regexp: RegExp, path: string): string | undefined {
  const [matched] = regexp.exec(path === '' ? '/' : path) ?? [];
  if (matched === undefined) return undefined;
  const taken = matched.replace(/\/$/, '');
  return path.startsWith(taken) ? taken : undefined;
}

/** A parameter as both generations of `path-to-regexp` 0.1 write it. */
const PARAMETER = /\\\/\(\?:\(\[\^\\\/\]\+\?\)\)|\(\?:\\\/\(\[\^\/\]\+\?\)\)/g;
const END = '\\/?(?=\\/|$)';

/** The pattern of which Express made this expression: of several, the first that fits. */
function patternOf(regexp: RegExp, keys: Layer['keys'] & {}, matched: string): string | undefined {
  let key = 0;
  for (const source of regexp.source.split('|^')) {
    const part = source.startsWith('^') ? source : `^${source}`;
    const names = part.match(PARAMETER)?.map(() => keys[key++]?.name) ?? [];
    if (!part.endsWith(END) || !new RegExp(part, regexp.flags).test(matched)) continue;
    let next = 0;
    const pattern = part
      .slice(1, -END.length)
      .replace(PARAMETER, () => `/:${String(names[next++])}`)
      .replace(/\\([/.-])/g, '$1');
    return /^[\w\-.~/:]*$/.test(pattern) ? pattern : undefined;
  }
  return undefined;
}
