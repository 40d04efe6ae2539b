import { type MetricKind, seriesNames } from '../catalog/index.ts';
import type { ExpositionFormat } from './negotiate.ts';
import { unitWord } from './sdk-names.ts';
import { escapeHelp } from './text.ts';

/** What stands above a family's series. */
export interface FamilyHead {
  /** The name of its series, with `_total` or `_info`, without a histogram's suffixes. */
  readonly name: string;
  readonly kind: MetricKind;
  readonly help: string;
  /** UCUM. */
  readonly unit: string;
}

/** What a family is called in its metadata. */
interface Named {
  readonly name: string;
  readonly type: string;
}

/**
 * The families of one exposition, by all names that they use: no two may use the same one. OpenMetrics names a counter and an info without their suffix, and
 * keeps `_created` beside counters and histograms free, so there are more names that can clash.
 */
export class Families {
  readonly #format: ExpositionFormat;
  readonly #owners = new Map<string, FamilyHead>();
  /** What OpenMetrics calls the counters and infos, by the names of their series; found when the first is asked for. */
  #short: Map<string, Named> | undefined;

  constructor(format: ExpositionFormat) {
    this.#format = format;
  }

  /** Adds a family, and returns it; the one whose name it would use, when there is such a one. Not used any more once {@link headText} was. */
  add(head: FamilyHead): FamilyHead {
    const names = this.#namesOf(head);
    for (const name of names) {
      const owner = this.#owners.get(name);
      if (owner !== undefined) return owner;
    }
    for (const name of names) this.#owners.set(name, head);
    return head;
  }

  /** The metadata lines of a family. */
  headText(head: FamilyHead): string {
    const isText = this.#format === 'text';
    const { name, type } = isText ? textName(head) : this.#openMetricsName(head);
    const help = head.help === '' ? '' : `# HELP ${name} ${escapeHelp(head.help, !isText)}\n`;
    const word = isText || type === 'info' ? '' : unitWord(head.unit);
    const unit = word !== '' && name.endsWith(`_${word}`) ? `# UNIT ${name} ${word}\n` : '';
    return `${help}# TYPE ${name} ${type}\n${unit}`;
  }

  #namesOf(head: FamilyHead): readonly string[] {
    const names = seriesNames(head);
    const hasCreated = this.#format === 'openmetrics' && head.kind === 'histogram';
    return hasCreated ? [...names, `${head.name}_created`] : names;
  }

  #openMetricsName(head: FamilyHead): Named {
    if (head.kind !== 'counter' && head.kind !== 'info') return { name: head.name, type: head.kind };
    this.#short ??= this.#shortNames();
    return this.#short.get(head.name) ?? { name: head.name, type: 'unknown' };
  }

  /** The first that wants a short name gets it, unless that is the name of a series; the series of the others keep their names, and their type is `unknown`. */
  #shortNames(): Map<string, Named> {
    const short = new Map<string, Named>();
    const used = new Set(this.#owners.keys());
    for (const { name, kind } of this.#owners.values()) {
      if (kind !== 'counter' && kind !== 'info') continue;
      const stem = name.slice(0, name.lastIndexOf('_'));
      const names = kind === 'counter' ? [stem, `${stem}_created`] : [stem];
      if (names.some((one) => used.has(one))) continue;
      for (const one of names) used.add(one);
      short.set(name, { name: stem, type: kind });
    }
    return short;
  }
}

function textName({ name, kind }: FamilyHead): Named {
  return { name, type: kind === 'info' ? 'gauge' : kind };
}
