import { type ChildProcess, execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Queue } from '@sightglass/worker';
import type pg from 'pg';
import type { Catalogue } from './catalogue.ts';
import type { DatabaseLink } from './database-link.ts';
import type { Tool } from './events.ts';
import { BLOCK } from './worker-faults.ts';
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
  'crashing-worker': 'a worker is killed, `seconds` after it began to take events, again and again',
  'frozen-worker': 'a worker stands still in the middle of whatever it does',
  'blocked-worker':
    'a worker computes for `seconds` without a pause, again and again, until it is started anew',
  'catalogue-down': 'the service that knows the newest versions answers 503',
  'open-files': 'the API has most of the files open that it may',
  disabled: 'a person disables the queue',
  memory: 'the API takes `megabytes` of its heap, and keeps them',
  crash: 'the API is killed, and its workers end with it',
} as const;

export type FaultName = keyof typeof FAULTS;

export interface FaultOptions {
  /** For `slow-reads`, `slow-writes`, `crashing-worker` and `blocked-worker`. Default 2. */
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
  /** The queue as the API declares it. */
  readonly events: Pick<Queue, 'enable' | 'disable'>;
  /** The stand-in, where there is one. */
  readonly catalogue: Catalogue | undefined;
}

const MEGABYTE = 1_048_576;

const run = promisify(execFile);

/** How many files `open-files` lets the API have open: more than it needs, and few enough to be opened. */
const MOST_FILES = 4_000;
/** Between two looks at whether a worker has come. */
const LOOK_MS = 100;

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
  /** What `memory` has taken. */
  readonly #held: string[] = [];

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
    // What it has taken already it need not take again, which would hold up a busy machine.
    if (name !== 'memory') await this.repair(name);
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
    const { link, workers, workerCount, events, catalogue } = this.#parts;
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
        const held = this.#held;
        held.length = Math.min(held.length, 2 * options.megabytes);
        while (held.length < 2 * options.megabytes) {
          held.push(half.toString('latin1'));
          await turn();
        }
        return async () => {
          held.splice(0);
          // An API that has little to do collects its garbage so seldom that it would go on being told of.
          setFlagsFromString('--expose-gc');
          runInNewContext('gc')();
        };
      }
      case 'open-files':
        return openFiles();
      case 'crashing-worker': {
        const timer = setInterval(() => {
          const youngest = workers.youngest();
          if (youngest !== undefined && youngest.upSeconds >= options.seconds)
            youngest.process.kill('SIGKILL');
        }, LOOK_MS);
        return async () => {
          clearInterval(timer);
          await workers.scale(workerCount);
        };
      }
      case 'frozen-worker': {
        const worker = await this.#youngestWorker();
        worker.kill('SIGSTOP');
        return async () => void worker.kill('SIGCONT');
      }
      case 'blocked-worker': {
        const worker = await this.#youngestWorker();
        worker.send({ [BLOCK]: options.seconds });
        // Another one takes its place.
        return async () => void worker.kill('SIGTERM');
      }
      case 'catalogue-down':
        if (catalogue === undefined) throw new Error('the catalogue is not this process');
        catalogue.isDown = true;
        return async () => {
          catalogue.isDown = false;
        };
      case 'disabled':
        events.disable();
        return async () => events.enable();
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

  /** The worker that was started last, once it takes events. */
  async #youngestWorker(): Promise<ChildProcess> {
    for (;;) {
      const youngest = this.#parts.workers.youngest();
      if (youngest !== undefined) return youngest.process;
      await sleep(LOOK_MS);
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

  /** Takes so many connections, and waits until it has them; those that somebody else has are in use as well. */
  async #leak(connections: number): Promise<() => Promise<void>> {
    const { pool } = this.#parts;
    const leaked: pg.PoolClient[] = [];
    const take = async () => {
      // Whoever waits for too long gives up, which many at once do on a busy machine; where somebody has all the others for good, so be it.
      do {
        const client = await pool.connect().catch(() => undefined);
        if (client !== undefined) return leaked.push(client);
      } while (pool.totalCount < pool.options.max || pool.idleCount > 0);
      return undefined;
    };
    await Promise.all(Array.from({ length: connections }, take));
    return async () => {
      for (const client of leaked.splice(0)) client.release();
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

/** Lets this process have few files, and opens most of them. Returns what closes them and gives back the limit. */
async function openFiles(): Promise<() => Promise<void>> {
  const { stdout } = await prlimit('--nofile', '--noheadings', '--raw', '--output=SOFT');
  await prlimit(`--nofile=${MOST_FILES}:`);
  const held: number[] = [];
  while (held.length < 0.85 * MOST_FILES) held.push(openSync('/dev/null', 'r'));
  return async () => {
    for (const file of held.splice(0)) closeSync(file);
    await prlimit(`--nofile=${stdout.trim()}:`);
  };
}

/** Of util-linux: what no function of Node can do to the process itself. */
const prlimit = (...args: readonly string[]) => run('prlimit', ['--pid', String(process.pid), ...args]);
