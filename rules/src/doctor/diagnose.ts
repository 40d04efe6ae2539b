import { exportOf } from '../engine/mixin/folds.ts';
import type { Mixin } from '../engine/mixin/mixin.ts';
import type { Subject } from './subjects.ts';

/** What a subject can do with what a service exports now. */
export interface Diagnosis {
  readonly subject: Subject;
  /**
   * `works`: everything is there. `waits`: what is not there yet comes by itself. `unused`: it is about something that the service does not do,
   * as it does something else. `blind`: something is missing for good.
   */
  readonly state: 'works' | 'waits' | 'unused' | 'blind';
  /** One line for each series that is not there. */
  readonly reasons: readonly string[];
}

/** Holds each subject against the series names of a service. */
export function diagnose(
  mixins: readonly Mixin[],
  subjects: readonly Subject[],
  names: ReadonlySet<string>,
): readonly Diagnosis[] {
  const exporterOf = (name: string): string | undefined => exportOf(mixins, name)?.by;
  const used = new Set([...names].map(exporterOf).filter((by) => by?.endsWith('()')));
  return subjects.map((subject) => {
    const absent = subject.reads.filter(
      (name) => !names.has(name) && exportOf(mixins, name)?.isOptional !== true,
    );
    const isUnused = (name: string): boolean => {
      const by = exporterOf(name);
      return used.size > 0 && by !== undefined && by.endsWith('()') && !used.has(by);
    };
    const reasons = absent.map((name) => {
      const { by, appears } = exportOf(mixins, name)!;
      if (isUnused(name)) return `${name} is not used here: ${by} exports it`;
      return appears === undefined ? `${name} is missing: ${by} exports it` : `${name} appears ${appears}`;
    });
    const state = stateOf(absent, isUnused, (name) => exportOf(mixins, name)?.appears !== undefined);
    return { subject, state, reasons };
  });
}

function stateOf(
  absent: readonly string[],
  isUnused: (name: string) => boolean,
  comesLater: (name: string) => boolean,
): Diagnosis['state'] {
  if (absent.some(isUnused)) return 'unused';
  if (!absent.every(comesLater)) return 'blind';
  return absent.length > 0 ? 'waits' : 'works';
}
