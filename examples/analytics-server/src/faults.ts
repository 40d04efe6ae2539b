import { setImmediate as turn } from 'node:timers/promises';
import type pg from 'pg';
import type { DatabaseLink } from './database-link.ts';
import type { Tool } from './events.ts';
import type { Workers } from './workers.ts';

/** What can be broken while the example runs, and how. Each is a real fault of the database, the network, the workers or the process, not a made-up error. */
export const FAULTS = {
  'failing-reads': 'the view that answers are read from is gone: every GET /stats/:tool answers 500',
  'failing-tool': 'the view divides by zero for one tool of the fourteen',
  'slow-reads': 'the database sleeps for `seconds` before it answers',
  'refused-tools': 'the database refuses the events of two tools of the fourteen',
  'failing-writes': 'a trigger refuses every event',
  'failing-counts': 'a trigger refuses every count by minute',
  'slow-writes': 'the database sleeps for `seconds` before it writes a batch',
  'locked-events': 'another connection locks the table of the events and does not give it back',
  'locked-summaries': 'another connection locks the table of the summaries: what is answered grows old',
  'leaked-connections': '`connections` of the API are taken and not given back',
  'database-down': 'the way to the database is cut',
  'no-workers': 'the workers are ended, and nobody starts them again',
  memory: 'the API takes `megabytes` of its heap, and keeps them',
  crash: 'the API is killed, and its workers end with it',
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultOptions {
  /** For `slow-reads` and `slow-writes`. Default 2. */
  readonly seconds: number;
  /** For `leaked-connections`. Default 9. */
  readonly connections: number;
  /** For `memory`. Default 100. */
  readonly megabytes: number;
}

/** The tools that `refused-tools` strikes; `failing-tool` strikes the first. */
const STRUCK = ['diff', 'docs'] as const satisfies readonly Tool[];

/** What the faults strike. */
export interface FaultParts {
  /** Reaches the database whatever is cut. */
  readonly admin: pg.Pool;
  /** Of the API. */
  readonly pool: pg.Pool;
  readonly link: DatabaseLink;
  readonly workers: Workers;
  readonly workerCount: number;
}

const MEGABYTE = 1_048_576;

/** What of the database a fault changes. */
type Place = 'view' | 'writes' | 'counts' | 'tools';
const PLACES = {
  'failing-reads': 'view',
  'failing-tool': 'view',
  'slow-reads': 'view',
  'failing-writes': 'writes',
  'slow-writes': 'writes',
  'failing-counts': 'counts',
  'refused-tools': 'tools',
} as const satisfies { readonly [name in FaultName]?: Place };

/** The faults that are active. A process begins without any. */
export class Faults {
  readonly #parts: FaultParts;
  readonly #active = new Map<FaultName, FaultOptions>();
  readonly #ends = new Map<FaultName, () => Promise<void>>();

  constructor(parts: FaultParts) {
    this.#parts = parts;
  }

  /** Repairs what a former process was killed with. */
  async reset(): Promise<void> {
    for (const place of ['view', 'writes', 'counts', 'tools'] as const) await this.#apply(place);
  }

  /** The active faults. */
  list(): Partial<Record<FaultName, FaultOptions>> {
    return Object.fromEntries(this.#active);
  }

  /** Breaks something; a fault that is already active is set anew. */
  async inject(name: FaultName, options: FaultOptions): Promise<void> {
    await this.repair(name);
    this.#active.set(name, options);
    const end = await this.#begin(name, options);
    this.#ends.set(name, end);
  }

  /** Mends one fault, or all, the last one first: what it holds, the ones before may need. */
  async repair(name?: FaultName): Promise<void> {
    for (const active of name === undefined ? [...this.#active.keys()].reverse() : [name]) {
      const end = this.#ends.get(active);
      this.#active.delete(active);
      this.#ends.delete(active);
      await end?.();
    }
  }

  /** Makes the fault happen; returns what ends it. */
  async #begin(name: FaultName, options: FaultOptions): Promise<() => Promise<void>> {
    const { link, workers, workerCount } = this.#parts;
    switch (name) {
      case 'locked-events':
        return this.#lock('lock table events in exclusive mode');
      case 'locked-summaries':
        return this.#lock('lock table tool_summaries in share row exclusive mode');
      case 'leaked-connections':
        return this.#leak(options.connections);
      case 'database-down':
        await link.cut();
        return () => link.mend();
      case 'no-workers':
        await workers.scale(0);
        return () => workers.scale(workerCount);
      case 'memory': {
        // Texts, in which a collector of garbage has nothing to follow: what they cost is room. In between, requests are answered.
        const half = Buffer.alloc(MEGABYTE / 2, 'x');
        const held: string[] = [];
        while (held.length < 2 * options.megabytes) {
          held.push(half.toString('latin1'));
          await turn();
        }
        return async () => void held.splice(0);
      }
      case 'crash':
        // Later than the answer to whoever asked for it. No handler runs, as when memory runs out.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);
        return async () => {};
      default: {
        const place = PLACES[name];
        await this.#apply(place);
        return () => this.#apply(place);
      }
    }
  }

  async #lock(statement: string): Promise<() => Promise<void>> {
    const client = await this.#parts.admin.connect();
    await client.query(`begin; ${statement}`).catch((error) => {
      client.release(true);
      throw error;
    });
    return async () => client.release(true);
  }

  /** Takes so many connections; those that somebody else has are in use as well. */
  async #leak(connections: number): Promise<() => Promise<void>> {
    const asked = Array.from({ length: connections }, () => this.#parts.pool.connect());
    const leaked = await Promise.allSettled(asked);
    return async () => {
      for (const one of leaked) if (one.status === 'fulfilled') one.value.release();
    };
  }

  /** Makes a place of the database what the active faults ask for; without any, what it was. */
  async #apply(place: Place): Promise<void> {
    const seconds = (name: 'slow-reads' | 'slow-writes') => this.#active.get(name)?.seconds ?? 0;
    const is = (name: FaultName) => this.#active.has(name);
    const refuse = (name: FaultName) =>
      is(name) ? `raise exception 'disk is full' using errcode = '53100';` : '';
    const sleep = (name: 'slow-reads' | 'slow-writes') =>
      seconds(name) > 0 ? `pg_sleep(${seconds(name)})` : undefined;
    const uses = is('failing-tool')
      ? `s.uses / (case s.tool when '${STRUCK[0]}' then 0 else 1 end)`
      : 's.uses';
    const from = ['tool_summaries s', sleep('slow-reads')].filter(Boolean).join(' cross join ');
    const wait = sleep('slow-writes');
    const statements: { readonly [place in Place]: string } = {
      view: is('failing-reads')
        ? 'drop view if exists tool_stats'
        : `drop view if exists tool_stats;
           create view tool_stats as select s.tool, ${uses} as uses, s.failures, s.duration_ms, s.counted_until from ${from}`,
      writes: trigger('events', `${wait === undefined ? '' : `perform ${wait};`}${refuse('failing-writes')}`),
      counts: trigger('tool_minutes', refuse('failing-counts')),
      tools: `alter table events drop constraint if exists refused;
        ${is('refused-tools') ? `alter table events add constraint refused check (tool not in ('${STRUCK.join("', '")}')) not valid` : ''}`,
    };
    // A fault that waits for another one to end says so.
    await this.#parts.admin.query(`set lock_timeout = '5s'; ${statements[place]}`);
  }
}

/** A trigger on each statement that inserts; none where it has nothing to do. */
function trigger(table: string, body: string): string {
  const name = `broken_${table}`;
  const drop = `drop trigger if exists ${name} on ${table}; drop function if exists ${name}();`;
  if (body.trim() === '') return drop;
  return `${drop}
    create function ${name}() returns trigger language plpgsql as $$ begin ${body} return null; end $$;
    create trigger ${name} before insert on ${table} for each statement execute function ${name}();`;
}
