import type { ExpositionFormat } from './negotiate.ts';

/** A number as both formats spell it. */
export function formatValue(value: number): string {
  if (value - value === 0) return String(value);
  if (value > 0) return '+Inf';
  return value < 0 ? '-Inf' : 'NaN';
}

/**
 * A bucket's bound as the value of `le`. OpenMetrics wants one text for each number: as Go prints it, and with a decimal point or an exponent, so `1` is `1.0`
 * and a million `1e+06`. The older format says no more than that it is a number.
 */
export function formatBound(bound: number, format: ExpositionFormat): string {
  if (format === 'text' || !Number.isFinite(bound)) return formatValue(bound);
  const [digits = '', exponent = ''] = bound.toExponential().split('e');
  const power = Number(exponent);
  if (power < -4 || power >= 6)
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  const text = String(bound);
  return text.includes('.') ? text : `${text}.0`;
}

/** A text that has UTF-8: half a surrogate pair has none. Two texts that differ in that alone would be the same, and are after this. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** What is escaped in a label or a help text. */
const ESCAPED = /[\\"\n]/;

/** One label as text: `name="value"`, with the value's backslashes, quotes and line feeds escaped. */
export function labelText(name: string, value: string): string {
  return `${name}="${ESCAPED.test(value) ? value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n') : value}"`;
}

/** A help text on one line. Only OpenMetrics escapes the quote there; in the older format a backslash before it would be read as text. */
export function escapeHelp(help: string, quotes: boolean): string {
  if (!ESCAPED.test(help)) return help;
  const escaped = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return quotes ? escaped.replaceAll('"', '\\"') : escaped;
}
