/** Grafana's own variables as a panel of one hour at the default scrape interval would fill them in. */
const BUILT_IN: { readonly [name: string]: string } = {
  __rate_interval: '1m',
  __interval: '1m',
  __range: '1h',
  __interval_ms: '60000',
  __range_s: '3600',
  __range_ms: '3600000',
};

/**
 * A panel's expression with Grafana's variables filled in, so that it can be parsed: `$__rate_interval` becomes a duration. Variables inside
 * strings are left as they are, since any value is a string.
 */
export function fillVariables(expression: string): string {
  return expression.replaceAll(
    /"(?:[^"\\]|\\.)*"|\$\{(\w+)(?::\w+)?\}|\$(\w+)/g,
    (text, braced?: string, bare?: string) => {
      const name = braced ?? bare;
      return name === undefined ? text : (BUILT_IN[name] ?? text);
    },
  );
}
