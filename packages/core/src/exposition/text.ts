/** A number as both formats spell it. */
export function formatValue(value: number): string {
  if (value - value === 0) return String(value);
  if (value > 0) return '+Inf';
  return value < 0 ? '-Inf' : 'NaN';
}

const IN_LABEL = /[\\"\n]/;

/** One label as text: `name="value"`, with the value's backslashes, quotes and line feeds escaped. */
export function labelText(name: string, value: string): string {
  return `${name}="${IN_LABEL.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value}"`;
}

/** A help text on one line. Only OpenMetrics escapes the quote there; in the older format a backslash before it would be read as text. */
export function escapeHelp(help: string, quotes: boolean): string {
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quotes ? escaped.replaceAll('"', '\\"') : escaped;
}
