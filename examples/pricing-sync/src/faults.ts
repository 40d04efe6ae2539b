import type { Cron } from 'croner';
import type pg from 'pg';
import type { PricingSync } from './pricing-sync.ts';

/** What can be broken in the service and its database, and how. Each is a real fault, not a made-up error. */
export const SERVICE_FAULTS = {
  'database-write': 'a trigger of the table refuses every write',
  hang: 'another connection locks the table and does not give it back, so the run waits for ever',
  stall: 'the timer of the schedule no longer fires, so that no run starts, and nobody is told',
  'admin-error': 'the view that the status is read from is renamed, so that the admin endpoint answers 500',
  disabled: 'the schedule is switched off, as an admin can do',
  memory: 'the process takes `megabytes` and keeps them',
  crash: 'the process is killed',
} as const;

export type ServiceFault = keyof typeof SERVICE_FAULTS;

const UNDO_DATABASE_WRITE = `
  drop trigger if exists broken on model_prices;
  drop function if exists broken()`;
const DATABASE_WRITE = `
  create function broken() returns trigger language plpgsql as $$ begin raise exception 'disk is full' using errcode = '53100'; end $$;
  create trigger broken before insert or update on model_prices execute function broken()`;

/** The faults of the service that are active. A process begins without any. */
export class Faults {
  readonly #pool: pg.Pool;
  readonly #sync: PricingSync;
  readonly #cron: Cron;
  readonly #active = new Map<ServiceFault, () => Promise<void>>();

  constructor(pool: pg.Pool, sync: PricingSync, cron: Cron) {
    this.#pool = pool;
    this.#sync = sync;
    this.#cron = cron;
  }

  /** Repairs what a former process was killed with. */
  async reset(): Promise<void> {
    await this.#pool.query(UNDO_DATABASE_WRITE);
    await this.#renameView('price_summary_renamed', 'price_summary');
  }

  list(): ServiceFault[] {
    return [...this.#active.keys()];
  }

  async inject(name: ServiceFault, { megabytes }: { readonly megabytes: number }): Promise<void> {
    await this.repair(name);
    this.#active.set(name, await this.#begin(name, megabytes));
  }

  /** Mends one fault, or all. */
  async repair(name?: ServiceFault): Promise<void> {
    for (const active of name === undefined ? this.list() : [name]) {
      const end = this.#active.get(active);
      this.#active.delete(active);
      await end?.();
    }
  }

  /** Makes the fault happen; returns what ends it. */
  async #begin(name: ServiceFault, megabytes: number): Promise<() => Promise<void>> {
    switch (name) {
      case 'database-write':
        await this.#pool.query(DATABASE_WRITE);
        return async () => void (await this.#pool.query(UNDO_DATABASE_WRITE));
      case 'hang':
        return this.#lock();
      case 'stall':
        this.#cron.pause();
        return async () => void this.#cron.resume();
      case 'admin-error':
        await this.#renameView('price_summary', 'price_summary_renamed');
        return () => this.#renameView('price_summary_renamed', 'price_summary');
      case 'disabled':
        this.#sync.disable();
        return async () => this.#sync.enable();
      case 'memory': {
        // Filled, because memory that was never written to is not resident.
        const held = Array.from({ length: megabytes }, () => Buffer.alloc(1024 * 1024, 1));
        return async () => void held.splice(0);
      }
      case 'crash':
        // Later than the answer to whoever asked for it. No handler runs, as when memory runs out.
        setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);
        return async () => {};
    }
  }

  async #lock(): Promise<() => Promise<void>> {
    const client = await this.#pool.connect();
    await client.query('begin; lock table model_prices in exclusive mode').catch((error) => {
      client.release(true);
      throw error;
    });
    return async () => client.release(true);
  }

  async #renameView(from: string, to: string): Promise<void> {
    const { rowCount } = await this.#pool.query(
      'select 1 from pg_views where schemaname = current_schema and viewname = $1',
      [from],
    );
    if (!rowCount) return;
    await this.#pool.query(`drop view if exists ${to}; alter view ${from} rename to ${to}`);
  }
}
